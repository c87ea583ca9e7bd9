// SPDX-License-Identifier: Apache-2.0
// axe-core on every page in light and in dark; nothing runs off the side, from phone to wide.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { newReader, screenshot } from '../lib/browser.mjs';
import { axeSource } from '../lib/packages.mjs';
import { drawn, everyPage, heading, open, signIn, text, texts as english } from '../lib/person.mjs';
import { test } from '../lib/tap.mjs';

const TAGS = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];
const WIDTHS = [320, 640, 1024, 2200]; // 640: a window of 1280 at 200 %
const NARROW = [640, 320];

const RAW_KEY = /\b(console|control|reason|state|severity)\.[a-z-]+/;
const ENGLISH = new Set(Object.entries(english).filter(([key]) => /^(console|control|reason|state)\./.test(key)).map(([, words]) => words));

const OWN_NAME = 'English'; // a language in its own words, where one chooses among them

// Dark differs from light in its colours alone.
const RULES = {
	light: { type: 'tag', values: TAGS },
	dark: { type: 'rule', values: ['color-contrast', 'link-in-text-block'] },
};

async function violations(page, scheme) {
	await page.evaluate(axeSource);
	const found = await page.evaluate((rules) => globalThis.axe.run(document, { runOnly: rules }), RULES[scheme]);
	return found.violations.map((rule) => `${rule.id}: ${rule.nodes.map((node) => `${node.target} ${node.failureSummary}`).join('; ')}`);
}

async function look(page, scheme, address) {
	assert.deepEqual(await violations(page, scheme), [], `${scheme} ${address}`);
}

// What opens on a page when it is worked
async function openAll(page) {
	await page.locator('main details').evaluateAll((all) => all.forEach((one) => { one.open = true; }));
	for (const key of ['console.several', 'console.exempt.ask', 'console.breach.open']) {
		const button = page.getByRole('button', { name: text(key), exact: true });
		if (await button.count() > 0) {
			await button.click();
		}
	}
	for (const box of (await page.locator('.choose').all()).slice(0, 2)) {
		await box.check();
	}
	await drawn(page);
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
				await screenshot(page, `${name}-${scheme}`);
				await openAll(page);
				await look(page, scheme, address);
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

	for (const [locale, language] of [['nl-NL', 'nl'], ['pl-PL', 'pl'], ['zh-TW', 'zh-Hant']]) {
		test(`every page is in the reader's language and fits a phone and 200 %, ${language}`, async () => {
			const page = await newReader(browser, server, {
				locale, viewport: { width: 320, height: 700 }, storageState: await world.reader.context().storageState(),
			});
			const texts = JSON.parse(readFileSync(join(process.env.CARETAKER_DATA, 'texts', `${language}.json`), 'utf8'));
			const left = [];
			for (const { address } of everyPage(world)) {
				await page.goto(address);
				await page.locator('h1').waitFor();
				await page.waitForFunction(() => document.querySelector('.loading') === null);
				await drawn(page);
				assert.equal(await page.evaluate(() => document.documentElement.lang), language);
				const words = await page.locator('body').innerText();
				assert.doesNotMatch(words, RAW_KEY, address);
				assert.ok(words.includes(texts['console.footer']), address);
				await page.locator('main details').evaluateAll((all) => all.forEach((one) => { one.open = true; }));
				for (const width of NARROW) {
					await page.setViewportSize({ width, height: 700 });
					await drawn(page);
					const over = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
					assert.ok(over <= 0, `${address} is ${over} px too wide in ${language} for ${width}`);
				}
				left.push(...words.split('\n').filter((line) => ENGLISH.has(line) && !Object.values(texts).includes(line) && line !== OWN_NAME));
			}
			assert.deepEqual(left, []);
			await page.context().close();
		});
	}

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
