// SPDX-License-Identifier: Apache-2.0
// A state in its own word, shape and colour.
import type { VNode } from 'preact';
import { t } from '../lib/texts';
import type { DeviceState, State } from '../lib/types';
import { Mark, markOfDevice, type MarkName } from './marks';

function Badge({ name, word }: { name: MarkName; word: string }): VNode {
	return (
		<span class={`badge is-${name}`}>
			<Mark name={name} />
			<span>{word}</span>
		</span>
	);
}

export function StateBadge({ state }: { state: State }): VNode {
	return <Badge name={state} word={t(`state.${state}`)} />;
}

export function DeviceBadge({ state }: { state: DeviceState }): VNode {
	return <Badge name={markOfDevice[state]} word={t(`console.device-state.${state}`)} />;
}
