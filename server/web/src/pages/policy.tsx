// SPDX-License-Identifier: Apache-2.0
// What do we ask for, of whom? An edit is looked at first, then signed and rolled out to a group or to all.
import type { VNode } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { request } from '../lib/api';
import { useData } from '../lib/data';
import { countEdits, sameEdit, type Policy, type PolicyEdit, type PolicyPreview } from '../lib/decisions';
import { go, withQuery } from '../lib/router';
import { useMay } from '../lib/session';
import { t, tn } from '../lib/texts';
import { Act } from '../parts/act';
import { Await } from '../parts/notice';
import { Page } from '../parts/page';
import { PolicyShare } from '../parts/policy-share';
import { PreviewCard } from '../parts/policy-preview';
import { PolicyClients, PolicyControls } from '../parts/policy-tables';
import { PolicyVersions } from '../parts/policy-versions';

const EVERY_MS = 10_000;
const SIGNING_MS = 2000; // what was rolled out is signed within moments
const OWNERS = ['school', 'private'] as const;

function Whose({ query, policy }: { query: URLSearchParams; policy: Policy }): VNode {
	return (
		<div class="whose">
			<ul class="chips" aria-label={t('console.device.ownership')}>
				{OWNERS.map((owner) => (
					<li key={owner}>
						<a class="chip" href={withQuery('/policy', query, { ownership: owner, group: '' })}
							{...(policy.ownership === owner ? { 'aria-current': 'true' as const } : {})}>
							{t(`console.ownership.${owner}`)}
						</a>
					</li>
				))}
			</ul>
			<div class="field">
				<label for="policy-group">{t('console.device.group')}</label>
				<select id="policy-group" value={policy.group} onChange={(event) => go(withQuery('/policy', query, { group: event.currentTarget.value }))}>
					<option value="">{t('console.policy.all')}</option>
					{policy.groups.map((row) => (
						<option key={row.group} value={row.group}>{row.own ? t('console.policy.group-own', { group: row.group }) : row.group}</option>
					))}
				</select>
			</div>
		</div>
	);
}

function Standing({ policy }: { policy: Policy }): VNode {
	return (
		<div class="card standing">
			<p>
				{policy.version > 0 && <strong>{t('console.policy.version', { version: policy.version })}. </strong>}
				{tn('console.policy.reaches', policy.reaches)} {policy.own && tn('console.policy.holding', policy.holding)}
			</p>
			{!policy.own && <p class="hint">{t('console.policy.not-own')}</p>}
			{policy.waits && <p role="status">{t('console.policy.waits')}</p>}
			{policy.published && <p role="status">{t('console.policy.is-published')}</p>}
		</div>
	);
}

function Editor({ policy, changed }: { policy: Policy; changed: () => void }): VNode {
	const may = useMay('policy-write');
	const [edit, setEdit] = useState<PolicyEdit>(policy.edit);
	const [only, setOnly] = useState(false);
	const [preview, setPreview] = useState<PolicyPreview | null>(null);
	const kept = JSON.stringify(policy.edit);
	useEffect(() => setEdit(JSON.parse(kept) as PolicyEdit), [kept]);
	const body = { ownership: policy.ownership, group: policy.group, edit };
	const dirty = !sameEdit(edit, policy.edit);
	const change = (next: PolicyEdit): void => {
		setEdit(next);
		setPreview(null);
	};
	const look = async (): Promise<void> => setPreview(await request('POST', '/policy/preview', body) as PolicyPreview);
	const rollOut = async (): Promise<void> => {
		await request('POST', '/policy', body);
		setPreview(null);
		changed();
	};
	const tables = { policy, edit, only, frozen: !may, setEdit: change };
	return (
		<div class="groups">
			<div class="card editor">
				<p>{tn('console.policy.changes', countEdits(edit))}</p>
				<label class="check">
					<input type="checkbox" checked={only} onChange={(event) => setOnly(event.currentTarget.checked)} /> {t('console.policy.only')}
				</label>
				{may && (
					<div class="row">
						<Act main={preview === null} label={t('console.policy.look')} run={look} refused={'console.policy.refused'} />
						{preview !== null && (
							<Act main label={policy.group === '' ? t('console.policy.roll-out') : t('console.policy.roll-out-to', { group: policy.group })}
								run={rollOut} refused={'console.policy.refused'} />
						)}
						{dirty && <button type="button" class="button quiet" onClick={() => change(policy.edit)}>{t('console.policy.discard')}</button>}
					</div>
				)}
				<PolicyShare policy={policy} edit={edit} take={may ? change : null} />
			</div>
			{preview !== null && <PreviewCard preview={preview} />}
			<PolicyControls {...tables} />
			<PolicyClients {...tables} />
		</div>
	);
}

export function PolicyPage({ query }: { query: URLSearchParams }): VNode {
	const ownership = query.get('ownership') === 'private' ? 'private' : 'school';
	const group = encodeURIComponent(query.get('group') ?? '');
	const [waits, setWaits] = useState(false);
	const data = useData<Policy>(`/policy?ownership=${ownership}&group=${group}`, waits ? SIGNING_MS : EVERY_MS);
	useEffect(() => setWaits(data.value?.waits === true), [data.value]);
	return (
		<Page title={t('console.policy')} lead={<p>{t('console.policy.lead')}</p>}>
			<Await data={data}>
				{(policy) => (
					<>
						<Whose query={query} policy={policy} />
						<Standing policy={policy} />
						<div class="with-side">
							<Editor key={`${policy.ownership} ${policy.group}`} policy={policy} changed={data.reload} />
							<div class="side"><PolicyVersions policy={policy} changed={data.reload} /></div>
						</div>
					</>
				)}
			</Await>
		</Page>
	);
}
