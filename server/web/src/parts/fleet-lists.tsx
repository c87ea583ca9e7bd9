// SPDX-License-Identifier: Apache-2.0
// The two lists of the fleet page: what began to fail, and who has not been heard of.
import type { VNode } from 'preact';
import { useState } from 'preact/hooks';
import { richn, t } from '../lib/texts';
import type { Fleet } from '../lib/types';
import { isNewSince, visitFleet } from '../lib/visits';
import { Ago } from './ago';

const SHOWN = 6;

export function NewlyFailing({ fleet }: { fleet: Fleet }): VNode {
	const [visit] = useState(visitFleet);
	const more = fleet.newly_failing_total - Math.min(SHOWN, fleet.newly_failing.length);
	return (
		<section class="card" aria-labelledby="newly">
			<h2 id="newly">{t('console.fleet.newly')}</h2>
			{fleet.newly_failing.length === 0 && <p class="faint">{t('console.fleet.newly.none')}</p>}
			<ul class="lines">
				{fleet.newly_failing.slice(0, SHOWN).map((item) => (
					<li key={item.device + item.control}>
						<span class="line-main">
							<a href={`/devices/${item.device}`}>{item.label}</a>
							{isNewSince(item.since, visit) && <span class="new">{t('console.fleet.new')}</span>}
							<span class="line-sub">{t(`reason.${item.reason}`)}</span>
						</span>
						<Ago at={item.since} />
					</li>
				))}
			</ul>
			{more > 0 && (
				<p class="more"><a href="/devices?state=failing">{richn('console.fleet.newly.more', more, {})}</a></p>
			)}
		</section>
	);
}

export function SilentDevices({ fleet }: { fleet: Fleet }): VNode {
	const more = fleet.devices.silent - Math.min(SHOWN, fleet.silent.length);
	return (
		<section class="card" aria-labelledby="silent">
			<h2 id="silent">{t('console.fleet.silent')}</h2>
			{fleet.silent.length === 0 && <p class="faint">{t('console.fleet.silent.none')}</p>}
			<ul class="lines">
				{fleet.silent.slice(0, SHOWN).map((item) => (
					<li key={item.device}>
						<span class="line-main"><a href={`/devices/${item.device}`}>{item.label}</a></span>
						<span class="line-side">{t('console.heard')} <Ago at={item.heard} /></span>
					</li>
				))}
			</ul>
			{fleet.silent.length > 0 && <p class="hint">{t('console.fleet.silent.todo')}</p>}
			{more > 0 && (
				<p class="more"><a href="/devices?state=silent">{richn('console.fleet.silent.more', more, {})}</a></p>
			)}
		</section>
	);
}
