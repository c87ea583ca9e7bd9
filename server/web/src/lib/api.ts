// SPDX-License-Identifier: Apache-2.0
// One request to the server, and its outcome as a closed list.
export type Trouble =
	| 'offline' // no answer at all
	| 'session' // not signed in, or no longer
	| 'forbidden' // signed in, without the right
	| 'missing' // no such thing
	| 'limited' // too many requests
	| 'refused' // the request itself was wrong
	| 'server'; // the server's own fault

export class ApiError extends Error {
	constructor(readonly trouble: Trouble, readonly status: number) {
		super(`${trouble} ${status}`);
	}
}

const TIME_LIMIT_MS = 15_000;
const base = '/api/v1';

function troubleOf(status: number): Trouble {
	if (status === 401) {
		return 'session';
	}
	if (status === 403) {
		return 'forbidden';
	}
	if (status === 404 || status === 410) {
		return 'missing';
	}
	if (status === 429) {
		return 'limited';
	}
	return status >= 500 ? 'server' : 'refused';
}

async function send(method: string, path: string, body: unknown): Promise<Response> {
	const limit = new AbortController();
	const timer = setTimeout(() => limit.abort(), TIME_LIMIT_MS);
	const init: RequestInit = { method, signal: limit.signal, credentials: 'same-origin' };
	if (method !== 'GET') {
		init.headers = { 'Content-Type': 'application/json', 'X-Caretaker': '1' };
	}
	if (body !== undefined) {
		init.body = JSON.stringify(body);
	}
	try {
		return await fetch(base + path, init);
	} catch {
		throw new ApiError('offline', 0);
	} finally {
		clearTimeout(timer);
	}
}

export async function request(method: string, path: string, body?: unknown): Promise<unknown> {
	const answer = await send(method, path, body);
	if (!answer.ok) {
		throw new ApiError(troubleOf(answer.status), answer.status);
	}
	if (answer.status === 204) {
		return null;
	}
	try {
		return await answer.json();
	} catch {
		throw new ApiError('server', answer.status);
	}
}

export function troubleIn(error: unknown): Trouble {
	return error instanceof ApiError ? error.trouble : 'server';
}
