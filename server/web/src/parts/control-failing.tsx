// SPDX-License-Identifier: Apache-2.0
// The devices on which a control fails: the first of them here, all of them one click further.
import type { VNode } from 'preact';
import { richn, t } from '../lib/texts';
import type { ControlDetail } from '../lib/types';
import { Ago } from './ago';

export function ControlFailing({ control }: { control: ControlDetail }): VNode {
	const more = control.counts.fail - control.failing.length;
	return (
		<section class="card" aria-labelledby="failing">
			<h2 id="failing">{t('console.control.failing')}</h2>
			{control.failing.length === 0 && <p class="faint">{t('console.control.failing.none')}</p>}
			<ul class="lines">
				{control.failing.map((item) => (
					<li key={item.device}>
						<span class="line-main">
							<a href={`/devices/${item.device}`}>{item.label}</a>
							<span class="line-sub">{t(`reason.${item.reason}`)}</span>
						</span>
						<span class="line-side">{t('console.control.since')} <Ago at={item.since} quiet /></span>
					</li>
				))}
			</ul>
			{more > 0 && (
				<p class="more">
					<a href={`/devices?control=${control.id}`}>{richn('console.control.failing.more', more, {})}</a>
				</p>
			)}
		</section>
	);
}
