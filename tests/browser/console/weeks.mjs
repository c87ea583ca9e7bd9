// SPDX-License-Identifier: Apache-2.0
// What only weeks bring: the trend, and devices that have fallen silent.
import assert from 'node:assert/strict';
import { addHistory } from '../lib/history.mjs';
import { open, text } from '../lib/person.mjs';
import { test } from '../lib/tap.mjs';

const DAYS = 60;
const TOTAL = 50;

export function weeks(world) {
	test('the trend is drawn, told in words, and stands as a table', async () => {
		const page = world.reader;
		await addHistory(world.server, {
			days: DAYS, total: () => TOTAL, passing: (ago) => TOTAL - Math.floor(ago / 2),
			silent: [world.fleet.school[0]],
		});
		await open(page, '/', text('console.fleet'));
		const box = await page.locator('.plot canvas').boundingBox();
		assert.ok(box.width > 300 && box.height > 100);
		assert.match(await page.locator('.plot-box').getAttribute('aria-label'), /from 40\s?% on .* to \d+\s?% on/);
		await page.getByText(text('console.plot.table')).click();
		const rows = page.locator('.plot-table tbody tr');
		assert.ok(await rows.count() >= DAYS);
		assert.match(await rows.nth((await rows.count()) - 1).innerText(), /40\s?%/);
	});

	test('pointing at the trend tells that day', async () => {
		const page = world.reader;
		const caption = page.locator('.plot figcaption');
		const before = await caption.innerText();
		const box = await page.locator('.plot .u-over').boundingBox();
		await page.mouse.move(box.x + 1, box.y + 50);
		await page.waitForFunction((was) => document.querySelector('.plot figcaption').innerText !== was, before);
		assert.match(await caption.innerText(), /20 of 50/);
		await page.mouse.move(0, 0);
	});

	test('a silent device is silent, not failing', async () => {
		const page = world.reader;
		await page.locator('section', { hasText: text('console.fleet.silent') }).getByRole('link', { name: 'laptops-001' }).waitFor();
		await open(page, '/devices?state=silent', text('console.devices'));
		assert.deepEqual(await page.locator('.row-link').allInnerTexts(), ['laptops-001']);
		assert.deepEqual(page.complaints.filter((line) => !line.includes('ERR_CONNECTION_REFUSED')), []);
		page.complaints.length = 0;
	});
}
