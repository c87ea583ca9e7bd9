// SPDX-License-Identifier: Apache-2.0
// Everything without a pointer: skip link, visible focus, focus on arrival, no trap.
import assert from 'node:assert/strict';
import { everyPage, heading, open, papers, PASSWORD, NAME, text } from '../lib/person.mjs';
import { newReader } from '../lib/browser.mjs';
import { test } from '../lib/tap.mjs';

const STEPS_MAX = 600; // the policy has a line for each control and client

// What has the focus, and whether that can be seen.
function focused(page) {
	return page.evaluate(() => {
		const element = document.activeElement;
		if (!element || element === document.body) {
			return null;
		}
		const style = getComputedStyle(element);
		const box = element.getBoundingClientRect();
		element.dataset.walked = 'yes';
		return {
			what: `${element.tagName} ${element.textContent.slice(0, 40)}`,
			seen: style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2 && box.width > 0 && box.height > 0,
		};
	});
}

export function keyboard(world) {
	test('the skip link comes first and leads past the navigation', async () => {
		const page = world.reader;
		await open(page, '/', text('console.fleet'));
		await page.keyboard.press('Tab');
		assert.match((await focused(page)).what, new RegExp(text('console.skip')));
		await page.keyboard.press('Enter');
		await page.keyboard.press('Tab');
		assert.ok(await page.evaluate(() => document.activeElement.closest('main') !== null));
	});

	test('a page that is gone to takes the focus to its heading', async () => {
		const page = world.reader;
		await open(page, '/', text('console.fleet'));
		await page.getByRole('link', { name: text('console.nav.controls') }).focus();
		await page.keyboard.press('Enter');
		await heading(page, text('console.controls')).waitFor();
		await page.waitForFunction((title) => document.activeElement?.textContent === title, text('console.controls'));
		await page.goBack();
		await page.waitForFunction((title) => document.activeElement?.textContent === title, text('console.fleet'));
	});

	test('tab reaches everything that can be worked, visibly, and leaves again', async () => {
		const page = world.reader;
		for (const { address, title } of everyPage(world)) {
			await open(page, address, title);
			let step;
			for (step = 0; step < STEPS_MAX; step += 1) {
				await page.keyboard.press('Tab');
				const at = await focused(page);
				if (at === null) {
					break;
				}
				assert.ok(at.seen, `${address}: the focus on ${at.what} cannot be seen`);
			}
			assert.ok(step < STEPS_MAX, `${address}: tab never leaves the page`);
			const missed = await page.locator('a[href], button, input, select, summary').evaluateAll((all) => (
				all.filter((element) => element.checkVisibility() && !element.dataset.walked).map((element) => element.outerHTML)));
			assert.deepEqual(missed, [], address);
		}
	});

	test('a person signs in by keyboard alone', async () => {
		const page = await newReader(world.browser, world.server);
		await page.goto('/devices');
		await heading(page, text('console.sign-in')).waitFor();
		const field = page.getByLabel(text('console.name'));
		for (let step = 0; step < 10 && !(await field.evaluate((input) => input === document.activeElement)); step += 1) {
			await page.keyboard.press('Tab');
		}
		await page.keyboard.type(NAME);
		await page.keyboard.press('Tab');
		await page.keyboard.type(PASSWORD);
		await page.keyboard.press('Enter');
		const code = page.getByLabel(text('console.factor.code'), { exact: true });
		await code.waitFor();
		assert.ok(await code.evaluate((input) => input === document.activeElement), 'the code is asked for where one types');
		await page.keyboard.type(papers.shift());
		await page.keyboard.press('Enter');
		await heading(page, text('console.devices')).waitFor();
		await page.context().close();
	});
}
