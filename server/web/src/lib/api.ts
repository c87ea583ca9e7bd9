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

async function read(answer: Response): Promise<unknown> {
	if (!answer.ok) {
		throw new ApiError(troubleOf(answer.status), answer.status);
	}
	try {
		if (answer.status === 204) {
			return null;
		}
		return answer.headers.get('Content-Type')?.startsWith('text/plain') ? await answer.text() : await answer.json();
	} catch (error) {
		// Not all of it came in time, or it is no JSON.
		throw error instanceof SyntaxError ? new ApiError('server', answer.status) : new ApiError('offline', 0);
	}
}

// The limit holds to the last byte of the answer: a page that waits for ever asks no more.
export async function request(method: string, path: string, body?: unknown): Promise<unknown> {
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
		return await read(await fetch(base + path, init).catch(() => {
			throw new ApiError('offline', 0);
		}));
	} finally {
		clearTimeout(timer);
	}
}

export function troubleIn(error: unknown): Trouble {
	return error instanceof ApiError ? error.trouble : 'server';
}
