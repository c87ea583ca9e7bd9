// SPDX-License-Identifier: Apache-2.0
// Addresses: one per page, over the history API. Links stay plain <a href>.
import { store, useStore } from './store';

export interface Place {
	path: string;
	query: URLSearchParams;
	address: string; // path and query
}

const scrolled = new Map<number, number>(); // history entry → where its page was scrolled to
let entry = 0;
let entries = 0;

export function here(): Place {
	return {
		path: location.pathname,
		query: new URLSearchParams(location.search),
		address: location.pathname + location.search,
	};
}

const place = store(here());

function tell(): void {
	place.set(here());
}

function remember(): void {
	scrolled.set(entry, window.scrollY);
}

export function go(address: string, how: 'push' | 'replace' = 'push'): void {
	if (how === 'push') {
		remember();
		entry = ++entries;
		history.pushState({ entry }, '', address);
		window.scrollTo(0, 0);
	} else {
		history.replaceState({ entry }, '', address);
	}
	tell();
}

// Only an address of this console may be gone to after sign-in.
export function safeNext(next: string | null): string {
	return next !== null && /^\/(?![/\\])/.test(next) && !next.startsWith('/sign-in') ? next : '/';
}

function isPlainClick(event: MouseEvent): boolean {
	return event.button === 0 && !event.defaultPrevented
		&& !event.metaKey && !event.ctrlKey && !event.shiftKey && !event.altKey;
}

function onClick(event: MouseEvent): void {
	const link = (event.target as Element | null)?.closest?.('a');
	if (!link || !isPlainClick(event) || link.target !== '' || link.hasAttribute('download')
		|| link.origin !== location.origin || link.getAttribute('href')?.startsWith('#')) {
		return;
	}
	event.preventDefault();
	go(link.pathname + link.search);
}

function onPop(event: PopStateEvent): void {
	remember();
	entry = (event.state as { entry?: number } | null)?.entry ?? 0;
	tell();
	requestAnimationFrame(() => window.scrollTo(0, scrolled.get(entry) ?? 0));
}

export function startRouter(): void {
	history.scrollRestoration = 'manual';
	entries = (history.state as { entry?: number } | null)?.entry ?? 0;
	entry = entries;
	history.replaceState({ entry }, '');
	document.addEventListener('click', onClick);
	window.addEventListener('popstate', onPop);
}

export function usePlace(): Place {
	return useStore(place);
}

// The address with some of its parameters changed; an empty value takes one away.
export function withQuery(path: string, query: URLSearchParams, changes: Record<string, string>): string {
	const next = new URLSearchParams(query);
	for (const [name, value] of Object.entries(changes)) {
		if (value === '') {
			next.delete(name);
		} else {
			next.set(name, value);
		}
	}
	const text = next.toString();
	return text === '' ? path : `${path}?${text}`;
}
