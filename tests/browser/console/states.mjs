// SPDX-License-Identifier: Apache-2.0
// Every page while it waits, when the server is silent, at fault, busy or says no, and when there is
// nothing yet: each says what to do, and what was asked for comes once it can.
import assert from 'node:assert/strict';
import { newReader } from '../lib/browser.mjs';
import { everyPage, heading, text } from '../lib/person.mjs';
import { test } from '../lib/tap.mjs';

const OWN = new Set(['second-factor', 'account', 'missing']); // ask the server nothing before they are worked
const STATES = {
	offline: (route) => route.abort('connectionrefused'),
	server: (route) => route.fulfill({ status: 500, contentType: 'application/problem+json', body: '{}' }),
	limited: (route) => route.fulfill({ status: 429, headers: { 'Retry-After': '1' }, body: '{}' }),
	forbidden: (route) => route.fulfill({ status: 403, body: '{}' }),
	broken: (route) => route.fulfill({ status: 200, contentType: 'application/json', body: '{"half' }),
};
const EVERYWHERE = new Set(['offline', 'server']); // what a page does with the others is one and the same
const SHOWN_AS = { broken: 'server' };
const asked = (url) => url.pathname.startsWith('/api/v1/') && !/\/(session|texts\/.*)$/.test(url.pathname);

// No page of an empty school: their own state is the step that fills it.
export function empty(world) {
	test('with no device yet every page says what to do', async () => {
		const page = world.reader;
		const words = {
			'/': 'console.empty.title', '/devices': 'console.devices.empty', '/groups': 'console.groups.none',
			'/controls': 'console.controls.none', '/exemptions': 'console.exempt.none', '/enrolment': 'console.codes.none',
			'/accounts': 'console.tokens.none', '/breaches': 'console.breaches.none', '/duties': 'console.duties.name-services',
		};
		for (const [address, key] of Object.entries(words)) {
			await page.goto(address);
			await page.getByText(text(key)).first().waitFor();
		}
		await page.goto('/');
		await heading(page, text('console.empty.title')).waitFor();
	});
}

export function states(world) {
	const reader = async () => newReader(world.browser, world.server, { storageState: await world.reader.context().storageState() });
	const asking = () => everyPage(world).filter(({ name }) => !OWN.has(name));

	test('a page that waits says so, and shows its data when they come', async () => {
		const page = await reader();
		for (const { name, address } of asking()) {
			let open;
			const gate = new Promise((resolve) => { open = resolve; });
			// A page that was left cancels what it asked for.
			await page.route(asked, (route) => gate.then(() => route.continue()).catch(() => {}));
			await page.goto(address);
			await page.locator('.loading').first().waitFor();
			open();
			await page.waitForFunction(() => document.querySelector('.loading') === null);
			assert.equal(await page.locator('.notice').count(), 0, name);
			await page.unroute(asked);
		}
		assert.deepEqual(page.complaints, []);
		await page.context().close();
	});

	for (const [state, answer] of Object.entries(STATES)) {
		test(`a page that gets no data (${state}) says what to do, and has them once they can be had`, async () => {
			const page = await reader();
			const key = `console.trouble.${SHOWN_AS[state] ?? state}`;
			for (const { address } of asking().filter(({ name }) => EVERYWHERE.has(state) || name === 'devices')) {
				await page.route(asked, answer);
				await page.goto(address);
				await page.locator('.notice', { hasText: text(`${key}.title`) }).first().getByText(text(`${key}.todo`)).waitFor();
				await page.unroute(asked);
				for (const again = page.getByRole('button', { name: text('console.retry') }); await again.count() > 0;) {
					const before = await page.locator('.notice').count();
					await again.first().click();
					await page.waitForFunction((n) => document.querySelectorAll('.notice').length < n, before);
				}
			}
			await page.context().close();
		});
	}
}
