// SPDX-License-Identifier: Apache-2.0
// Changes of state, newest first.
import type { VNode } from 'preact';
import { useState } from 'preact/hooks';
import { t } from '../lib/texts';
import type { DeviceDetail } from '../lib/types';
import { Ago } from './ago';
import { StateBadge } from './state-badge';

const SHOWN = 8;

type Change = DeviceDetail['history'][number];

// A control's oldest entry is what it was when it came in, which is no change.
function changesOf(history: Change[]): Change[] {
	const oldest = new Map(history.map((change) => [change.control, change]));
	return history.filter((change) => oldest.get(change.control) !== change);
}

export function DeviceHistory({ detail }: { detail: DeviceDetail }): VNode {
	const [all, setAll] = useState(false);
	const changes = changesOf(detail.history);
	const shown = all ? changes : changes.slice(0, SHOWN);
	return (
		<section class="card" aria-labelledby="history">
			<h2 id="history">{t('console.device.history')}</h2>
			{shown.length === 0 && <p class="faint">{t('console.device.history.none')}</p>}
			<ol class="history">
				{shown.map((change) => (
					<li key={change.control + change.at + change.state}>
						<Ago at={change.at} />
						<span>{t(`control.${change.control}.title`)}</span>
						<StateBadge state={change.state} />
					</li>
				))}
			</ol>
			{!all && changes.length > SHOWN && (
				<button type="button" class="link" onClick={() => setAll(true)}>{t('console.device.history.all')}</button>
			)}
		</section>
	);
}
