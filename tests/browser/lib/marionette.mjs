// SPDX-License-Identifier: Apache-2.0
// Firefox over Marionette, its own remote protocol: a length, a colon, JSON; over TCP on a port that
// it writes into its profile.
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, watch, writeFileSync } from 'node:fs';
import net from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export const FIREFOX = '/usr/bin/firefox-esr';
const PORT_FILE = 'MarionetteActivePort';
const REPLY = 1; // [1, id, error, result]

function fileAppears(folder, name, child) {
	return new Promise((resolve, reject) => {
		const path = join(folder, name);
		const isThere = () => existsSync(path) && readFileSync(path, 'utf8').length > 0;
		const watcher = watch(folder, () => {
			if (isThere()) {
				watcher.close();
				resolve(readFileSync(path, 'utf8'));
			}
		});
		child.once('exit', (code) => {
			watcher.close();
			reject(new Error(`firefox-esr ended with ${code} before it listened`));
		});
	});
}

class Messages {
	#bytes = Buffer.alloc(0);
	#waiting = [];
	#arrived = [];

	constructor(socket) {
		socket.on('data', (chunk) => this.#take(chunk));
	}

	#take(chunk) {
		this.#bytes = Buffer.concat([this.#bytes, chunk]);
		for (;;) {
			const colon = this.#bytes.indexOf(':');
			const length = Number(this.#bytes.subarray(0, Math.max(colon, 0)));
			if (colon < 0 || this.#bytes.length < colon + 1 + length) {
				return;
			}
			const message = JSON.parse(this.#bytes.subarray(colon + 1, colon + 1 + length));
			this.#bytes = this.#bytes.subarray(colon + 1 + length);
			const waiter = this.#waiting.shift();
			if (waiter) {
				waiter(message);
			} else {
				this.#arrived.push(message);
			}
		}
	}

	next() {
		return this.#arrived.length > 0
			? Promise.resolve(this.#arrived.shift())
			: new Promise((resolve) => { this.#waiting.push(resolve); });
	}
}

// Resolves to { command(name, parameters), quit() }.
export async function startFirefox() {
	const profile = mkdtempSync(join(tmpdir(), 'caretaker-firefox-'));
	writeFileSync(join(profile, 'user.js'), 'user_pref("marionette.port", 0);\n');
	const child = spawn('setpriv', [
		'--pdeathsig', 'KILL', FIREFOX, '--headless', '--marionette', '--remote-allow-system-access', '--no-remote', '--profile', profile,
	], {
		env: { PATH: process.env.PATH, HOME: profile, MOZ_CRASHREPORTER_DISABLE: '1' },
		stdio: 'ignore',
	});
	const ended = new Promise((resolve) => { child.once('exit', resolve); });
	const port = Number(await fileAppears(profile, PORT_FILE, child));
	const socket = net.connect(port, '127.0.0.1');
	socket.on('error', () => {}); // its end is told by the exit of the process
	const messages = new Messages(socket);
	await messages.next(); // the greeting
	let id = 0;
	const command = async (name, parameters = {}) => {
		const text = JSON.stringify([0, ++id, name, parameters]);
		socket.write(`${Buffer.byteLength(text)}:${text}`);
		const [kind, answered, error, result] = await messages.next();
		if (kind !== REPLY || answered !== id || error) {
			throw new Error(`${name}: ${JSON.stringify(error)}`);
		}
		return result;
	};
	await command('WebDriver:NewSession', { capabilities: { alwaysMatch: {} } });
	const quit = async () => {
		socket.destroy();
		child.kill('SIGTERM');
		await ended;
		rmSync(profile, { recursive: true, force: true, maxRetries: 5 });
	};
	return { command, quit };
}
