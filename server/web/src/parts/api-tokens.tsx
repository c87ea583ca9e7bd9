// SPDX-License-Identifier: Apache-2.0
// What programs sign in with: a role, a group or the whole school, and an end.
import type { VNode } from 'preact';
import { useState } from 'preact/hooks';
import { request } from '../lib/api';
import { useData } from '../lib/data';
import { dayOf } from '../lib/dates';
import { t } from '../lib/texts';
import type { ApiTokens as Tokens, MadeToken } from '../lib/types';
import { Act } from './act';
import { Command } from './command';
import { Choice, Field, Form } from './form';
import { grantText, RoleFields } from './grants';
import { Await } from './notice';

const EVERY_MS = 60_000;
const DAYS = [30, 90, 366];

function List({ list, onDone }: { list: Tokens; onDone: () => void }): VNode {
	if (list.tokens.length === 0) {
		return <p>{t('console.tokens.none')}</p>;
	}
	return (
		<table class="table stack">
			<caption class="visually-hidden">{t('console.tokens')}</caption>
			<thead>
				<tr>
					<th scope="col">{t('console.tokens.name')}</th>
					<th scope="col">{t('console.accounts.role')}</th>
					<th scope="col">{t('console.tokens.by')}</th>
					<th scope="col">{t('console.tokens.expires')}</th>
					<th scope="col">{t('console.tokens.end')}</th>
				</tr>
			</thead>
			<tbody>
				{list.tokens.map((token) => (
					<tr key={token.id}>
						<th scope="row">{token.name}</th>
						<td data-label={t('console.accounts.role')}>{grantText(token)}</td>
						<td data-label={t('console.tokens.by')}>{token.account}</td>
						<td data-label={t('console.tokens.expires')}>{dayOf(token.expires)}</td>
						<td>
							<Act label={t('console.tokens.end')} sure={t('console.tokens.end.sure', { name: token.name })}
								run={async () => { await request('DELETE', `/tokens/${token.id}`); onDone(); }} />
						</td>
					</tr>
				))}
			</tbody>
		</table>
	);
}

export function ApiTokens(): VNode {
	const data = useData<Tokens>('/tokens', EVERY_MS);
	const [made, setMade] = useState<MadeToken | null>(null);
	const submit = async (values: Record<string, string>): Promise<void> => {
		setMade(await request('POST', '/tokens', {
			name: values.token ?? '', role: values.role ?? '', group: values.group ?? '', days: Number(values.days),
		}) as MadeToken);
		data.reload();
	};
	return (
		<section>
			<h2>{t('console.tokens')}</h2>
			<p>{t('console.tokens.lead')}</p>
			<Await data={data}>{(list) => <List list={list} onDone={data.reload} />}</Await>
			<Form action={t('console.tokens.make')} texts={{}} onSubmit={submit}>
				<Field name="token" label={t('console.tokens.name')} max={40} pattern="[A-Za-z0-9][A-Za-z0-9._@\-]{0,39}" />
				<RoleFields />
				<Choice name="days" label={t('console.tokens.days')} options={DAYS.map((n) => [String(n), t('console.days', { n })])} />
			</Form>
			<div role="status">
				{made !== null && (
					<div class="card">
						<p>{t('console.tokens.made')}</p>
						<Command text={made.token} label={t('console.tokens.make')} />
					</div>
				)}
			</div>
		</section>
	);
}
