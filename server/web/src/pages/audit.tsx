// SPDX-License-Identifier: Apache-2.0
// Who did what? Newest first; whether the log is whole is said above it.
import type { VNode } from 'preact';
import { request } from '../lib/api';
import { csvCell, offerFile } from '../lib/csv';
import { useData } from '../lib/data';
import { instantText } from '../lib/dates';
import { withQuery } from '../lib/router';
import { hasText, t, tn } from '../lib/texts';
import type { Audit, AuditChain, AuditRow } from '../lib/types';
import { Act } from '../parts/act';
import { Await } from '../parts/notice';
import { Page } from '../parts/page';

const EVERY_MS = 60_000;
const CHAIN_MS = 600_000;
const PAGES_MAX = 2000;
const COLUMNS = ['n', 'at', 'who', 'action', 'object', 'hash'] as const;

function apiPath(query: URLSearchParams): string {
	const asked = new URLSearchParams();
	for (const name of ['cursor', 'who', 'action']) {
		const value = query.get(name);
		if (value !== null && value !== '') {
			asked.set(name, value);
		}
	}
	const text = asked.toString();
	return text === '' ? '/audit' : `/audit?${text}`;
}

async function allRows(): Promise<AuditRow[]> {
	const rows: AuditRow[] = [];
	let path = '/audit';
	for (let page = 0; page < PAGES_MAX; page++) {
		const part = await request('GET', path) as Audit;
		rows.push(...part.rows);
		if (part.next === null) {
			break;
		}
		path = `/audit?cursor=${part.next}`;
	}
	return rows;
}

async function takeCsv(): Promise<void> {
	const lines = (await allRows()).map((row) => COLUMNS.map((column) => csvCell(row[column])).join(','));
	offerFile('audit.csv', `${[COLUMNS.join(','), ...lines].join('\r\n')}\r\n`);
}

async function takeJson(): Promise<void> {
	offerFile('audit.json', JSON.stringify({ rows: await allRows() }));
}

function actText(action: string): string {
	const key = `console.audit.act.${action}`;
	return hasText(key) ? t(key) : action;
}

function Row({ row, query }: { row: AuditRow; query: URLSearchParams }): VNode {
	return (
		<tr>
			<th scope="row"><time dateTime={row.at}>{instantText(row.at)}</time></th>
			<td data-label={t('console.audit.who')}>
				<a href={withQuery('/audit', query, { who: row.who, cursor: '' })}>{row.who}</a>
			</td>
			<td data-label={t('console.audit.what')}>
				<a href={withQuery('/audit', query, { action: row.action, cursor: '' })}>{actText(row.action)}</a>
			</td>
			<td data-label={t('console.audit.object')}>{row.object}</td>
		</tr>
	);
}

function Chain(): VNode {
	const data = useData<AuditChain>('/audit/chain', CHAIN_MS);
	return (
		<Await data={data}>
			{(chain) => (chain.broken === 0
				? <p role="status" class="chain">{tn('console.audit.whole', chain.rows)} <span class="hint">{t('console.audit.head')} <code class="hash">{chain.head}</code></span></p>
				: <p role="alert" class="form-trouble">{t('console.audit.broken', { n: chain.broken })}</p>)}
		</Await>
	);
}

export function AuditPage({ query }: { query: URLSearchParams }): VNode {
	const data = useData<Audit>(apiPath(query), EVERY_MS);
	const filtered = query.has('who') || query.has('action');
	return (
		<Page title={t('console.audit')} lead={<p>{t('console.audit.lead')}</p>}
			aside={(
				<div class="row">
					<Act label={t('console.csv')} run={takeCsv} />
					<Act label={t('console.json')} run={takeJson} />
				</div>
			)}>
			<Chain />
			{filtered && <p><a class="button quiet" href="/audit">{t('console.audit.all')}</a></p>}
			<Await data={data}>
				{(list) => (
					<>
						<table class="table stack">
							<caption class="visually-hidden">{t('console.audit')}</caption>
							<thead>
								<tr>
									<th scope="col">{t('console.audit.when')}</th>
									<th scope="col">{t('console.audit.who')}</th>
									<th scope="col">{t('console.audit.what')}</th>
									<th scope="col">{t('console.audit.object')}</th>
								</tr>
							</thead>
							<tbody>{list.rows.map((row) => <Row key={row.n} row={row} query={query} />)}</tbody>
						</table>
						<nav class="pager" aria-label={t('console.pager')}>
							{query.has('cursor') && (
								<a class="button quiet" href={withQuery('/audit', query, { cursor: '' })}>{t('console.pager.first')}</a>
							)}
							{list.next !== null && (
								<a class="button" href={withQuery('/audit', query, { cursor: String(list.next) })}>{t('console.pager.next')}</a>
							)}
						</nav>
					</>
				)}
			</Await>
		</Page>
	);
}
