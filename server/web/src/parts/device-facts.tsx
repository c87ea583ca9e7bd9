// SPDX-License-Identifier: Apache-2.0
// All that the server knows of a device besides its controls; there is no more to show.
import type { VNode } from 'preact';
import { useMay } from '../lib/session';
import { t } from '../lib/texts';
import type { DeviceDetail } from '../lib/types';
import { Ago } from './ago';
import { MoveTo } from './several';

export function DeviceFacts({ detail, changed }: { detail: DeviceDetail; changed: () => void }): VNode {
	const { device, policy } = detail;
	const mayMove = useMay('groups');
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
			{mayMove && (
				<details>
					<summary>{t('console.move.this')}</summary>
					<MoveTo ids={[device.id]} group={device.group} onDone={changed} />
				</details>
			)}
			<p class="hint">{t(`console.device.privacy.${device.ownership}`)}</p>
		</section>
	);
}
