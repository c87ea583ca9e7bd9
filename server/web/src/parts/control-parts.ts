// SPDX-License-Identifier: Apache-2.0
import { t } from '../lib/texts';
import { STATES, type Control } from '../lib/types';
import type { Part } from './state-bar';

export function controlParts(control: Control): Part[] {
	return STATES.map((state) => ({
		mark: state,
		word: t(`state.${state}`),
		count: control.counts[state],
		href: `/devices?control=${control.id}&control_state=${state}`,
	}));
}
