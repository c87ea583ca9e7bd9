// SPDX-License-Identifier: Apache-2.0
// Who is signed in. The cookie is the server's: this console never sees it.
import { request } from './api';
import { forgetData } from './data';
import { go, here } from './router';
import { store, useStore } from './store';
import type { NeedsFactor, Right, Session } from './types';

const session = store<Session | null>(null); // null: not asked yet

export async function findSession(): Promise<void> {
	session.set(await request('GET', '/session') as Session);
}

// False when the password is right and a code is still to come.
export async function signIn(name: string, password: string, code: string): Promise<boolean> {
	const body = code === '' ? { name, password } : { name, password, code };
	const answer = await request('POST', '/session', body) as Session | NeedsFactor;
	if ('factors' in answer) {
		return false;
	}
	session.set(answer);
	return true;
}

export async function setUp(link: string, name: string, password: string): Promise<void> {
	session.set(await request('POST', '/setup', { link, name, password }) as Session);
}

export async function signOut(): Promise<void> {
	await request('DELETE', '/session');
	forgetData();
	session.set({ signed_in: false, setup: false });
	go('/sign-in');
}

// The session ended: sign in again, and come back to this very page.
export function leaveForSignIn(): void {
	forgetData();
	session.set({ signed_in: false, setup: false });
	if (here().path !== '/sign-in') {
		go(`/sign-in?next=${encodeURIComponent(here().address)}`, 'replace');
	}
}

// Only what the server would answer is offered; it is the server that refuses.
export function useMay(right: Right): boolean {
	const known = useStore(session);
	return known?.signed_in === true && known.rights.includes(right);
}

export function useSession(): Session | null {
	return useStore(session);
}
