// SPDX-License-Identifier: Apache-2.0
// One control on one device. What needs somebody stands open; what is fine is one line.
import type { VNode } from 'preact';
import { t } from '../lib/texts';
import type { DeviceControl } from '../lib/types';
import { Ago } from './ago';
import { StateBadge } from './state-badge';

const openStates = new Set(['fail', 'error', 'unknown']);

function Advice({ id }: { id: string }): VNode {
	return (
		<dl class="advice">
			<div><dt>{t('console.control.why')}</dt><dd>{t(`control.${id}.why`)}</dd></div>
			<div><dt>{t('console.control.fix')}</dt><dd>{t(`control.${id}.fix`)}</dd></div>
			<div><dt>{t('console.control.who')}</dt><dd>{t(`console.who.${id}`)}</dd></div>
		</dl>
	);
}

export function ControlCard({ control, changed }: { control: DeviceControl; changed: boolean }): VNode {
	const failing = control.state === 'fail';
	return (
		<article class={`control is-${control.state}${changed ? ' is-changed' : ''}`}>
			<div class="control-head">
				<h3><a href={`/controls/${control.id}`}>{t(`control.${control.id}.title`)}</a></h3>
				<StateBadge state={control.state} />
			</div>
			<p class="control-reason">{t(`reason.${control.reason}`)}</p>
			{failing && <Advice id={control.id} />}
			<p class="control-times">
				{openStates.has(control.state) && <span class="severity">{t(`console.severity.${control.severity}`)}</span>}
				<span>{t('console.control.since')} <Ago at={control.since} /></span>
				<span>{t('console.control.answered')} <Ago at={control.answered} /></span>
			</p>
		</article>
	);
}
