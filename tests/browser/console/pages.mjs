// SPDX-License-Identifier: Apache-2.0
// Each page by its address: what it shows, and that it is live.
import assert from 'node:assert/strict';
import { screenshot } from '../lib/browser.mjs';
import { addSmallFleet, FINE } from '../lib/fleet.mjs';
import { controlTitle, everyPage, heading, open, text } from '../lib/person.mjs';
import { test } from '../lib/tap.mjs';

const RAW_KEY = /\b(console|control|reason|state|severity)\.[a-z-]+/;

export function pages(world) {
	test('a first device makes the empty page a fleet, by itself', async () => {
		const page = world.reader;
		await heading(page, text('console.empty.title')).waitFor();
		world.fleet = await addSmallFleet(world.server);
		await heading(page, text('console.fleet')).waitFor();
		await page.locator('.figure').getByText('33%').waitFor();
	});

	test('every page is reached by its address and says its title', async () => {
		const page = world.reader;
		for (const { name, address, title } of everyPage(world)) {
			await open(page, address, title);
			assert.ok((await page.title()).startsWith(title), `${address}: ${await page.title()}`);
			assert.doesNotMatch(await page.locator('body').innerText(), RAW_KEY, address);
			await screenshot(page, name);
		}
		assert.deepEqual(page.complaints, []);
	});

	test('the fleet page says what to do first, and every number leads to its list', async () => {
		const page = world.reader;
		await open(page, '/', text('console.fleet'));
		const first = page.locator('.worst li').first();
		await first.getByText(controlTitle('disk.encrypted')).waitFor();
		const links = await page.locator('.legend a').evaluateAll((all) => all.map((link) => (
			{ href: link.getAttribute('href'), count: Number(link.querySelector('strong').textContent) })));
		assert.equal(links.reduce((sum, link) => sum + link.count, 0), 6);
		for (const { href, count } of links) {
			await open(page, href, text('console.devices'));
			const lead = count === 1 ? 'console.devices.match.one' : 'console.devices.match.other';
			await page.getByText(text(lead).replace('{n}', count), { exact: true }).waitFor();
			assert.equal(await page.locator('tbody tr').count(), count, href);
		}
	});

	test('what began to fail since the last visit is marked', async () => {
		const page = world.reader;
		await open(page, '/', text('console.fleet'));
		assert.equal(await page.locator('.new').count(), 0);
		const twoDaysAgo = Date.now() - 2 * 86_400_000;
		await page.evaluate((latest) => localStorage.setItem('fleet-visits', JSON.stringify({ before: null, latest })), twoDaysAgo);
		await open(page, '/', text('console.fleet'));
		await page.locator('.lines li', { hasText: text('reason.fix-overdue') }).locator('.new').waitFor(); // 5 hours ago
		assert.equal(await page.locator('.lines li', { hasText: text('reason.wifi-open') }).locator('.new').count(), 0); // 3 days ago
	});

	test('a device page shows what fails first, why, and who can mend it', async () => {
		const page = world.reader;
		await open(page, `/devices/${world.fleet.school[3].id}`, 'laptops-004');
		const cards = page.locator('.control');
		await cards.first().waitFor();
		const states = await cards.evaluateAll((all) => all.map((card) => card.className.replace(/control |is-/g, '')));
		assert.deepEqual(states.slice(0, 2), ['fail', 'fail']);
		const disk = cards.filter({ hasText: controlTitle('disk.encrypted') });
		for (const key of ['reason.not-encrypted', 'control.disk.encrypted.why', 'control.disk.encrypted.fix', 'console.who.disk.encrypted']) {
			await disk.getByText(text(key)).waitFor();
		}
		// A state has its own word and shape; exempt is neither fine nor failing.
		const exempt = page.locator('.control.is-exempt .badge');
		assert.equal(await exempt.innerText(), text('state.exempt'));
		assert.equal(await exempt.locator('svg').count(), 1);
	});

	test('times of a private device are by the day alone', async () => {
		const page = world.reader;
		await open(page, `/devices/${world.fleet.families[1].id}`, 'families-002');
		await page.locator('.control').first().waitFor();
		const times = await page.locator('main time').evaluateAll((all) => all.map((time) => time.dateTime));
		assert.ok(times.length > 10);
		assert.deepEqual(times.filter((time) => !/^\d{4}-\d\d-\d\d$/.test(time)), []);
		assert.doesNotMatch(await page.locator('main').innerText(), /\d\d:\d\d|hour/);
	});

	test('a person who watches a device sees its state change', async () => {
		const page = world.reader;
		const device = world.fleet.school[1];
		await open(page, `/devices/${device.id}`, 'laptops-002');
		await page.locator('.control.is-fail').getByText(controlTitle('disk.encrypted')).waitFor();
		await device.report({
			...FINE, 'disk.encrypted': ['pass', 'all-encrypted', 0], 'wifi.strong-encryption': ['na', 'no-radio', 50],
		});
		await page.locator('.control.is-pass.is-changed').getByText(controlTitle('disk.encrypted')).waitFor();
		await page.getByText(text('console.device.changed')
			.replace('{control}', controlTitle('disk.encrypted')).replace('{state}', text('state.pass'))).waitFor({ state: 'attached' });
		assert.equal(await page.locator('.control.is-fail').count(), 0);
		const strip = page.locator('.control', { hasText: controlTitle('disk.encrypted') }).getByRole('img', { name: text('console.strip') });
		assert.match(await strip.getAttribute('aria-label'), new RegExp(`${text('state.fail')}: .*${text('state.pass')}: `));
		// The change, and no more: what the device came in with is none.
		await page.locator('.history li').getByText(controlTitle('disk.encrypted')).waitFor();
		assert.equal(await page.locator('.history li').count(), 1);
	});

	test('a control page says why, how it is judged, who asks for it, and where it fails', async () => {
		const page = world.reader;
		await open(page, '/controls/disk/encrypted', controlTitle('disk.encrypted'));
		for (const part of ['why', 'rule', 'guidance', 'fix']) {
			await page.getByText(text(`control.disk.encrypted.${part}`)).waitFor();
		}
		await page.locator('.lines').getByRole('link', { name: 'laptops-004' }).click();
		await heading(page, 'laptops-004').waitFor();
		assert.deepEqual(page.complaints, []);
	});

	test('what does not exist is told plainly', async () => {
		const page = world.reader;
		await page.goto(`/devices/${'A'.repeat(22)}`);
		await page.getByText(text('console.trouble.missing.title')).waitFor();
		page.complaints.length = 0; // the browser's own word about a 404
	});
}
