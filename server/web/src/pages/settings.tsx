// SPDX-License-Identifier: Apache-2.0
// What is kept and for how long, who answers for it, and taking all of it along.
import type { VNode } from 'preact';
import { useState } from 'preact/hooks';
import { request } from '../lib/api';
import { offerFile } from '../lib/csv';
import { useData } from '../lib/data';
import { useMay } from '../lib/session';
import { t, tn } from '../lib/texts';
import { Act } from '../parts/act';
import { Ago } from '../parts/ago';
import { Choice, Input } from '../parts/choice';
import { Form } from '../parts/form';
import { Await } from '../parts/notice';
import { Page } from '../parts/page';

const EVERY_MS = 30_000;
const PROFILES = ['', 'hk', 'nl', 'pl', 'uk'] as const;
const LANGUAGES = ['en', 'nl', 'pl', 'zh-Hant'] as const;
const TABLES = [
	'answers', 'audit', 'breach_devices', 'breach_notes', 'breaches', 'controls', 'days', 'devices', 'disputes', 'exemption_devices', 'exemptions',
	'history', 'hooks', 'policies', 'settings',
] as const;
const PAGES_MAX = 500;

interface Settings {
	settings: {
		consent_profile: string; contact: string; dpia_done: string; exemption_days: number; history_days: number; hosting_processor: string;
		hosting_region: string; language: string; mail_from: string; mail_server: string; mail_to: string; review_dpia: string; review_policy: string; webhook_url: string;
	};
	mail: { next: string | null; problem: 'connect' | 'later' | 'login' | 'refused' | 'tls' | null; sent: string | null };
	webhook: { waiting: number; problem: number | null; next: string | null };
	retention: {
		kept: { kind: string; days: number; rows: number; overdue: number; oldest: string | null }[];
		purged: string | null;
	};
}

function Retention({ value, changed }: { value: Settings; changed: () => void }): VNode {
	const may = useMay('retention');
	const save = async (values: Record<string, string>): Promise<void> => {
		await request('POST', '/settings', { history_days: Number(values.history_days), exemption_days: Number(values.exemption_days) });
		changed();
	};
	const purge = async (): Promise<void> => {
		await request('POST', '/settings/purge');
		changed();
	};
	return (
		<section class="card" aria-labelledby="retention">
			<h2 id="retention">{t('console.settings.retention')}</h2>
			<p>{t('console.settings.retention.lead')}</p>
			<table class="tight">
				<thead>
					<tr>
						<th scope="col">{t('console.settings.what')}</th>
						<th scope="col" class="number">{t('console.settings.rows')}</th>
						<th scope="col">{t('console.settings.oldest')}</th>
						<th scope="col">{t('console.settings.kept')}</th>
					</tr>
				</thead>
				<tbody>
					{value.retention.kept.map((row) => (
						<tr key={row.kind}>
							<th scope="row">{t(`console.settings.kind.${row.kind}`)}</th>
							<td class="number">{row.rows}</td>
							<td>{row.oldest === null ? '–' : <Ago at={row.oldest} quiet />}</td>
							<td>{tn('console.settings.days', row.days)}</td>
						</tr>
					))}
				</tbody>
			</table>
			<p class="hint">{t('console.settings.purged')} <Ago at={value.retention.purged} /></p>
			{may && (
				<>
					<Form action={t('console.settings.save')} texts={{}} onSubmit={save}>
						<Input name="history_days" type="number" label={t('console.settings.history-days')} min="0" max="400"
							value={`${value.settings.history_days}`} hint={t('console.settings.history-days.hint')} />
						<Input name="exemption_days" type="number" label={t('console.settings.exemption-days')} min="0" max="3650"
							value={`${value.settings.exemption_days}`} />
					</Form>
					<Act label={t('console.settings.purge')} sure={t('console.settings.purge.sure')} run={purge} />
				</>
			)}
		</section>
	);
}

