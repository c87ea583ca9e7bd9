// SPDX-License-Identifier: Apache-2.0
import { t } from '../lib/texts';
import type { Control, State } from '../lib/types';
import type { Part } from './state-bar';

const order: State[] = ['pass', 'exempt', 'na', 'unknown', 'error', 'fail'];

export function controlParts(control: Control): Part[] {
	return order.map((state) => ({
		mark: state,
		word: t(`state.${state}`),
		count: control.counts[state],
		href: `/devices?control=${control.id}&control_state=${state}`,
	}));
}
