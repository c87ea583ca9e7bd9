// SPDX-License-Identifier: Apache-2.0
// What is asked for, line by line: each with what the package has where the school has it otherwise.
import type { VNode } from 'preact';
import { compareTexts, controlHref, inGroups } from '../lib/control-groups';
import { editedClient, editedControl, type Policy, type PolicyEdit, type Tier } from '../lib/decisions';
import { t } from '../lib/texts';
import type { Severity } from '../lib/types';

const SEVERITIES: Severity[] = ['critical', 'high', 'medium', 'low', 'info'];
const TIERS: Tier[] = ['off', 'base', 'strict'];

interface TableProps {
	policy: Policy;
	edit: PolicyEdit;
	only: boolean; // what differs from the package alone
	frozen: boolean;
	setEdit: (edit: PolicyEdit) => void;
}

function Own({ word }: { word: string }): VNode {
	return <span class="cell-sub">{t('console.policy.package', { word })}</span>;
}

function ControlRow({ row, edit, frozen, setEdit }: { row: Policy['controls'][number] } & Omit<TableProps, 'policy' | 'only'>): VNode {
	const mine = edit.controls?.[row.id] ?? {};
	const on = mine.on ?? row.package.on;
	const severity = mine.severity ?? row.package.severity;
	const title = t(`control.${row.id}.title`);
	// What holds Caretaker itself to its word cannot be switched off.
	const fixed = frozen || /^(agent|exempt)\./.test(row.id);
	return (
		<tr class={edit.controls?.[row.id] === undefined ? '' : 'is-edited'}>
			<th scope="row"><a class="row-link" href={controlHref(row.id)}>{title}</a></th>
			<td>
				{fixed && <span>{t(on ? 'console.policy.on' : 'console.policy.off')}</span>}
				{!fixed && <select aria-label={t('console.policy.on-of', { title })} value={on ? 'on' : 'off'}
					onChange={(event) => setEdit(editedControl(edit, row.id, row.package, { on: event.currentTarget.value === 'on' }))}>
					<option value="on">{t('console.policy.on')}</option>
					<option value="off">{t('console.policy.off')}</option>
				</select>}
				{on !== row.package.on && <Own word={t(row.package.on ? 'console.policy.on' : 'console.policy.off')} />}
			</td>
			<td>
				<select aria-label={t('console.policy.severity-of', { title })} value={severity} disabled={frozen}
					onChange={(event) => setEdit(editedControl(edit, row.id, row.package, { severity: event.currentTarget.value as Severity }))}>
					{SEVERITIES.map((word) => <option key={word} value={word}>{t(`console.severity.${word}`)}</option>)}
				</select>
				{severity !== row.package.severity && <Own word={t(`console.severity.${row.package.severity}`)} />}
			</td>
		</tr>
	);
}

export function PolicyControls({ policy, edit, only, frozen, setEdit }: TableProps): VNode {
	const shown = policy.controls
		.filter((row) => !only || edit.controls?.[row.id] !== undefined)
		.map((row) => ({ ...row, severity: row.package.severity }));
	return (
		<section aria-labelledby="policy-controls">
			<h2 id="policy-controls">{t('console.controls')}</h2>
			{shown.length === 0 && <p class="hint">{t('console.policy.as-package')}</p>}
			{inGroups(shown).map((group) => (
				<table key={group.name} class="table policy">
					<caption>{group.name}</caption>
					<thead class="visually-hidden">
						<tr>
							<th scope="col">{t('console.controls.control')}</th>
							<th scope="col">{t('console.policy.on')}</th>
							<th scope="col">{t('console.policy.severity')}</th>
						</tr>
					</thead>
					<tbody>
						{group.controls.map((row) => <ControlRow key={row.id} row={row} edit={edit} frozen={frozen} setEdit={setEdit} />)}
					</tbody>
				</table>
			))}
		</section>
	);
}

export function PolicyClients({ policy, edit, only, frozen, setEdit }: TableProps): VNode {
	const shown = policy.clients
		.filter((row) => !only || edit.clients?.[row.id] !== undefined)
		.map((row) => ({ ...row, title: t(`client.${row.id}`) }))
		.sort((a, b) => compareTexts(a.title, b.title));
	return (
		<section aria-labelledby="policy-clients">
			<h2 id="policy-clients">{t('console.policy.clients')}</h2>
			<p class="hint">{t('console.policy.clients.hint')}</p>
			{shown.length > 0 && (
				<table class="table policy">
					<thead class="visually-hidden">
						<tr>
							<th scope="col">{t('console.policy.clients')}</th>
							<th scope="col">{t('console.policy.kept')}</th>
						</tr>
					</thead>
					<tbody>
						{shown.map((row) => {
							const tier = edit.clients?.[row.id] ?? row.package.tier;
							return (
								<tr key={row.id} class={tier === row.package.tier ? '' : 'is-edited'}>
									<th scope="row">{row.title}</th>
									<td>
										<select aria-label={t('console.policy.kept-of', { title: row.title })} value={tier} disabled={frozen}
											onChange={(event) => setEdit(editedClient(edit, row.id, row.package.tier, event.currentTarget.value as Tier))}>
											{TIERS.map((word) => <option key={word} value={word}>{t(`console.policy.tier.${word}`)}</option>)}
										</select>
										{tier !== row.package.tier && <Own word={t(`console.policy.tier.${row.package.tier}`)} />}
									</td>
								</tr>
							);
						})}
					</tbody>
				</table>
			)}
		</section>
	);
}
