// SPDX-License-Identifier: Apache-2.0
// Who may sign in, and as what? Invite by a one-time link, change a role, end an account.
import type { VNode } from 'preact';
import { useState } from 'preact/hooks';
import { request } from '../lib/api';
import { useData } from '../lib/data';
import { useSession } from '../lib/session';
import { t } from '../lib/texts';
import type { Account, Accounts, Grant, Link } from '../lib/types';
import { Act } from '../parts/act';
import { ApiTokens } from '../parts/api-tokens';
import { Command } from '../parts/command';
import { Form } from '../parts/form';
import { grantText, RoleFields } from '../parts/grants';
import { Await } from '../parts/notice';
import { Page } from '../parts/page';

const EVERY_MS = 60_000;

function grantsOf(values: Record<string, string>): { grants: Grant[] } {
	return { grants: [{ group: values.group ?? '', role: (values.role ?? 'viewer') as Grant['role'] }] };
}

function linkAddress(link: Link): string {
	return `${location.origin}/setup#${link.link}`;
}

function Invite(): VNode {
	const [link, setLink] = useState<Link | null>(null);
	const submit = async (values: Record<string, string>): Promise<void> => {
		setLink(await request('POST', '/accounts', grantsOf(values)) as Link);
	};
	return (
		<section>
			<h2>{t('console.accounts.invite')}</h2>
			<Form action={t('console.accounts.invite.action')} texts={{}} onSubmit={submit}><RoleFields /></Form>
			<div role="status">
				{link !== null && (
					<div class="card">
						<p>{t('console.accounts.link')}</p>
						<Command text={linkAddress(link)} label={t('console.accounts.invite')} />
					</div>
				)}
			</div>
		</section>
	);
}

function Change({ account, onDone }: { account: Account; onDone: () => void }): VNode {
	const [link, setLink] = useState<Link | null>(null);
	const path = `/accounts/${account.name}`;
	const submit = async (values: Record<string, string>): Promise<void> => {
		await request('POST', `${path}/role`, grantsOf(values));
		onDone();
	};
	return (
		<details>
			<summary>{t('console.accounts.change')}</summary>
			<Form action={t('console.accounts.change.action')} texts={{ refused: 'console.accounts.last' }} onSubmit={submit}><RoleFields /></Form>
			<div class="row">
				<Act label={t('console.accounts.renew')}
					run={async () => setLink(await request('POST', `${path}/link`) as Link)} />
				<Act label={t('console.accounts.end')} sure={t('console.accounts.end.sure', { name: account.name })}
					refused={'console.accounts.last'}
					run={async () => { await request('DELETE', path); onDone(); }} />
			</div>
			{link !== null && <Command text={linkAddress(link)} label={t('console.accounts.renew')} />}
		</details>
	);
}

function Row({ account, onDone }: { account: Account; onDone: () => void }): VNode {
	const session = useSession();
	const own = session?.signed_in === true && session.name === account.name;
	return (
		<tr>
			<th scope="row">{account.name}{own && <span class="cell-sub">{t('console.accounts.you')}</span>}</th>
			<td data-label={t('console.accounts.role')}>{account.grants.map((grant) => <div key={grant.group}>{grantText(grant)}</div>)}</td>
			<td data-label={t('console.factor')}>{t(account.second_factor ? 'console.accounts.factor.on' : 'console.accounts.factor.off')}</td>
			<td><Change account={account} onDone={onDone} /></td>
		</tr>
	);
}

export function AccountsPage(): VNode {
	const data = useData<Accounts>('/accounts', EVERY_MS);
	return (
		<Page title={t('console.accounts')} lead={<p>{t('console.accounts.lead')}</p>}>
			<Await data={data}>
				{(list) => (
					<table class="table stack">
						<caption class="visually-hidden">{t('console.accounts')}</caption>
						<thead>
							<tr>
								<th scope="col">{t('console.name')}</th>
								<th scope="col">{t('console.accounts.role')}</th>
								<th scope="col">{t('console.factor')}</th>
								<th scope="col">{t('console.accounts.change')}</th>
							</tr>
						</thead>
						<tbody>{list.accounts.map((account) => <Row key={account.name} account={account} onDone={data.reload} />)}</tbody>
					</table>
				)}
			</Await>
			<Invite />
			<ApiTokens />
		</Page>
	);
}
