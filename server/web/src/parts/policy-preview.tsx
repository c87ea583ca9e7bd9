// SPDX-License-Identifier: Apache-2.0
// Whom an edit touches, before anything is signed.
import type { VNode } from 'preact';
import type { PolicyPreview } from '../lib/decisions';
import { t, tn } from '../lib/texts';
import { DeviceBadge } from './state-badge';

export function PreviewCard({ preview }: { preview: PolicyPreview }): VNode {
	const nothing = preview.off.length + preview.on.length + preview.otherwise.length + preview.clients.length === 0;
	return (
		<section class="card preview" aria-labelledby="preview" role="status">
			<h2 id="preview">{t('console.policy.preview')}</h2>
			<p>{tn('console.policy.reaches', preview.reaches)}</p>
			{nothing && <p>{t('console.policy.preview.nothing')}</p>}
			<ul class="lines">
				{preview.off.map((row) => (
					<li key={row.id}>
						<span class="line-main">{t('console.policy.preview.off', { title: t(`control.${row.id}.title`) })}</span>
						<span class="line-side">{tn('console.policy.preview.failing', row.failing)}</span>
					</li>
				))}
				{preview.on.map((id) => (
					<li key={id}><span class="line-main">{t('console.policy.preview.on', { title: t(`control.${id}.title`) })}</span></li>
				))}
				{preview.otherwise.map((id) => (
					<li key={id}><span class="line-main">{t('console.policy.preview.otherwise', { title: t(`control.${id}.title`) })}</span></li>
				))}
				{preview.clients.map((row) => (
					<li key={row.id}>
						<span class="line-main">
							{t('console.policy.preview.client', {
								title: t(`client.${row.id}`), from: t(`console.policy.tier.${row.from}`), to: t(`console.policy.tier.${row.to}`),
							})}
						</span>
					</li>
				))}
			</ul>
			<p>{tn('console.policy.preview.changed', preview.changed)}</p>
			{preview.devices.length > 0 && (
				<ul class="lines">
					{preview.devices.map((row) => (
						<li key={row.device}>
							<span class="line-main"><a href={`/devices/${row.device}`}>{row.label}</a></span>
							<span class="row"><DeviceBadge state={row.from} /> <span aria-hidden="true">→</span> <DeviceBadge state={row.to} /></span>
						</li>
					))}
				</ul>
			)}
		</section>
	);
}
