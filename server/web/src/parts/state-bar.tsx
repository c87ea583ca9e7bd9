// SPDX-License-Identifier: Apache-2.0
// Counts by state as one bar, and a legend in which every number leads to its list.
import type { VNode } from 'preact';
import { formatNumber, t } from '../lib/texts';
import { STATES } from '../lib/types';
import { Mark, type MarkName } from './marks';

export interface Part {
	mark: MarkName;
	word: string;
	count: number;
	href: string;
}

export function Bar({ parts }: { parts: Part[] }): VNode {
	const total = parts.reduce((sum, part) => sum + part.count, 0);
	const shown = parts.filter((part) => part.count > 0);
	const words = shown.map((part) => `${part.word}: ${formatNumber(part.count)}`).join(', ');
	return (
		<div class="bar" role="img" aria-label={total === 0 ? t('console.bar.empty') : words}>
			{shown.map((part) => (
				<span key={part.mark} class={`bar-part is-${part.mark}`} style={{ flexGrow: part.count }} />
			))}
		</div>
	);
}

export function StateBar({ parts, tall = false }: { parts: Part[]; tall?: boolean }): VNode {
	return (
		<div class="state-bar">
			<Bar parts={parts} />
			<ul class={tall ? 'legend tall' : 'legend'}>
				{parts.filter((part) => part.count > 0).map((part) => (
					<li key={part.mark}>
						<a href={part.href}>
							<Mark name={part.mark} />
							<strong>{formatNumber(part.count)}</strong> <span>{part.word}</span>
						</a>
					</li>
				))}
			</ul>
		</div>
	);
}

// The key to bars that stand without numbers.
export function StateLegend(): VNode {
	return (
		<ul class="legend key">
			{STATES.map((state) => (
				<li key={state} class={`is-${state}`}>
					<span class={`bar-part is-${state}`} /> <span>{t(`state.${state}`)}</span>
				</li>
			))}
		</ul>
	);
}
