// SPDX-License-Identifier: Apache-2.0
// A real caretaker-server on a port of its own, with a state directory that goes with it. Started by
// root it runs as nobody, as it would refuse to run as root.
import { spawn, spawnSync } from 'node:child_process';
import { chmodSync, chownSync, cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import https from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const NOBODY = 65534;
const LISTENING = /listening on https:\/\/127\.0\.0\.1:(\d+)/;

// It ends with this process, however that ends.
function asNobody(argv) {
	const identity = process.getuid() === 0 ? ['--reuid', `${NOBODY}`, '--regid', `${NOBODY}`, '--clear-groups'] : [];
	return ['setpriv', ...identity, '--no-new-privs', '--pdeathsig', 'KILL', ...argv];
}

// What was built, where nobody may read it too: the tree may lie in a home that is closed to others.
function layProgram(folder) {
	cpSync(process.env.CARETAKER_SERVER, join(folder, 'caretaker-server'));
	cpSync(process.env.CARETAKER_DATA, join(folder, 'data'), { recursive: true });
	cpSync(process.env.CARETAKER_WEB, join(folder, 'web'), { recursive: true });
	chmodSync(folder, 0o755);
}

export class Server {
	#child = null;
	#ended = null;

	static async make() {
		const server = new Server();
		server.folder = mkdtempSync(join(tmpdir(), 'caretaker-server-'));
		server.state = join(server.folder, 'state');
		layProgram(server.folder);
		mkdirSync(server.state, { mode: 0o700 });
		server.own();
		server.command('init', '--data', join(server.folder, 'data'));
		server.ca = readFileSync(join(server.state, 'tls.crt'));
		await server.start();
		return server;
	}

	// Gives the state directory to the user that the server runs as.
	own() {
		if (process.getuid() === 0) {
			const names = readdirSync(this.state).map((name) => join(this.state, name));
			[this.state, ...names].forEach((path) => chownSync(path, NOBODY, NOBODY));
		}
	}

	// A command of its administrator; its output without the last newline.
	command(name, ...argv) {
		const [file, ...rest] = asNobody([join(this.folder, 'caretaker-server'), name, '--state', this.state, ...argv]);
		const done = spawnSync(file, rest, { encoding: 'utf8' });
		if (done.status !== 0) {
			throw new Error(`caretaker-server ${name} ended with ${done.status}: ${done.stderr}`);
		}
		return done.stdout.trimEnd();
	}

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
					this.url = `https://localhost:${this.port}`;
					resolve();
				}
			});
			this.#child.once('exit', (code) => reject(new Error(`caretaker-server ended with ${code}: ${said}`)));
		});
	}

	async stop() {
		this.#child?.kill('SIGTERM');
		await this.#ended;
		this.#child = null;
	}

	async remove() {
		await this.stop();
		rmSync(this.folder, { recursive: true, force: true });
	}

	// As a device sends it: { status, body }.
	post(path, type, text) {
		return new Promise((resolve, reject) => {
			const request = https.request(`${this.url}/api/v1${path}`, {
				method: 'POST', ca: this.ca, agent: false,
				headers: { 'Content-Type': type, 'Content-Length': Buffer.byteLength(text) },
			}, (answer) => {
				let body = '';
				answer.setEncoding('utf8');
				answer.on('data', (chunk) => { body += chunk; });
				answer.on('end', () => resolve({ status: answer.statusCode, body }));
			});
			request.on('error', reject);
			request.end(text);
		});
	}
}
