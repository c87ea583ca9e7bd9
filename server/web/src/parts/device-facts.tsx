// SPDX-License-Identifier: Apache-2.0
// All that the server knows of a device besides its controls; there is no more to show.
import type { VNode } from 'preact';
import { t } from '../lib/texts';
import type { DeviceDetail } from '../lib/types';
import { Ago } from './ago';

export function DeviceFacts({ detail }: { detail: DeviceDetail }): VNode {
	const { device, policy } = detail;
	return (
		<section class="card facts" aria-labelledby="facts">
			<h2 id="facts">{t('console.device.about')}</h2>
			<dl>
				<div><dt>{t('console.device.group')}</dt><dd><a href={`/devices?group=${encodeURIComponent(device.group)}`}>{device.group}</a></dd></div>
				<div><dt>{t('console.device.ownership')}</dt><dd>{t(`console.ownership.${device.ownership}`)}</dd></div>
				<div><dt>{t('console.device.enrolled')}</dt><dd><Ago at={device.enrolled} /></dd></div>
				<div>
					<dt>{t('console.device.policy')}</dt>
					<dd>
						{t('console.device.policy.held', { name: policy.name, version: policy.held })}
						{policy.held !== policy.current && (
							<span class="cell-sub">{t('console.device.policy.coming', { version: policy.current })}</span>
						)}
					</dd>
				</div>
				<div><dt>{t('console.device.id')}</dt><dd class="mono">{device.id}</dd></div>
			</dl>
			<p class="hint">{t(`console.device.privacy.${device.ownership}`)}</p>
		</section>
	);
}
