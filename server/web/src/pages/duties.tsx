// SPDX-License-Identifier: Apache-2.0
// What does the school have to see to itself, and how does that stand?
import type { VNode } from 'preact';
import { useData } from '../lib/data';
import { DUTY_STATES, dutyGroups, hasBundle, type Duties, type DutyGroup } from '../lib/school';
import { formatNumber, t } from '../lib/texts';
import { CsvOf } from '../parts/csv-button';
import { DutyBundle } from '../parts/duty-bundle';
import { DutyCard } from '../parts/duty-card';
import { DutyServices } from '../parts/duty-services';
import { Mark } from '../parts/marks';
import { Await } from '../parts/notice';
import { Page } from '../parts/page';

const EVERY_MS = 60_000;
const COLUMNS = ['provider', 'control', 'severity', 'state', 'reason', 'answer', 'note', 'who', 'at', 'until'] as const;

function Counts({ value }: { value: Duties }): VNode {
	return (
		<ul class="legend standing">
			{DUTY_STATES.filter((state) => value.counts[state] > 0).map((state) => (
				<li key={state}><Mark name={state} /> <strong>{formatNumber(value.counts[state])}</strong> {t(`state.${state}`)}</li>
			))}
		</ul>
	);
}

function Group({ group, changed }: { group: DutyGroup; changed: () => void }): VNode {
	const name = group.provider === '' ? t('console.duties.own') : t(`console.provider.${group.provider}`);
	// Nobody has said which services there are: one line, not one for each setting of none.
	const first = group.provider === 'none' ? group.duties[0] : undefined;
	return (
		<section class="group" aria-label={name}>
			<h2>{name}</h2>
			{hasBundle(group.provider) && <DutyBundle provider={group.provider} />}
			{first !== undefined
				? <p class="card none">{t(`duty.reason.${first.reason}`)} {first.state === 'unknown' && t('console.duties.name-services')}</p>
				: group.duties.map((duty) => <DutyCard key={duty.provider + duty.control} duty={duty} changed={changed} />)}
		</section>
	);
}

export function DutiesPage(): VNode {
	const data = useData<Duties>('/duties', EVERY_MS);
	return (
		<Page
			title={t('console.duties')}
			lead={<p>{t('console.duties.lead')}</p>}
			aside={data.value !== null && <CsvOf name="duties.csv" columns={COLUMNS} rows={data.value.duties} />}
		>
			<Await data={data}>
				{(value) => (
					<>
						<Counts value={value} />
						<div class="with-side">
							<div class="groups">
								{dutyGroups(value.duties).map((group) => <Group key={group.provider} group={group} changed={data.reload} />)}
							</div>
							<div class="side"><DutyServices value={value} changed={data.reload} /></div>
						</div>
					</>
				)}
			</Await>
		</Page>
	);
}
