// SPDX-License-Identifier: Apache-2.0
// One process of caretaker-server. Started by root it runs as nobody, as it would refuse to run as root.
import { spawn } from 'node:child_process';
import { join } from 'node:path';

export const NOBODY = 65534;
const LISTENING = /listening on https:\/\/127\.0\.0\.1:(\d+)/;

// It ends with this process, however that ends.
export function asNobody(argv) {
	const identity = process.getuid() === 0 ? ['--reuid', `${NOBODY}`, '--regid', `${NOBODY}`, '--clear-groups'] : [];
	return ['setpriv', ...identity, '--no-new-privs', '--pdeathsig', 'KILL', ...argv];
}

export class ServerProcess {
	#child = null;
	#ended = null;

	constructor(folder, state) {
		this.folder = folder;
		this.state = state;
	}

	// On the port that it had, if it ran before
	async start() {
		const [file, ...rest] = asNobody([
			join(this.folder, 'caretaker-server'), 'serve', '--state', this.state,
			'--data', join(this.folder, 'data'), '--web', join(this.folder, 'web'),
			'--listen', `127.0.0.1:${this.port ?? 0}`,
		]);
		this.#child = spawn(file, rest, { stdio: ['ignore', 'ignore', 'pipe'] });
		this.#ended = new Promise((resolve) => { this.#child.once('exit', resolve); });
		let said = '';
		await new Promise((resolve, reject) => {
			this.#child.stderr.on('data', (chunk) => {
				said += chunk;
				const match = LISTENING.exec(said);
				if (match) {
					this.port = Number(match[1]);
					resolve();
				}
			});
			this.#child.once('exit', (code) => reject(new Error(`caretaker-server ended with ${code}: ${said}`)));
		});
	}

	async stop(signal = 'SIGTERM') {
		this.#child?.kill(signal);
		await this.#ended;
		this.#child = null;
	}
}
