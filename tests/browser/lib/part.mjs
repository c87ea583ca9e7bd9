// SPDX-License-Identifier: Apache-2.0
// What stands beside the server in a large school: PostgreSQL and HAProxy, started by the server's own
// tests (tests/server/parts.py). They end with this process, however that ends.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';

export class Part {
	#child;

	// said: where it is
	static async start(...words) {
		const part = new Part();
		part.#child = spawn('python3', [process.env.CARETAKER_PARTS, ...words], { stdio: ['pipe', 'pipe', 'inherit'] });
		const ended = once(part.#child, 'exit').then(([code]) => {
			throw new Error(`${words[0]} ended with ${code} before it was up`);
		});
		[part.said] = await Promise.race([once(createInterface({ input: part.#child.stdout }), 'line'), ended]);
		ended.catch(() => {});
		return part;
	}

	async close() {
		const ended = once(this.#child, 'exit');
		this.#child.stdin.end();
		await ended;
	}
}
