// SPDX-License-Identifier: Apache-2.0
// Markup in every text that people or devices give: it is shown as it was written, and none of it runs. What
// the server would refuse is laid into the store past it, so that the console is held to its own word.
import assert from 'node:assert/strict';
import { newReader, screenshot } from '../lib/browser.mjs';
import { addGroup } from '../lib/fleet.mjs';
import { everyPage, heading, open, signIn, text } from '../lib/person.mjs';
import { test } from '../lib/tap.mjs';

const MARKUP = '<img src onerror=ran()>'; // a group's name is no longer than 24
const LONG = `"><script>ran()</script>${MARKUP}<a href="javascript:ran()">x</a>`;
const NAME = `"><script>ran()</script>${MARKUP}`; // an account's is no longer than 64
const GROUP = 'hostile';

// Past the server. Texts in another place than their own row (labels, counts) go with it.
function plant(server) {
	const sql = (value) => `'${value.replaceAll("'", "''")}'`;
	const [name, account, long] = [MARKUP, NAME, LONG].map(sql);
	server.sql(`BEGIN;
		${['devices', 'tallies', 'teams', 'tokens'].map((table) => `UPDATE ${table} SET ${table === 'teams' ? 'name' : 'team'} = ${name} WHERE ${table === 'teams' ? 'name' : 'team'} = '${GROUP}';`).join('\n')}
		UPDATE exemptions SET requester = ${account}, approver = ${account}, second = ${account}, team = ${name}, terms = REPLACE(terms, 'lesson-recording', ${name});
		UPDATE policies SET name = ${name}, who = ${account};
		UPDATE policy_lines SET who = ${account};
		UPDATE audit SET who = ${account}, object = ${long} WHERE n > 3;
		UPDATE api_tokens SET name = ${name}, account = ${account};
		INSERT INTO grants (site, account, team, role) SELECT DISTINCT site, ${account}, ${name}, 'viewer' FROM admins;
		INSERT INTO admins (site, name, salt, hash, cost_n, cost_r, cost_p) SELECT site, ${account}, salt, hash, cost_n, cost_r, cost_p FROM admins LIMIT 1;
		INSERT INTO disputes (site, device, control, reason, at, who) SELECT site, id, 'disk.encrypted', ${name}, 0, ${account} FROM devices WHERE team = ${name};
		UPDATE answers SET note = ${long}, who = ${account};
		UPDATE breaches SET who = ${account};
		UPDATE breach_notes SET note = ${long}, who = ${account};
		INSERT INTO breach_notes (site, breach, n, at, who, step, note) SELECT site, id, 100, known, ${account}, 'found', ${long} FROM breaches;
		DELETE FROM settings WHERE name IN ('contact', 'webhook_url', 'hosting_region', 'hosting_processor');
		${['contact', 'webhook_url', 'hosting_region', 'hosting_processor'].map((key) => `INSERT INTO settings (site, name, value) SELECT DISTINCT site, '${key}', ${key === 'webhook_url' ? sql(`https://[::1]:1/${LONG}`) : long} FROM admins;`).join('\n')}
		COMMIT;`);
}

// What of it became part of the page, where it should be words
function grown(page) {
	return page.evaluate(() => [...document.querySelectorAll('main img, main script, [onerror], a[href^="javascript:"]')].map((element) => element.outerHTML));
}

export function hostile(world) {
	const { server, browser } = world;

	test('what the API takes as a text is a text', async () => {
		const page = world.reader;
		await open(page, '/settings', text('console.settings'));
		await page.getByLabel(text('console.settings.contact')).fill(LONG);
		await page.locator('section', { has: page.getByRole('heading', { name: text('console.settings.school') }) })
			.getByRole('button', { name: text('console.settings.save') }).click();
		await page.reload();
		assert.equal(await page.getByLabel(text('console.settings.contact')).inputValue(), LONG);
		assert.deepEqual(await grown(page), []);
	});

	test('markup in every text is shown and none of it runs', async () => {
		const [device] = await addGroup(server, GROUP, 'school', 1, () => ({ 'disk.encrypted': ['fail', 'not-encrypted', 50] }));
		await server.stop();
		plant(server);
		await server.start();
		const page = await newReader(browser, server, { storageState: await world.reader.context().storageState() });
		await page.addInitScript(() => { globalThis.ran = () => { globalThis.hasRun = true; }; });
		const shown = new Map();
		const pages = [
			...everyPage(world),
			{ name: 'hostile', address: `/devices/${device.id}`, title: `${MARKUP}-001` },
			...['/devices?q=', '/devices?group=', '/policy?group=', '/audit?who=', '/audit?action='].map((address) => (
				{ name: address, address: address + encodeURIComponent(MARKUP), title: null })),
		];
		for (const { name, address, title } of pages) {
			await (title === null ? page.goto(address) : open(page, address, title));
			await page.locator('h1').waitFor();
			await page.waitForFunction(() => document.querySelector('.loading') === null);
			assert.deepEqual(await grown(page), [], address);
			assert.equal(await page.evaluate(() => globalThis.hasRun === true), false, address);
			const words = await page.evaluate(() => document.body.innerText + [...document.querySelectorAll('input, select')].map((field) => field.value).join(' '));
			shown.set(name, words.includes(MARKUP));
		}
		for (const name of ['devices', 'groups', 'exemptions', 'policy-group', 'settings', 'enrolment', 'audit', 'accounts', 'control', 'hostile', 'duties', 'breach', 'document']) {
			assert.ok(shown.get(name), `the markup is to be seen on ${name}`);
		}
		// What is taken along as a page of its own, without the console's rules for scripts
		for (const address of [`/api/v1/breaches/${world.breach}/form?authority=ico&format=html`, '/api/v1/documents/privacy-notice?format=html']) {
			const answer = await page.request.get(address);
			const body = await answer.text();
			assert.equal(answer.status(), 200, address);
			assert.ok(body.includes('&lt;img src onerror=ran()&gt;'), address);
			assert.equal(/<script|<img|<a /.test(body), false, address);
		}
		// The chain says so, too: rows were changed past the server.
		await open(page, '/audit', text('console.audit'));
		await page.getByRole('alert').getByText(text('console.audit.broken').split('{')[0]).waitFor();
		await screenshot(page, 'hostile-audit');
		assert.deepEqual(page.complaints.filter((line) => !line.includes('400')), []);
		await page.context().close();
	});

	test('an address cannot be made to lead to a script', async () => {
		const page = await newReader(browser, server);
		await page.goto('/sign-in?next=javascript:document.title=1');
		await signIn(page);
		await heading(page, text('console.fleet')).waitFor();
		assert.equal(new URL(page.url()).pathname, '/');
		await page.context().close();
	});
}
