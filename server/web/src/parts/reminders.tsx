// SPDX-License-Identifier: Apache-2.0
// What falls due at the school itself: said where people look first, and nothing when all is done.
import type { ComponentChildren, VNode } from 'preact';
import { useData } from '../lib/data';
import { clockOf, type Breaches, type Duties } from '../lib/school';
import { useMay } from '../lib/session';
import { tn } from '../lib/texts';
import { Mark, type MarkName } from './marks';

const EVERY_MS = 300_000;

function Line({ mark, href, children }: { mark: MarkName; href: string; children: ComponentChildren }): VNode {
	return <li><Mark name={mark} /> <a href={href}>{children}</a></li>;
}

export function Reminders(): VNode | null {
	const mayDuties = useMay('settings-read');
	const mayBreach = useMay('breach');
	const duties = useData<Duties>(mayDuties ? '/duties' : null, EVERY_MS).value;
	const breaches = useData<Breaches>(mayBreach ? '/breaches' : null, EVERY_MS).value;
	const clocks = (breaches?.breaches ?? []).map(clockOf);
	const count = (clock: string): number => clocks.filter((one) => one === clock).length;
	const failing = duties?.counts.fail ?? 0;
	if (failing + count('overdue') + count('running') === 0) {
		return null;
	}
	return (
		<ul class="reminders">
			{count('overdue') > 0 && <Line mark="fail" href="/breaches">{tn('console.remind.overdue', count('overdue'))}</Line>}
			{count('running') > 0 && <Line mark="unknown" href="/breaches">{tn('console.remind.running', count('running'))}</Line>}
			{failing > 0 && <Line mark="fail" href="/duties">{tn('console.remind.duties', failing)}</Line>}
		</ul>
	);
}
