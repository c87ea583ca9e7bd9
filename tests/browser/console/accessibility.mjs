// SPDX-License-Identifier: Apache-2.0
// axe-core on every page in light and in dark; nothing runs off the side, from phone to wide.
import assert from 'node:assert/strict';
import { newReader, screenshot } from '../lib/browser.mjs';
import { axeSource } from '../lib/packages.mjs';
import { drawn, everyPage, heading, open, signIn, text } from '../lib/person.mjs';
import { test } from '../lib/tap.mjs';

const TAGS = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];
const WIDTHS = [320, 640, 1024, 2200]; // 640: a window of 1280 at 200 %

async function violations(page) {
	await page.evaluate(axeSource);
	const found = await page.evaluate((tags) => (
		globalThis.axe.run(document, { runOnly: { type: 'tag', values: tags } })
	), TAGS);
	return found.violations.map((rule) => `${rule.id}: ${rule.nodes.map((node) => `${node.target} ${node.failureSummary}`).join('; ')}`);
}

async function look(page, name, address) {
	assert.deepEqual(await violations(page), [], `${name} ${address}`);
}

export function accessibility(world) {
	const { browser, server } = world;
	for (const scheme of ['light', 'dark']) {
		test(`axe finds nothing on any page, ${scheme}`, async () => {
			const page = await newReader(browser, server, { colorScheme: scheme, reducedMotion: 'reduce' });
			await page.goto('/setup#not-a-link');
			await heading(page, text('console.setup')).waitFor();
			await look(page, scheme, '/setup');
			await page.goto('/');
			await heading(page, text('console.sign-in')).waitFor();
			await look(page, scheme, '/sign-in');
			await signIn(page);
			await heading(page, text('console.fleet')).waitFor();
			for (const { name, address, title } of everyPage(world)) {
				await open(page, address, title);
				await look(page, scheme, address);
				await screenshot(page, `${name}-${scheme}`);
			}
			assert.deepEqual(page.complaints, []);
			await page.context().close();
		});
	}

	test('no page runs off the side, from a phone to a wide screen and at 200 %', async () => {
		const page = world.reader;
		for (const { name, address, title } of everyPage(world)) {
			await open(page, address, title);
			for (const width of WIDTHS) {
				await page.setViewportSize({ width, height: 800 });
				await drawn(page);
				const over = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
				assert.ok(over <= 0, `${address} is ${over} px too wide for ${width}`);
			}
			await page.setViewportSize({ width: 390, height: 844 });
			await screenshot(page, `${name}-phone`);
		}
		await page.setViewportSize({ width: 1280, height: 900 });
	});

	test('with reduced motion nothing moves; on paper the exact times stand', async () => {
		const page = world.reader;
		await open(page, `/devices/${world.fleet.school[3].id}`, 'laptops-004');
		await page.emulateMedia({ reducedMotion: 'reduce' });
		assert.equal(await page.evaluate(() => document.getAnimations().length), 0);
		await page.emulateMedia({ media: 'print', reducedMotion: null });
		await page.locator('.ago-exact').first().waitFor({ state: 'visible' });
		assert.equal(await page.locator('.top nav').isVisible(), false);
		await screenshot(page, 'device-print');
		await page.emulateMedia({ media: null });
	});
}
