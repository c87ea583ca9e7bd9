// SPDX-License-Identifier: Apache-2.0
// One value that several parts of a page watch.
import { useEffect, useState } from 'preact/hooks';

export interface Store<T> {
	get(): T;
	set(value: T): void;
	watch(listener: () => void): () => void;
}

export function store<T>(initial: T): Store<T> {
	const listeners = new Set<() => void>();
	let value = initial;
	return {
		get: () => value,
		set(next) {
			if (next !== value) {
				value = next;
				listeners.forEach((listener) => listener());
			}
		},
		watch(listener) {
			listeners.add(listener);
			return () => void listeners.delete(listener);
		},
	};
}

export function useStore<T>(watched: Store<T>): T {
	const [value, setValue] = useState(watched.get);
	useEffect(() => {
		const listener = (): void => setValue(() => watched.get());
		listener(); // what changed between drawing and watching
		return watched.watch(listener);
	}, [watched]);
	return value;
}
