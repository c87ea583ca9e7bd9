// SPDX-License-Identifier: Apache-2.0
// Which groups are there, and how is each? Every number leads to the list that makes it.
import type { VNode } from 'preact';
import { request } from '../lib/api';
import { useData } from '../lib/data';
import { useMay } from '../lib/session';
import { formatNumber, t } from '../lib/texts';
import { GROUP_KINDS, type GroupCounts, type Groups } from '../lib/types';
import { Act } from '../parts/act';
import { Choice, Field, Form } from '../parts/form';
import { Await } from '../parts/notice';
import { Page } from '../parts/page';

const EVERY_MS = 30_000;
// Only then it can be taken away.
const isEmpty = (group: GroupCounts): boolean => group.devices === 0;
const STATES = ['failing', 'unknown', 'silent', 'passing'] as const;

function Count({ group, state, linked }: { group: GroupCounts; state: typeof STATES[number]; linked: boolean }): VNode {
	const n = group[state];
	if (n === null) {
		return <span class="faint">{t('console.groups.hidden')}</span>;
	}
	return linked && n > 0
		? <a href={`/devices?group=${group.group}&state=${state}`}>{formatNumber(n)}</a>
		: <>{formatNumber(n)}</>;
}

function Row({ group, linked, change, onDone }: {
	group: GroupCounts; linked: boolean; change: boolean; onDone: () => void;
}): VNode {
	const kind = group.kind === '' ? 'school' : group.kind;
	return (
		<tr>
			<th scope="row">
				{linked ? <a class="row-link" href={`/devices?group=${group.group}`}>{group.group}</a> : group.group}
				<span class="cell-sub">{t(`console.groups.kind.${kind}`)}</span>
			</th>
			<td data-label={t('console.groups.devices')}>
				{group.devices === null ? <span class="faint">{t('console.groups.hidden')}</span> : formatNumber(group.devices)}
			</td>
			{STATES.map((state) => (
				<td key={state} data-label={t(`console.device-state.${state}`)}><Count group={group} state={state} linked={linked} /></td>
			))}
			{change && (
				<td>
					{isEmpty(group) && (
						<Act label={t('console.groups.end')}
							run={async () => { await request('DELETE', `/groups/${group.group}`); onDone(); }} />
					)}
				</td>
			)}
		</tr>
	);
}

function Make({ onDone }: { onDone: () => void }): VNode {
	const submit = async (values: Record<string, string>): Promise<void> => {
		await request('POST', '/groups', { group: values.group ?? '', kind: values.kind ?? '' });
		onDone();
	};
	return (
		<section>
			<h2>{t('console.groups.make')}</h2>
			<Form action={t('console.groups.make')} texts={{}} onSubmit={submit}>
				<Field name="group" label={t('console.groups.name')} max={24} pattern="[a-z0-9\-]{1,24}" hint={t('console.codes.group.hint')} />
				<Choice name="kind" label={t('console.groups.kind')}
					options={GROUP_KINDS.map((kind) => [kind, t(`console.groups.kind.${kind}`)])} />
			</Form>
		</section>
	);
}

export function GroupsPage(): VNode {
	const data = useData<Groups>('/groups', EVERY_MS);
	const linked = useMay('devices');
	const change = useMay('groups');
	return (
		<Page title={t('console.groups')} lead={<p>{t('console.groups.lead')}</p>}>
			<Await data={data}>
				{(list) => (list.groups.length === 0 ? <p class="card none">{t('console.groups.none')}</p> : (
					<table class="table stack">
						<caption class="visually-hidden">{t('console.groups')}</caption>
						<thead>
							<tr>
								<th scope="col">{t('console.groups.name')}</th>
								<th scope="col">{t('console.groups.devices')}</th>
								{STATES.map((state) => <th key={state} scope="col">{t(`console.device-state.${state}`)}</th>)}
								{change && list.groups.some(isEmpty) && <th scope="col">{t('console.accounts.change')}</th>}
							</tr>
						</thead>
						<tbody>
							{list.groups.map((group) => (
								<Row key={group.group} group={group} linked={linked} change={change && list.groups.some(isEmpty)} onDone={data.reload} />
							))}
						</tbody>
					</table>
				))}
			</Await>
			{change && <Make onDone={data.reload} />}
		</Page>
	);
}
