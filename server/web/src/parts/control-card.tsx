// SPDX-License-Identifier: Apache-2.0
// One control on one device. What needs somebody stands open; what is fine is one line.
import type { VNode } from 'preact';
import { controlHref } from '../lib/control-groups';
import { t } from '../lib/texts';
import type { DeviceControl, DeviceDetail } from '../lib/types';
import { Ago } from './ago';
import { DayStrip } from './day-strip';
import { StateBadge } from './state-badge';

const openStates = new Set(['fail', 'error', 'unknown']);

function Advice({ control }: { control: DeviceControl }): VNode {
	const { id, severity, state } = control;
	if (state !== 'fail') {
		return <p class="hint">{t(`console.control.todo.${state}`)}</p>;
	}
	return (
		<dl class="advice">
			<div>
				<dt>{t('console.control.why')}</dt>
				<dd><strong>{t(`console.severity.${severity}`)}</strong> {t(`control.${id}.why`)}</dd>
			</div>
			<div><dt>{t('console.control.who')}</dt><dd>{t(`console.who.${id}`)}</dd></div>
			<div><dt>{t('console.control.fix')}</dt><dd>{t(`control.${id}.fix`)}</dd></div>
		</dl>
	);
}

interface ControlCardProps {
	control: DeviceControl;
	changed: boolean;
	history: DeviceDetail['history']; // of this control
}

export function ControlCard({ control, changed, history }: ControlCardProps): VNode {
	return (
		<article class={`control is-${control.state}${changed ? ' is-changed' : ''}`}>
			<div class="control-head">
				<h3><a href={controlHref(control.id)}>{t(`control.${control.id}.title`)}</a></h3>
				<StateBadge state={control.state} />
			</div>
			<div class="control-said">
				<p>{t(`reason.${control.reason}`)}</p>
				<p class="control-times">
					<span>{t('console.control.since')} <Ago at={control.since} /></span>
					<span>{t('console.control.answered')} <Ago at={control.answered} /></span>
				</p>
			</div>
			<DayStrip history={history} />
			{openStates.has(control.state) && <Advice control={control} />}
		</article>
	);
}
