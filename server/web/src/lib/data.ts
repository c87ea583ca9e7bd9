// SPDX-License-Identifier: Apache-2.0
// What a page shows: fetched once, kept for "back", fetched again while the page is looked at.
import { useCallback, useEffect, useState } from 'preact/hooks';
import { request, troubleIn, type Trouble } from './api';
import { setReachable } from './connection';
import { leaveForSignIn } from './session';

interface Kept {
	text: string; // compared, so that an unchanged answer draws nothing
	value: unknown;
	at: number;
	asked: number;
}

export interface Data<T> {
	value: T | null;
	at: number; // ms: when value was answered
	trouble: Trouble | null;
	reload: () => void;
}

const KEPT_MAX = 40;
const kept = new Map<string, Kept>();
let asking = 0; // numbers the requests

// What was asked for earlier may be answered later: it is older than what is kept.
function keep(path: string, value: unknown, asked: number): void {
	const text = JSON.stringify(value);
	const old = kept.get(path);
	if (old !== undefined && old.asked > asked) {
		return;
	}
	const entry = { text, value: old?.text === text ? old.value : value, at: Date.now(), asked };
	kept.delete(path);
	kept.set(path, entry);
	for (const oldest of kept.keys()) {
		if (kept.size <= KEPT_MAX) {
			break;
		}
		kept.delete(oldest);
	}
}

export function forgetData(): void {
	kept.clear();
}

// path null asks nothing. everyMs repeats it while the page is visible.
export function useData<T>(path: string | null, everyMs: number): Data<T> {
	const [, draw] = useState(0);
	const [trouble, setTrouble] = useState<{ path: string; trouble: Trouble } | null>(null);

	const load = useCallback(async (): Promise<void> => {
		if (path === null) {
			return;
		}
		const asked = ++asking;
		try {
			keep(path, await request('GET', path), asked);
			setReachable(true);
			setTrouble(null);
		} catch (error) {
			const found = troubleIn(error);
			if (found === 'session') {
				leaveForSignIn();
				return;
			}
			setReachable(found !== 'offline');
			setTrouble({ path, trouble: found });
		}
		draw((n) => n + 1);
	}, [path]);

	useEffect(() => {
		let over = false;
		let timer = 0;
		const next = (): void => {
			window.clearTimeout(timer);
			if (!over && document.visibilityState === 'visible') {
				timer = window.setTimeout(turn, everyMs);
			}
		};
		const turn = (): void => {
			void load().then(next);
		};
		const onVisible = (): void => {
			if (document.visibilityState === 'visible') {
				window.clearTimeout(timer);
				turn();
			}
		};
		turn();
		document.addEventListener('visibilitychange', onVisible);
		return () => {
			over = true;
			window.clearTimeout(timer);
			document.removeEventListener('visibilitychange', onVisible);
		};
	}, [load, everyMs]);

	const entry = path === null ? undefined : kept.get(path);
	return {
		value: (entry?.value ?? null) as T | null,
		at: entry?.at ?? 0,
		trouble: trouble !== null && trouble.path === path ? trouble.trouble : null,
		reload: () => void load(),
	};
}
