// SPDX-License-Identifier: Apache-2.0
// What a real Chromium does under the policies that lie in /etc: asked of the browser itself, or seen
// by servers of our own that it is led to.
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import http from 'node:http';
import net from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { launchWhole } from './browser.mjs';

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

// "off", "automatic" or "secure", as the network part of the browser holds it
export async function secureDnsMode() {
	const folder = mkdtempSync(join(tmpdir(), 'caretaker-netlog-'));
	const log = join(folder, 'log.json');
	try {
		await withPage([`--log-net-log=${log}`], (page) => page.goto('about:blank'));
		return readFileSync(log, 'utf8');
	} finally {
		rmSync(folder, { recursive: true, force: true });
	}
}
