// SPDX-License-Identifier: Apache-2.0
// What a real Chromium does under the policies that lie in /etc: asked of the browser itself, or seen
// by servers of our own that it is led to.
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import http from 'node:http';
import https from 'node:https';
import net from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { launchWhole, launchWithAddOn } from './browser.mjs';

const POLICIES = '/etc/chromium/policies';

// files: { 'managed/a.json': value or text }; nothing else lies there afterwards.
export function layPolicies(files) {
	rmSync(POLICIES, { recursive: true, force: true });
	for (const [path, content] of Object.entries(files)) {
		const full = join(POLICIES, path);
		mkdirSync(dirname(full), { recursive: true });
		writeFileSync(full, typeof content === 'string' ? content : JSON.stringify(content));
	}
}

async function withPage(flags, use) {
	const browser = await launchWhole(flags);
	try {
		return await use(await browser.newPage(), browser);
	} finally {
		await browser.close();
	}
}

// name → what chrome://policy says of it
export function readPolicies() {
	return withPage([], async (page) => {
		await page.goto('chrome://policy');
		const rows = page.locator('policy-row');
		await rows.first().waitFor();
		return new Map(await rows.evaluateAll((all) => all.map((row) => [row.policy.name, { ...row.policy }])));
	});
}

// Whether the browser warns of an address that it is told to take for a dangerous one
export function warnsOfDanger() {
	return withPage([], async (page) => {
		await page.goto('chrome://chrome-urls');
		await page.getByRole('button', { name: 'Enable internal debugging pages' }).click();
		await page.getByRole('button', { name: /Disable/ }).waitFor();
		try {
			await page.goto('chrome://safe-browsing/match?type=malware');
			return false;
		} catch (error) {
			if (/ERR_BLOCKED_BY_CLIENT/.test(error.message)) {
				return true;
			}
			throw error;
		}
	});
}

function listen(server) {
	return new Promise((resolve) => { server.listen(0, '127.0.0.1', () => resolve(server.address().port)); });
}

// The ports, in order, that the browser tried when told to open http://caretaker-test.com/
export async function portsTried() {
	const tried = [];
	const plain = http.createServer((request, response) => { tried.push(80); response.end('plain'); });
	const secure = net.createServer((socket) => { tried.push(443); socket.on('error', () => {}); socket.destroy(); });
	const rules = `MAP caretaker-test.com:80 127.0.0.1:${await listen(plain)}, MAP caretaker-test.com:443 127.0.0.1:${await listen(secure)}`;
	try {
		await withPage([`--host-resolver-rules=${rules}`], (page) => page.goto('http://caretaker-test.com/').catch(() => {}));
	} finally {
		plain.closeAllConnections();
		plain.close();
		secure.close();
	}
	return tried;
}

// { mode, templates } of encrypted name look-ups, as the network part of the browser holds them
export async function secureDns() {
	const folder = mkdtempSync(join(tmpdir(), 'caretaker-netlog-'));
	const log = join(folder, 'log.json');
	try {
		await withPage([`--log-net-log=${log}`], (page) => page.goto('about:blank'));
		const text = readFileSync(log, 'utf8');
		const last = (pattern) => [...text.matchAll(pattern)].at(-1)[1];
		const servers = JSON.parse(last(/"doh_config":(\{"servers":\[[^\]]*\]\})/g)).servers;
		return {
			mode: ['off', 'automatic', 'secure'][Number(last(/"secure_dns_mode":(\d)/g))],
			templates: servers.map(({ template }) => template),
		};
	} finally {
		rmSync(folder, { recursive: true, force: true });
	}
}

// Whether it loads an add-on that nobody named
export async function loadsStrangers() {
	const folder = mkdtempSync(join(tmpdir(), 'caretaker-add-on-'));
	const extension = join(folder, 'extension');
	mkdirSync(extension);
	writeFileSync(join(extension, 'manifest.json'), JSON.stringify({ name: 'Stranger', version: '1', manifest_version: 3 }));
	writeFileSync(join(extension, 'page.html'), 'here');
	// crx_file::id_util: the id of one that lies unpacked comes from its path
	const id = [...createHash('sha256').update(extension).digest('hex').slice(0, 32)]
		.map((digit) => String.fromCharCode(97 + Number.parseInt(digit, 16))).join('');
	const context = await launchWithAddOn(join(folder, 'profile'), extension);
	try {
		const page = await context.newPage();
		return await page.goto(`chrome-extension://${id}/page.html`).then(() => true, () => false);
	} finally {
		await context.close();
		rmSync(folder, { recursive: true, force: true });
	}
}

function selfSigned(folder) {
	const [key, cert] = ['key.pem', 'cert.pem'].map((name) => join(folder, name));
	execFileSync('openssl', [
		'req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '2',
		'-subj', '/CN=localhost', '-keyout', key, '-out', cert,
	], { stdio: 'ignore' });
	return { key: readFileSync(key), cert: readFileSync(cert) };
}

// { google, youtube }: whether a search leaves with safe search on, and which restriction YouTube is
// asked for. Both names lead to a server of ours.
export async function searches() {
	const folder = mkdtempSync(join(tmpdir(), 'caretaker-search-'));
	const seen = { google: false, youtube: null };
	const server = https.createServer(selfSigned(folder), (request, response) => {
		if (request.url.startsWith('/search')) {
			seen.google = new URL(request.url, 'https://www.google.com').searchParams.get('safe') === 'active';
		} else if (request.headers.host.includes('youtube')) {
			seen.youtube ??= request.headers['youtube-restrict'] ?? null;
		}
		response.end('empty');
	});
	try {
		const flags = [`--host-resolver-rules=MAP * 127.0.0.1:${await listen(server)}`, '--ignore-certificate-errors'];
		await withPage(flags, async (page) => {
			await page.goto('https://www.google.com/search?q=frogs');
			await page.goto('https://www.youtube.com/watch?v=frogs');
		});
	} finally {
		server.closeAllConnections();
		server.close();
		rmSync(folder, { recursive: true, force: true });
	}
	return seen;
}
