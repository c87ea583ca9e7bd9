// SPDX-License-Identifier: Apache-2.0
// Whether the server answers, and since when (ms) it does not: told once, above every page.
import { store, useStore } from './store';

const silentSince = store<number | null>(null);

export function setReachable(reachable: boolean): void {
	silentSince.set(reachable ? null : silentSince.get() ?? Date.now());
}

export function useSilentSince(): number | null {
	return useStore(silentSince);
}
