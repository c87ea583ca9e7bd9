// SPDX-License-Identifier: Apache-2.0
// Whether the authority was told, and until when it is to be.
import type { VNode } from 'preact';
import { instantText, untilText } from '../lib/dates';
import { clockOf, type BreachHead } from '../lib/school';
import { t } from '../lib/texts';
import { Mark, type MarkName } from './marks';

const MARKS: Record<ReturnType<typeof clockOf>, MarkName> = { closed: 'na', told: 'pass', overdue: 'fail', running: 'unknown' };

export function BreachClock({ breach }: { breach: BreachHead }): VNode {
	const clock = clockOf(breach);
	const waits = clock === 'running' || clock === 'overdue';
	return (
		<span class="clock">
			<span class={`badge is-${MARKS[clock]}`}><Mark name={MARKS[clock]} /> <span>{t(`console.breach.clock.${clock}`)}</span></span>
			{waits && (
				<span class="cell-sub">
					{t('console.breach.due')} <time dateTime={breach.due}>{instantText(breach.due)}</time>
					{clock === 'running' && <> ({untilText(breach.due, Date.now())})</>}
				</span>
			)}
		</span>
	);
}
