// SPDX-License-Identifier: Apache-2.0
// The exemptions in force on one device, or for one control: a line each, with its page behind it.
import type { VNode } from 'preact';
import { useData } from '../lib/data';
import { covers, type Exemptions } from '../lib/decisions';
import { shortDate } from '../lib/dates';
import { useMay } from '../lib/session';
import { t } from '../lib/texts';

const EVERY_MS = 30_000;

export function ExemptionsHere({ device, control }: { device?: string; control?: string }): VNode | null {
	const may = useMay('devices');
	const path = device === undefined ? '/exemptions' : `/exemptions?device=${device}`;
	const all = useData<Exemptions>(may ? path : null, EVERY_MS).value?.exemptions ?? [];
	const list = all.filter((one) => (one.phase === 'running' || one.phase === 'waiting')
		&& (control === undefined || covers(one, control)));
	if (list.length === 0) {
		return null;
	}
	return (
		<section class="card" aria-labelledby="exemptions-here">
			<h2 id="exemptions-here">{t('console.exempt')}</h2>
			<ul class="lines">
				{list.map((one) => (
					<li key={one.id}>
						<span class="line-main">
							<a href="/exemptions">{t(one.terms.feature === undefined ? 'exempt.feature.controls' : `exempt.feature.${one.terms.feature}`)}</a>
							<span class="line-sub">{t(`exempt.purpose.${one.terms.purpose}`)}</span>
						</span>
						<span class="line-side">{shortDate(one.start)} – {shortDate(one.end)}</span>
					</li>
				))}
			</ul>
		</section>
	);
}
