// SPDX-License-Identifier: Apache-2.0
// A session that ended, and a server that is silent: what was seen stays, and the page recovers.
import assert from 'node:assert/strict';
import { newReader, screenshot } from '../lib/browser.mjs';
import { heading, open, signIn, text } from '../lib/person.mjs';
import { test } from '../lib/tap.mjs';

function silentBanner(page) {
	return page.locator('.banner');
}

export function trouble(world) {
	const { browser, server } = world;

	test('a session that ended leads to sign-in and back to the same page', async () => {
		const page = await newReader(browser, server);
		await page.goto('/devices?q=families');
		await signIn(page);
		await heading(page, text('console.devices')).waitFor();
		await page.context().clearCookies();
		await page.getByLabel(text('console.filter.search')).fill('laptops');
		await heading(page, text('console.sign-in')).waitFor();
		assert.equal(await page.locator('.row-link').count(), 0);
		await signIn(page);
		await page.waitForURL('**/devices?q=laptops');
		await page.getByRole('link', { name: 'laptops-001' }).waitFor();
		await page.context().close();
	});

	test('when the server stops, what was seen stays and the page says since when; then it recovers', async () => {
		const page = world.reader;
		await open(page, `/devices/${world.fleet.school[0].id}`, 'laptops-001');
		await page.locator('.control').first().waitFor();
		await server.stop();
		await silentBanner(page).waitFor();
		assert.match(await silentBanner(page).innerText(), /\d/);
		assert.ok(await page.locator('.control').count() > 0);
		await screenshot(page, 'silent-server');
		// A page not seen before has nothing to show, and says what to do.
		await page.getByRole('link', { name: text('console.nav.controls') }).click();
		await page.getByText(text('console.trouble.offline.title')).waitFor();
		await screenshot(page, 'silent-server-new-page');
		await server.start();
		await page.getByRole('button', { name: text('console.retry') }).click();
		await page.locator('.table').first().waitFor();
		await silentBanner(page).waitFor({ state: 'detached' });
	});
}