function School({ value, changed }: { value: Settings; changed: () => void }): VNode {
	const may = useMay('settings-write');
	const { settings } = value;
	const save = async (values: Record<string, string>): Promise<void> => {
		await request('POST', '/settings', values);
		changed();
	};
	if (!may) {
		return <p class="card hint">{t('console.settings.not-yours')}</p>;
	}
	return (
		<section class="card" aria-labelledby="school">
			<h2 id="school">{t('console.settings.school')}</h2>
			<Form action={t('console.settings.save')} texts={{ refused: 'console.settings.refused' }} onSubmit={save}>
				<Choice name="language" label={t('console.settings.language')} words={[settings.language, ...LANGUAGES.filter((word) => word !== settings.language)]}
					wordOf={(word) => t(`console.settings.language.${word.toLowerCase()}`)} hint={t('console.settings.language.hint')} />
				<Choice name="consent_profile" label={t('console.settings.consent')} words={[settings.consent_profile, ...PROFILES.filter((word) => word !== settings.consent_profile)]}
					wordOf={(word) => t(`console.settings.consent.${word === '' ? 'none' : word}`)} hint={t('console.settings.consent.hint')} />
				<Input name="contact" must={false} length={200} label={t('console.settings.contact')} value={settings.contact} hint={t('console.settings.contact.hint')} />
				<Input name="hosting_region" must={false} length={200} label={t('console.settings.region')} value={settings.hosting_region} />
				<Input name="hosting_processor" must={false} length={200} label={t('console.settings.processor')} value={settings.hosting_processor} />
				<Input name="dpia_done" type="date" must={false} label={t('console.settings.dpia-done')} value={settings.dpia_done} hint={t('console.settings.dpia-done.hint')} />
				<Input name="review_dpia" type="date" must={false} label={t('console.settings.dpia')} value={settings.review_dpia} />
				<Input name="webhook_url" type="url" must={false} length={400} label={t('console.settings.webhook')} value={settings.webhook_url} hint={t('console.settings.webhook.hint')} />
				<Input name="review_policy" type="date" must={false} label={t('console.settings.review')} value={settings.review_policy} />
			</Form>
			{settings.webhook_url !== '' && <p role="status" class="hint">{tn('console.settings.webhook.waiting', value.webhook.waiting)}</p>}
			{value.webhook.problem !== null && <p role="status">{t('console.settings.webhook.problem', { status: value.webhook.problem })}</p>}
		</section>
	);
}

function Mail({ value, changed }: { value: Settings; changed: () => void }): VNode | null {
	const may = useMay('settings-write');
	const { mail, settings } = value;
	const save = async (values: Record<string, string>): Promise<void> => {
		await request('POST', '/settings', values);
		changed();
	};
	if (!may) {
		return null;
	}
	return (
		<section class="card" aria-labelledby="mail">
			<h2 id="mail">{t('console.settings.mail')}</h2>
			<p>{t('console.settings.mail.lead')}</p>
			<Form action={t('console.settings.save')} texts={{ refused: 'console.settings.mail.refused' }} onSubmit={save}>
				<Input name="mail_to" type="email" must={false} length={200} label={t('console.settings.mail.to')} value={settings.mail_to}
					hint={t('console.settings.contact.hint')} />
				<Input name="mail_from" type="email" must={false} length={200} label={t('console.settings.mail.from')} value={settings.mail_from} />
				<Input name="mail_server" must={false} length={200} label={t('console.settings.mail.server')} value={settings.mail_server}
					hint={t('console.settings.mail.server.hint')} />
			</Form>
			{settings.mail_to !== '' && <p class="hint">{t('console.settings.mail.sent')} <Ago at={mail.sent} /></p>}
			{mail.problem !== null && <p role="status">{t(`console.settings.mail.problem.${mail.problem}`)}</p>}
		</section>
	);
}

async function wholeTable(name: string, format: 'csv' | 'json'): Promise<string> {
	const rows: unknown[] = [];
	let text = '';
	let path: string | undefined = `/api/v1/tables/${name}?format=${format}`;
	for (let page = 0; page < PAGES_MAX && path !== undefined; page++) {
		const answer: Response = await fetch(path);
		if (!answer.ok) {
			throw new Error(`${answer.status}`);
		}
		const part = await answer.text();
		if (format === 'json') {
			rows.push(...(JSON.parse(part) as { rows: unknown[] }).rows);
		} else {
			text += part;
		}
		// RFC 8288, as the server writes it: <address>; rel="next"
		path = /^<([^>]+)>; rel="next"$/.exec(answer.headers.get('Link') ?? '')?.[1];
	}
	return format === 'json' ? JSON.stringify(rows, null, 1) : text;
}

function Tables(): VNode | null {
	const may = useMay('personal');
	const [name, setName] = useState<string>('devices');
	const take = (format: 'csv' | 'json') => async (): Promise<void> => offerFile(`${name}.${format}`, await wholeTable(name, format));
	if (!may) {
		return null;
	}
	return (
		<section class="card" aria-labelledby="tables">
			<h2 id="tables">{t('console.settings.tables')}</h2>
			<div class="field">
				<label for="table">{t('console.settings.table')}</label>
				<select id="table" value={name} onChange={(event) => setName(event.currentTarget.value)}>
					{TABLES.map((word) => <option key={word} value={word}>{word}</option>)}
				</select>
			</div>
			<div class="row spaced">
				<Act label={t('console.settings.csv')} run={take('csv')} />
				<Act label={t('console.settings.json')} run={take('json')} />
			</div>
		</section>
	);
}

export function SettingsPage(): VNode {
	const data = useData<Settings>('/settings', EVERY_MS);
	return (
		<Page title={t('console.settings')} lead={<p>{t('console.settings.lead')}</p>}>
			<Await data={data}>
				{(value) => (
					<div class="with-side">
						<div class="groups">
							<Retention value={value} changed={data.reload} />
							<School value={value} changed={data.reload} />
							<Mail value={value} changed={data.reload} />
						</div>
						<div class="side"><Tables /></div>
					</div>
				)}
			</Await>
		</Page>
	);
}
