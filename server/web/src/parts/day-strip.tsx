// SPDX-License-Identifier: Apache-2.0
// One control over the last weeks, a part for each run of days in the same state. Only where something
// changed: what was always so is said by "began".
import type { VNode } from 'preact';
import { runsOf } from '../lib/runs';
import { t, tn } from '../lib/texts';
import type { DeviceDetail } from '../lib/types';

export function DayStrip({ history }: { history: DeviceDetail['history'] }): VNode | null {
	const runs = runsOf(history, Date.now());
	const seen = runs.filter((run) => run.state !== null);
	if (seen.length < 2) {
		return null;
	}
	const words = seen.map((run) => `${t(`state.${run.state ?? 'na'}`)}: ${tn('console.settings.days', run.days)}`).join(', ');
	return (
		<div class="strip">
			<span class="hint" aria-hidden="true">{t('console.strip')}</span>
			<div class="bar" role="img" aria-label={`${t('console.strip')}. ${words}`} title={words}>
				{runs.map((run, i) => (
					<span key={i} class={run.state === null ? 'bar-part is-none' : `bar-part is-${run.state}`} style={{ flexGrow: run.days }} />
				))}
			</div>
		</div>
	);
}
