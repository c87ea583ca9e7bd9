// SPDX-License-Identifier: Apache-2.0
// One thing across the fleet: what it means, why, how it is judged, and where it fails.
import type { VNode } from 'preact';
import { useMemo } from 'preact/hooks';
import { groupOf } from '../lib/control-groups';
import { useData } from '../lib/data';
import { formatNumber, richn, t } from '../lib/texts';
import type { ControlDetail } from '../lib/types';
import { ControlFailing } from '../parts/control-failing';
import { controlParts } from '../parts/control-parts';
import { ExemptionsHere } from '../parts/exemptions-here';
import { Await } from '../parts/notice';
import { Page } from '../parts/page';
import { Plot } from '../parts/plot';
import { StateBar } from '../parts/state-bar';

const EVERY_MS = 15_000;

function Meaning({ id }: { id: string }): VNode {
	const rows = ['why', 'rule'] as const;
	return (
		<section class="card meaning" aria-label={t('console.control.meaning')}>
			{rows.map((row) => (
				<div key={row}>
					<h2>{t(`console.control.${row}`)}</h2>
					<p>{t(`control.${id}.${row}`)}</p>
				</div>
			))}
			<div>
				<h2>{t('console.control.fix')}</h2>
				<p>{t(`control.${id}.fix`)}</p>
			</div>
			<div>
				<h2>{t('console.control.who')}</h2>
				<p>{t(`console.who.${id}`)}</p>
			</div>
			<div>
				<h2>{t('console.control.guidance')}</h2>
				<p class="cited">{t(`control.${id}.guidance`)}</p>
			</div>
		</section>
	);
}

function Groups({ control }: { control: ControlDetail }): VNode {
	return (
		<section class="card" aria-labelledby="groups">
			<h2 id="groups">{t('console.control.groups')}</h2>
			<table class="tight">
				<thead>
					<tr>
						<th scope="col">{t('console.device.group')}</th>
						<th scope="col" class="number">{t('state.fail')}</th>
						<th scope="col" class="number">{t('console.control.of')}</th>
					</tr>
				</thead>
				<tbody>
					{control.groups.map((row) => (
						<tr key={row.group}>
							<th scope="row">{row.group}</th>
							<td class="number">
								{row.failing === 0 ? formatNumber(0) : (
									<a href={`/devices?control=${control.id}&group=${encodeURIComponent(row.group)}`}>
										{formatNumber(row.failing)}
									</a>
								)}
							</td>
							<td class="number">{formatNumber(row.total)}</td>
						</tr>
					))}
				</tbody>
			</table>
		</section>
	);
}

function Standing({ control }: { control: ControlDetail }): VNode {
	const days = useMemo(() => control.trend.map((day) => ({
		day: day.day, part: day.pass, whole: day.pass + day.fail + day.unknown,
	})), [control.trend]);
	return (
		<section class="card" aria-labelledby="standing">
			<h2 id="standing">{t('console.control.standing')}</h2>
			<StateBar parts={controlParts(control)} />
			<h2 class="spaced">{t('console.fleet.trend')}</h2>
			<Plot days={days} label={t(`control.${control.id}.title`)} />
		</section>
	);
}

export function ControlPage({ id }: { id: string }): VNode {
	const data = useData<ControlDetail>(`/controls/${id}`, EVERY_MS);
	const control = data.value;
	return (
		<Page
			title={t(`control.${id}.title`)}
			above={<p class="crumb"><a href="/controls">{t('console.controls')}</a> <span aria-hidden="true">/</span> {groupOf(id)}</p>}
			lead={control !== null && (
				<p>
					{richn('console.control.lead', control.counts.fail, {})}{' '}
					{t(`console.severity.${control.severity}`)}
				</p>
			)}
		>
			<Await data={data}>
				{(value) => (
					<div class="with-side">
						<div class="groups">
							<Standing control={value} />
							<ControlFailing control={value} />
						</div>
						<div class="side">
							<Meaning id={id} />
							<ExemptionsHere control={id} />
							{value.groups.length > 1 && <Groups control={value} />}
						</div>
					</div>
				)}
			</Await>
		</Page>
	);
}
