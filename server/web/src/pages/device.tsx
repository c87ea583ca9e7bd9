// SPDX-License-Identifier: Apache-2.0
// What is wrong with this one, why, and who can mend it? Watched live while it is looked at.
import type { VNode } from 'preact';
import { byState, inGroups } from '../lib/control-groups';
import { useData } from '../lib/data';
import { richn, t } from '../lib/texts';
import type { DeviceDetail } from '../lib/types';
import { Ago } from '../parts/ago';
import { ControlCard } from '../parts/control-card';
import { DeviceFacts } from '../parts/device-facts';
import { DeviceRights } from '../parts/device-rights';
import { DeviceHistory } from '../parts/device-history';
import { ExemptionsHere } from '../parts/exemptions-here';
import { useChanges } from '../parts/changes';
import { Await } from '../parts/notice';
import { Page } from '../parts/page';
import { DeviceBadge } from '../parts/state-badge';

const EVERY_MS = 3000;

function Lead({ detail }: { detail: DeviceDetail }): VNode {
	const { device } = detail;
	return (
		<p class="device-lead">
			<DeviceBadge state={device.state} />
			<span>
				{device.failing > 0 && <>{richn('console.device.failing', device.failing, {})} </>}
				{device.unknown > 0 && <>{richn('console.device.unknown', device.unknown, {})} </>}
				{device.heard === null ? t('console.device.not-heard') : <>{t('console.device.heard')} <Ago at={device.heard} />.</>}
			</span>
		</p>
	);
}

function Controls({ detail }: { detail: DeviceDetail }): VNode {
	const changed = useChanges(detail.controls);
	const groups = inGroups([...detail.controls].sort(byState));
	return (
		<div class="groups">
			<p class="visually-hidden" role="status">{changed.words}</p>
			{groups.length === 0 && <p class="card none">{t('console.device.no-report')}</p>}
			{groups.map((group) => (
				<section key={group.name} class="group" aria-label={group.name}>
					<h2>{group.name}</h2>
					{group.controls.map((control) => (
						<ControlCard key={control.id} control={control} changed={changed.ids.has(control.id)}
							history={detail.history.filter((change) => change.control === control.id)} />
					))}
				</section>
			))}
		</div>
	);
}

export function DevicePage({ id }: { id: string }): VNode {
	const data = useData<DeviceDetail>(`/devices/${id}`, EVERY_MS);
	const detail = data.value;
	return (
		<Page
			title={detail?.device.label ?? t('console.device')}
			above={<p class="crumb"><a href="/devices">{t('console.devices')}</a></p>}
			lead={detail !== null && <Lead detail={detail} />}
		>
			<Await data={data}>
				{(value) => (
					<div class="with-side">
						<Controls detail={value} />
						<aside class="side" aria-label={t('console.device.about')}>
							<DeviceFacts detail={value} changed={data.reload} />
							<ExemptionsHere device={id} />
							<DeviceRights detail={value} />
							<DeviceHistory detail={value} />
						</aside>
					</div>
				)}
			</Await>
		</Page>
	);
}
