// SPDX-License-Identifier: Apache-2.0
// Many devices: the load simulator (tests/bench/fleet), with real keys, signatures and TLS.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

const POLICY = join(process.env.CARETAKER_DATA, 'baseline', 'school.json');

export class Simulated {
	#file;

	static async make(server, count) {
		const fleet = new Simulated();
		fleet.server = server;
		fleet.#file = join(server.folder, 'fleet');
		await fleet.#end(spawn(process.env.CARETAKER_FLEET, ['make', fleet.#file, '--count', `${count}`]));
		return fleet;
	}

	#spawn(action, words) {
		return spawn(process.env.CARETAKER_FLEET, [action, this.#file, '--policy', POLICY,
			'--to', `127.0.0.1:${this.server.port}`, ...words.map(String)]);
	}

	async #end(child) {
		let said = '';
		let wrong = '';
		child.stdout.on('data', (chunk) => { said += chunk; });
		child.stderr.on('data', (chunk) => { wrong += chunk; });
		const [code] = await once(child, 'close');
		if (code !== 0) {
			throw new Error(`bench-fleet ended with ${code}: ${wrong}`);
		}
		return said;
	}

	async run(action, ...words) {
		return JSON.parse(await this.#end(this.#spawn(action, words)));
	}

	// half: when half of it is answered; done: what came of it
	begin(action, ...words) {
		const child = this.#spawn(action, words);
		const done = this.#end(child);
		const half = new Promise((resolve, reject) => {
			createInterface({ input: child.stderr }).on('line', (line) => (line === 'half' ? resolve() : undefined));
			done.then(() => reject(new Error('bench-fleet never came to half of it')), reject);
		});
		return { half, done: done.then(JSON.parse) };
	}

	// code: as the console shows it
	enrol(code, first, count) {
		const { token } = JSON.parse(Buffer.from(code.slice('caretaker1.'.length), 'base64url'));
		return this.run('enrol', '--token', token, '--first', first, '--count', count);
	}
}
