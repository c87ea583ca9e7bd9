// SPDX-License-Identifier: Apache-2.0
// Looking at a large fleet: every number is what the devices said, and leads to the devices that make it.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { screenshot } from '../lib/browser.mjs';
import { addHistory } from '../lib/history.mjs';
import { controlTitle, heading, open, text } from '../lib/person.mjs';
import { test } from '../lib/tap.mjs';
import { DEVICES, GROUPS } from './coming-in.mjs';
import { matches, numberIn, truthOf } from './truth.mjs';

const PAGE = 50;
const WEEKS = 12;
const SILENT = 20;

// The control that fails most, as devices said
function worstOf(truth) {
	return Object.entries(truth.controls).reduce((worst, one) => (one[1] > worst[1] ? one : worst))[0];
}

export function looking(world) {
	test('the fleet at a glance tells what the devices said', async () => {
		const page = world.reader;
		const truth = await truthOf(world);
		await open(page, '/', text('console.fleet'));
		const legend = await page.locator('.legend a').allInnerTexts();
		const counts = Object.fromEntries(legend.map((line) => [line.replace(/[\d,\s]+/, ''), numberIn(line)]));
		assert.equal(Object.values(counts).reduce((sum, n) => sum + n), truth.total);
		assert.equal(counts[text('console.device-state.failing')], truth.failing);
		const worst = page.locator('.worst li');
		assert.equal(await worst.count(), 3);
		for (const item of await worst.all()) {
			const link = item.locator('a[href^="/devices?control="]');
			const id = new URL(await link.getAttribute('href'), world.server.url).searchParams.get('control');
			assert.equal(numberIn(await link.innerText()), truth.controls[id], id);
		}
		await page.locator('section', { hasText: text('console.fleet.newly') }).locator('.lines li').first().waitFor();
		await screenshot(page, 'jobs-fleet');
	});

	test('weeks later: a trend, and those that fell silent', async () => {
		const page = world.reader;
		await addHistory(world.server, {
			days: WEEKS * 7 - 1, total: () => DEVICES, passing: (ago) => DEVICES - 3 * ago,
			silent: `team = 'loan' AND number <= ${SILENT}`,
		});
		await open(page, '/', text('console.fleet'));
		await page.locator('.plot canvas').waitFor();
		await page.getByText(text('console.plot.table')).click();
		assert.ok(await page.locator('.plot-table tbody tr').count() >= WEEKS * 7 - 1);
		await page.locator('.legend a', { hasText: text('console.device-state.silent') }).click();
		await page.waitForURL('**/devices?state=silent');
		assert.equal(await matches(page), SILENT);
	});

	test('devices are searched, filtered, gone through and taken along', async () => {
		const page = world.reader;
		const truth = await truthOf(world);
		await open(page, '/devices', text('console.devices'));
		assert.equal(await matches(page), truth.total);
		await page.getByLabel(text('console.filter.search')).fill('library-19');
		await page.getByText(text('console.devices.match.other').replace('{n}', '10'), { exact: true }).waitFor();
		await page.getByLabel(text('console.filter.search')).fill('');
		await page.waitForURL('**/devices');
		const worst = worstOf(truth);
		await page.getByLabel(text('console.filter.control'), { exact: true }).selectOption(worst);
		await page.waitForURL(`**/devices?control=${worst}`);
		await page.waitForFunction((n) => document.querySelector('.page-head .lead').textContent.includes(n), `${truth.controls[worst]} device`);
		const seen = [];
		await open(page, `/devices?group=${GROUPS[0]}`, text('console.devices'));
		for (let left = DEVICES / GROUPS.length; left > 0; left -= PAGE) {
			const first = page.locator('.row-link').first();
			const was = await first.innerText();
			seen.push(...await page.locator('.row-link').allInnerTexts());
			if (left > PAGE) {
				await page.getByRole('link', { name: text('console.pager.next') }).click();
				await page.waitForFunction((label) => ![label, undefined].includes(document.querySelector('.row-link')?.textContent), was);
			}
		}
		assert.equal(new Set(seen).size, DEVICES / GROUPS.length);
		const coming = page.waitForEvent('download');
		await page.getByRole('button', { name: text('console.csv') }).click();
		const lines = readFileSync(await (await coming).path(), 'utf8').trimEnd().split('\r\n');
		assert.equal(lines.length, 1 + DEVICES / GROUPS.length);
	});

	test('one control across the fleet leads to one device, which says why and what to do', async () => {
		const page = world.reader;
		const truth = await truthOf(world);
		const worst = worstOf(truth);
		await open(page, '/controls', text('console.controls'));
		await page.getByRole('link', { name: controlTitle(worst), exact: true }).click();
		await heading(page, controlTitle(worst)).waitFor();
		const fails = page.locator('.legend a', { hasText: text('state.fail') });
		await fails.waitFor();
		assert.equal(numberIn(await fails.innerText()), truth.controls[worst]);
		const groups = await page.locator('section', { hasText: text('console.control.groups') }).locator('tbody td:nth-of-type(1)').allInnerTexts();
		assert.equal(groups.map(numberIn).reduce((sum, n) => sum + n), truth.controls[worst]);
		const device = page.locator('.lines a[href^="/devices/"]').first();
		const label = await device.innerText();
		await device.click();
		await heading(page, label).waitFor();
		const card = page.locator('.control.is-fail', { has: page.getByRole('link', { name: controlTitle(worst), exact: true }) });
		for (const key of [`control.${worst}.why`, `control.${worst}.fix`, `console.who.${worst}`]) {
			await card.getByText(text(key)).first().waitFor();
		}
		assert.ok(await card.locator('time').count() >= 2, 'since when, and how old the answer is');
		await screenshot(page, 'jobs-device');
	});

	test('each group has its numbers', async () => {
		const page = world.reader;
		await open(page, '/groups', text('console.groups'));
		for (const group of GROUPS.filter((name) => name !== 'laptops')) {
			const cells = await page.getByRole('row', { name: new RegExp(`^${group} `) }).locator('td').allInnerTexts();
			const [total, ...states] = cells.slice(0, 5).map(numberIn);
			assert.equal(total, DEVICES / GROUPS.length);
			assert.equal(states.reduce((sum, n) => sum + n), total, group);
		}
	});
}
