// SPDX-License-Identifier: Apache-2.0
// Whether the server answers, and since when it does not: told once, above every page.
import { useEffect, useState } from 'preact/hooks';
import { nowSeconds } from './dates';

const listeners = new Set<() => void>();
let silentSince: number | null = null;

export function setReachable(reachable: boolean): void {
	const next = reachable ? null : silentSince ?? nowSeconds();
	if (next !== silentSince) {
		silentSince = next;
		listeners.forEach((listener) => listener());
	}
}

export function useSilentSince(): number | null {
	const [since, setSince] = useState(silentSince);
	useEffect(() => {
		const listener = (): void => setSince(silentSince);
		listeners.add(listener);
		return () => void listeners.delete(listener);
	}, []);
	return since;
}
