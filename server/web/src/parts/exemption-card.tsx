// SPDX-License-Identifier: Apache-2.0
// One exemption: who may what, why, until when, and what can be done with it now.
import type { ComponentChildren, VNode } from 'preact';
import { useState } from 'preact/hooks';
import { request } from '../lib/api';
import { WORDS, type Exemption } from '../lib/decisions';
import { exactTime, shortDate } from '../lib/dates';
import { useMay, useSession } from '../lib/session';
import { t, tn } from '../lib/texts';
import { Act } from './act';

function Fact({ name, children }: { name: string; children: ComponentChildren }): VNode {
	return <div><dt>{t(name)}</dt><dd>{children}</dd></div>;
}

function people(exemption: Exemption): string {
	const first = exemption.approver === '' ? '' : `${exemption.approver} (${t(`console.exempt.role.${exemption.approver_role}`)})`;
	const second = exemption.second === '' ? '' : `, ${exemption.second} (${t(`console.exempt.role.${exemption.second_role}`)})`;
	return first + second;
}

function Approve({ exemption, changed }: { exemption: Exemption; changed: () => void }): VNode {
	const roles = WORDS.approved_by.filter((role) => role !== exemption.terms.asked_by && role !== exemption.approver_role);
	const [role, setRole] = useState<string>(roles[0] ?? '');
	const act = (what: string, body?: object) => async (): Promise<void> => {
		await request('POST', `/exemptions/${exemption.id}/${what}`, body);
		changed();
	};
	return (
		<div class="decide">
			<div class="field">
				<label for={`role-${exemption.id}`}>{t('console.exempt.approve-as')}</label>
				<select id={`role-${exemption.id}`} value={role} onChange={(event) => setRole(event.currentTarget.value)}>
					{roles.map((name) => <option key={name} value={name}>{t(`console.exempt.role.${name}`)}</option>)}
				</select>
			</div>
			<Act main label={t('console.exempt.approve')} refused={'console.exempt.approve.refused'} run={act('approve', { role })} />
			<Act label={t('console.exempt.refuse')} run={act('refuse')} />
		</div>
	);
}

function Acts({ exemption, changed }: { exemption: Exemption; changed: () => void }): VNode | null {
	const session = useSession();
	const mayDecide = useMay('exempt-decide');
	const mayAsk = useMay('exempt-ask');
	const me = session?.signed_in === true ? session.name : '';
	const open = exemption.phase === 'requested' || exemption.phase === 'seconded';
	const mine = exemption.requester === me;
	const end = async (): Promise<void> => {
		await request('POST', `/exemptions/${exemption.id}/end`);
		changed();
	};
	if (open && mayDecide && !mine && exemption.approver !== me) {
		return <Approve exemption={exemption} changed={changed} />;
	}
	if (open && !mine) {
		return null;
	}
	if (mayAsk && (open || exemption.phase === 'waiting' || exemption.phase === 'running')) {
		return (
			<>
				{open && <p class="hint">{t('console.exempt.other-person')}</p>}
				<Act label={t(open ? 'console.exempt.take-back' : 'console.exempt.end-now')} sure={t('console.exempt.end.sure')} run={end} />
			</>
		);
	}
	return null;
}

export function ExemptionCard({ exemption, changed }: { exemption: Exemption; changed: () => void }): VNode {
	const { terms } = exemption;
	const title = terms.feature !== undefined ? t(`exempt.feature.${terms.feature}`) : (terms.controls ?? []).map((id) => t(`control.${id}.title`)).join(', ');
	return (
		<article class={`card exemption is-${exemption.phase}`}>
			<div class="control-head">
				<h3>{title}{exemption.group !== '' && `: ${exemption.group}`}</h3>
				<span class="phase">{t(`console.exempt.phase.${exemption.phase}`)}</span>
			</div>
			<dl class="facts-row">
				<Fact name={'console.exempt.purpose'}>{t(`exempt.purpose.${terms.purpose}`)}</Fact>
				<Fact name={'console.exempt.persons'}>{terms.persons.map((word) => t(`exempt.person.${word}`)).join(', ')}</Fact>
				<Fact name={'console.exempt.from-to'}>
					<time dateTime={exemption.start} title={exactTime(exemption.start)}>{shortDate(exemption.start)}</time>
					{' – '}
					<time dateTime={exemption.end} title={exactTime(exemption.end)}>{shortDate(exemption.end)}</time>
				</Fact>
				<Fact name={'console.exempt.noticed'}>{shortDate(terms.noticed)} ({terms.notice})</Fact>
				<Fact name={'console.exempt.delete'}>{shortDate(terms.delete_by)}</Fact>
				<Fact name={'console.exempt.considered'}>{terms.considered.map((word) => t(`console.exempt.considered.${word}`)).join(', ')}</Fact>
				<Fact name={'console.exempt.asked-by'}>{exemption.requester} ({t(`console.exempt.role.${terms.asked_by}`)})</Fact>
				{exemption.approver !== '' && <Fact name={'console.exempt.approved-by'}>{people(exemption)}</Fact>}
				<Fact name={'console.exempt.devices'}>
					{tn('console.devices', exemption.devices)}
					{(exemption.phase === 'running' || exemption.phase === 'waiting') && `, ${tn('console.exempt.holding', exemption.holding)}`}
				</Fact>
			</dl>
			<Acts exemption={exemption} changed={changed} />
		</article>
	);
}
