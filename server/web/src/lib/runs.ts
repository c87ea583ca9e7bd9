// SPDX-License-Identifier: Apache-2.0
// A control's changes as runs of days in one state.
import type { DeviceDetail, State } from './types';

const DAY_MS = 86_400_000;
const DAYS = 28;

export interface Run {
	state: State | null; // null: not here yet
	days: number;
}

// history: newest first, as the server gives it; what a day ended with is what it shows
export function runsOf(history: DeviceDetail['history'], now: number): Run[] {
	const runs: Run[] = [];
	for (let ago = DAYS - 1; ago >= 0; ago--) {
		const end = now - ago * DAY_MS;
		const state = history.find((change) => Date.parse(change.at) <= end)?.state ?? null;
		const last = runs[runs.length - 1];
		if (last !== undefined && last.state === state) {
			last.days += 1;
		} else {
			runs.push({ state, days: 1 });
		}
	}
	return runs;
}
