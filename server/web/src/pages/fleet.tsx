// SPDX-License-Identifier: Apache-2.0
// Are we all right, and what first?
import type { VNode } from 'preact';
import { useEffect, useMemo } from 'preact/hooks';
import { controlHref } from '../lib/control-groups';
import { useData } from '../lib/data';
import { go } from '../lib/router';
import { formatNumber, formatPercent, rich, richn, t } from '../lib/texts';
import { DEVICE_STATES, type DeviceCounts, type Fleet } from '../lib/types';
import { EmptyFleet } from '../parts/empty-fleet';
import { NewlyFailing, SilentDevices } from '../parts/fleet-lists';
import { markOfDevice } from '../parts/marks';
import { Await } from '../parts/notice';
import { Page } from '../parts/page';
import { Reminders } from '../parts/reminders';
import { Plot } from '../parts/plot';
import { StateBar } from '../parts/state-bar';

const EVERY_MS = 15_000;
const WORST_SHOWN = 3;

export function deviceParts(counts: DeviceCounts) {
	return DEVICE_STATES.map((state) => ({
		mark: markOfDevice[state],
		word: t(`console.device-state.${state}`),
		count: counts[state],
		href: `/devices?state=${state}`,
	})).reverse();
}

function Lead({ fleet }: { fleet: Fleet }): VNode {
	const { total, passing } = fleet.devices;
	const first = fleet.worst[0];
	return (
		<p>
			{passing === total
				? richn('console.fleet.all-pass', total, {})
				: rich('console.fleet.some-pass', {
					passing: formatNumber(passing), total: formatNumber(total),
				})}
			{passing === total && <> <a href="/documents/limits">{t('console.document.limits')}</a></>}
			{first !== undefined && (
				<> {rich('console.fleet.start-with', {
					control: <a href={controlHref(first.id)}>{t(`control.${first.id}.title`)}</a>,
				})}</>
			)}
		</p>
	);
}

function Share({ fleet }: { fleet: Fleet }): VNode {
	const { total, passing } = fleet.devices;
	const days = useMemo(() => fleet.trend.map((day) => ({
		day: day.day, part: day.passing, whole: day.passing + day.failing + day.unknown + day.silent,
	})), [fleet.trend]);
	return (
		<section class="card share" aria-labelledby="share">
			<div class="share-now">
				<h2 id="share">{t('console.fleet.share')}</h2>
				<p class="figure"><a href="/devices?state=passing">{formatPercent(passing, total)}</a></p>
				<StateBar parts={deviceParts(fleet.devices)} tall />
			</div>
			<div class="share-trend">
				<h2>{t('console.fleet.trend')}</h2>
				<Plot days={days} label={t('console.fleet.share')} />
			</div>
		</section>
	);
}

function Worst({ fleet }: { fleet: Fleet }): VNode {
	const worst = fleet.worst.slice(0, WORST_SHOWN);
	return (
		<section class="card" aria-labelledby="worst">
			<h2 id="worst">{t('console.fleet.worst')}</h2>
			{worst.length === 0 && <p class="faint">{t('console.fleet.worst.none')}</p>}
			<ol class="worst">
				{worst.map((control) => (
					<li key={control.id}>
						<h3><a href={controlHref(control.id)}>{t(`control.${control.id}.title`)}</a></h3>
						<p>
							{rich('console.fleet.fails-on', {
								link: <a href={`/devices?control=${control.id}`}>{richn('console.devices', control.failing, {})}</a>,
							})} {control.mends > 0 && <span class="mends">{richn('console.fleet.mends', control.mends, {})}</span>}
						</p>
					</li>
				))}
			</ol>
		</section>
	);
}

export function FleetPage(): VNode {
	const data = useData<Fleet>('/fleet', EVERY_MS);
	const fleet = data.value;
	// Who is bound to groups has no fleet, but these.
	const bound = data.trouble === 'forbidden';
	useEffect(() => {
		if (bound) {
			go('/groups', 'replace');
		}
	}, [bound]);
	if (fleet?.hidden === true) {
		return <Page title={t('console.fleet')}><p class="card none">{t('console.fleet.hidden')}</p></Page>;
	}
	if (fleet !== null && fleet.devices.total === 0) {
		return <EmptyFleet />;
	}
	return (
		<Page title={t('console.fleet')} lead={fleet !== null && <Lead fleet={fleet} />}>
			<Reminders />
			<Await data={data}>
				{(value) => (
					<div class="fleet">
						<Share fleet={value} />
						<Worst fleet={value} />
						<NewlyFailing fleet={value} />
						<SilentDevices fleet={value} />
					</div>
				)}
			</Await>
		</Page>
	);
}
