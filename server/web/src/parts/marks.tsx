// SPDX-License-Identifier: Apache-2.0
// One shape for each state, so that no state is told by colour alone.
import type { VNode } from 'preact';
import type { DeviceState, State } from '../lib/types';

export type MarkName = State | 'silent';

const shapes: Record<MarkName, VNode> = {
	pass: <g><circle cx="8" cy="8" r="7" /><path class="cut" d="m4.8 8.2 2.2 2.3 4.2-4.8" /></g>,
	fail: <g><path d="M8 .6 15.4 8 8 15.4.6 8z" /><path class="cut" d="M8 4.500v4.200M8 11v.1" /></g>,
	unknown: <g class="open"><circle cx="8" cy="8" r="6.4" stroke-dasharray="2.6 2.43" />
		<path d="M6.2 6.300c0-2.5 3.7-2.4 3.7-.1 0 1.5-1.8 1.5-1.8 2.900M8.05 11.400v.1" /></g>,
	na: <g class="open"><path d="M3.5 8h9" /></g>,
	exempt: <g><rect x="1.4" y="1.4" width="13.2" height="13.2" rx="3" />
		<path class="cut" d="M8 4.600V8l2.3 1.7" /></g>,
	error: <g class="open"><path d="M4.8 1.600h6.400l3.2 5.600v1.600l-3.2 5.600H4.800L1.6 8.800V7.200z" />
		<path d="m5.8 5.8 4.4 4.400m0-4.4-4.4 4.4" /></g>,
	silent: <g class="open"><path d="M12.8 10.300A5.7 5.7 0 0 1 5.7 3.200a5.7 5.7 0 1 0 7.1 7.100z" /></g>,
};

export const markOfDevice: Record<DeviceState, MarkName> = {
	passing: 'pass',
	failing: 'fail',
	unknown: 'unknown',
	silent: 'silent',
};

export function Mark({ name }: { name: MarkName }): VNode {
	return (
		<svg class={`mark is-${name}`} viewBox="0 0 16 16" aria-hidden="true" focusable="false">
			{shapes[name]}
		</svg>
	);
}
