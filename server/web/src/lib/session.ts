// SPDX-License-Identifier: Apache-2.0
// Who is signed in. The cookie is the server's: this console never sees it.
import { useEffect, useState } from 'preact/hooks';
import { request, troubleIn } from './api';
import { forgetData } from './data';
import { go, here } from './router';

export interface Session {
	name: string;
}

const listeners = new Set<() => void>();
let session: Session | null = null;
let known = false;

function set(next: Session | null): void {
	session = next;
	known = true;
	listeners.forEach((listener) => listener());
}

// Asks who is signed in; throws when the server does not answer.
export async function findSession(): Promise<void> {
	try {
		set(await request('GET', '/session') as Session);
	} catch (error) {
		if (troubleIn(error) !== 'session') {
			throw error;
		}
		set(null);
	}
}

export async function signIn(name: string, password: string): Promise<void> {
	set(await request('POST', '/session', { name, password }) as Session);
}

export async function signOut(): Promise<void> {
	await request('DELETE', '/session');
	forgetData();
	set(null);
	go('/sign-in');
}

export function leaveForSignIn(): void {
	forgetData();
	set(null);
	if (here().path !== '/sign-in') {
		go(`/sign-in?next=${encodeURIComponent(here().address)}`, 'replace');
	}
}

export function useSession(): { session: Session | null; known: boolean } {
	const [, draw] = useState(0);
	useEffect(() => {
		const listener = (): void => draw((n) => n + 1);
		listeners.add(listener);
		return () => void listeners.delete(listener);
	}, []);
	return { session, known };
}
