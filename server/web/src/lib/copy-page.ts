// SPDX-License-Identifier: Apache-2.0
// A copy of all that is held of a device, as a page to read on any computer: every row and every column of the
// JSON that the server gives, in the reader's language.
import { dayOf, instantText, isDay } from './dates';
import { hasText, language, t } from './texts';

type Row = Record<string, unknown>;

export interface Copy {
	exported: string;
	receipt: string;
	held: Record<string, Row[]>;
}

const MOMENT = /^\d{4}-\d{2}-\d{2}(T[\d:]+Z)?$/;

function escaped(text: string): string {
	return text.replace(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`);
}

function known(key: string, fallback: string): string {
	return hasText(key) ? t(key) : fallback;
}

function words(column: string, value: unknown): string {
	if (value === null || value === '') {
		return '–';
	}
	if (typeof value !== 'string') {
		return JSON.stringify(value);
	}
	if (column === 'control' || column === 'worst') {
		return `${known(`control.${value}.title`, value)} (${value})`;
	}
	if (column === 'state' || column === 'reason') {
		return known(`${column}.${value}`, value);
	}
	return MOMENT.test(value) ? (isDay(value) ? dayOf(value) : instantText(value)) : value;
}

function table(name: string, rows: Row[]): string {
	const columns = Object.keys(rows[0] ?? {});
	const head = columns.map((column) => `<th scope="col">${escaped(known(`console.copy.column.${column}`, column))}</th>`).join('');
	const body = rows.map((row) => `<tr>${columns.map((column) => `<td>${escaped(words(column, row[column]))}</td>`).join('')}</tr>`).join('\n');
	return `<h2>${escaped(known(`console.copy.table.${name.replace('_', '-')}`, name))}</h2>\n${rows.length === 0
		? `<p>${escaped(t('console.copy.nothing'))}</p>`
		: `<table><thead><tr>${head}</tr></thead>\n<tbody>\n${body}\n</tbody></table>`}`;
}

export function copyPage(label: string, copy: Copy): string {
	const title = escaped(t('console.copy.title', { label }));
	return `<!doctype html>
<html lang="${language}">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${title}</title>
<style>body{font:16px/1.5 sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem}table{border-collapse:collapse;font-size:.85rem}
th,td{border:1px solid #999;padding:.2rem .5rem;text-align:left;vertical-align:top;overflow-wrap:anywhere}</style></head>
<body><main>
<h1>${title}</h1>
<p>${escaped(t('console.copy.lead'))}</p>
<p>${escaped(t('console.copy.made', { day: instantText(copy.exported), receipt: copy.receipt }))}</p>
${Object.entries(copy.held).map(([name, rows]) => table(name, rows)).join('\n')}
</main></body></html>
`;
}
