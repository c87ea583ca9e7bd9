// SPDX-License-Identifier: Apache-2.0
// A real caretaker-server on a port of its own, with a state directory that goes with it; or several
// processes of it on one PostgreSQL behind HAProxy, which look the same from outside.
import { spawnSync } from 'node:child_process';
import { chmodSync, chownSync, cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import https from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Part } from './part.mjs';
import { asNobody, NOBODY, ServerProcess } from './process.mjs';

const CLUSTER = 3; // processes that packaging/proxy/haproxy.cfg has
const UP_MS = 60_000; // only what never comes takes so long

// What was built, where nobody may read it too: the tree may lie in a home that is closed to others.
function layProgram(folder) {
	cpSync(process.env.CARETAKER_SERVER, join(folder, 'caretaker-server'));
	cpSync(process.env.CARETAKER_DATA, join(folder, 'data'), { recursive: true });
	cpSync(process.env.CARETAKER_WEB, join(folder, 'web'), { recursive: true });
	chmodSync(folder, 0o755);
}

export class Server {
	#store = null;
	#front = null;

	// store: 'sqlite', or 'postgres' for the processes behind HAProxy
	static async make(store = 'sqlite') {
		const server = new Server();
		server.folder = mkdtempSync(join(tmpdir(), 'caretaker-server-'));
		server.state = join(server.folder, 'state');
		layProgram(server.folder);
		mkdirSync(server.state, { mode: 0o700 });
		if (store === 'postgres') {
			server.#store = await Part.start('postgres');
			writeFileSync(join(server.state, 'store.url'), `${server.#store.said}\n`);
		}
		server.own();
		server.command('init', '--data', join(server.folder, 'data'));
		server.ca = readFileSync(join(server.state, 'tls.crt'));
		server.processes = Array.from({ length: store === 'postgres' ? CLUSTER : 1 }, () => new ServerProcess(server.folder, server.state));
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

	// Past the server, as somebody with the store in hands
	sql(text) {
		const [file, ...argv] = this.#store === null
			? ['sqlite3', '-bail', join(this.state, 'store.db')]
			: ['psql', '-d', this.#store.said, '-qv', 'ON_ERROR_STOP=1'];
		const done = spawnSync(file, argv, { input: text, encoding: 'utf8' });
		if (done.status !== 0) {
			throw new Error(`${file}: ${done.error ?? done.stderr}`);
		}
		this.own();
	}

	async start() {
		await Promise.all(this.processes.map((one) => one.start()));
		const [{ port }] = this.processes;
		if (this.processes.length > 1 && this.#front === null) {
			this.#front = await Part.start('haproxy', this.folder, ...this.processes.map((one) => `${one.port}`));
		}
		this.port = Number(this.#front?.said ?? port);
		this.url = `https://localhost:${this.port}`;
		await this.#untilUp();
	}

	// A proxy tells nobody when it listens, nor when it has seen that a process is back.
	async #untilUp() {
		for (const end = Date.now() + UP_MS; ;) {
			const answer = await this.ask('GET', '/healthz').catch((error) => error);
			if (answer.status === 200) {
				return;
			}
			if (Date.now() > end) {
				throw answer;
			}
		}
	}

	async stop() {
		await Promise.all(this.processes.map((one) => one.stop()));
	}

	async remove() {
		await this.stop();
		await this.#front?.close();
		await this.#store?.close();
		rmSync(this.folder, { recursive: true, force: true });
	}

	// As a device sends it: { status, body }.
	post(path, type, text) {
		return this.ask('POST', `/api/v1${path}`, text, { 'Content-Type': type, 'Content-Length': Buffer.byteLength(text) });
	}

	ask(method, path, text, headers = {}) {
		return new Promise((resolve, reject) => {
			const request = https.request(this.url + path, { method, ca: this.ca, agent: false, headers }, (answer) => {
				let body = '';
				answer.setEncoding('utf8');
				answer.on('data', (chunk) => { body += chunk; });
				answer.on('end', () => resolve({ status: answer.statusCode, body }));
				answer.on('error', reject);
			});
			request.on('error', reject);
			request.end(text);
		});
	}
}
