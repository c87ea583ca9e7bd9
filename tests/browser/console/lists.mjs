// SPDX-License-Identifier: Apache-2.0
// The list of devices: search, filters, pages of 50, and taking it along.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { addGroup } from '../lib/fleet.mjs';
import { open, text } from '../lib/person.mjs';
import { test } from '../lib/tap.mjs';

const PAGE = 50;
const LAB = 53;

async function labels(page) {
	return page.locator('.row-link').allInnerTexts();
}

export function lists(world) {
	test('search and filters write into the address, and back takes them off', async () => {
		const page = world.reader;
		await open(page, '/devices', text('console.devices'));
		await page.getByLabel(text('console.filter.search')).fill('families');
		await page.waitForURL('**/devices?q=families');
		await page.getByText(text('console.devices.match.other').replace('{n}', '2'), { exact: true }).waitFor();
		await page.getByRole('link', { name: text('console.device-state.failing'), exact: true }).click();
		await page.waitForURL('**/devices?q=families&state=failing');
		await page.getByText(text('console.devices.match.one').replace('{n}', '1'), { exact: true }).waitFor();
		assert.deepEqual(await labels(page), ['families-002']);
		await page.goBack();
		await page.waitForURL('**/devices?q=families');
		await page.getByText(text('console.devices.match.other').replace('{n}', '2'), { exact: true }).waitFor();
		assert.equal(await page.getByLabel(text('console.filter.search')).inputValue(), 'families');
	});

	test('a filter by control and its state', async () => {
		const page = world.reader;
		await open(page, '/devices', text('console.devices'));
		await page.getByLabel(text('console.filter.control'), { exact: true }).selectOption('wifi.strong-encryption');
		await page.waitForURL('**/devices?control=wifi.strong-encryption');
		await page.getByRole('link', { name: 'families-002' }).waitFor();
		await page.getByLabel(text('console.filter.control-state'), { exact: true }).selectOption('exempt');
		await page.getByText(text('console.devices.none')).waitFor();
		await page.getByLabel(text('console.filter.control-state'), { exact: true }).selectOption('pass');
		await page.getByRole('link', { name: 'families-001' }).waitFor();
		assert.equal((await labels(page)).length, 4);
	});

	test('a long list comes in parts of 50', async () => {
		const page = world.reader;
		await addGroup(world.server, 'lab', 'school', LAB, () => ({}));
		await open(page, '/devices?q=lab', text('console.devices'));
		await page.getByText(text('console.devices.match.other').replace('{n}', `${LAB}`), { exact: true }).waitFor();
		const first = await labels(page);
		assert.equal(first.length, PAGE);
		await page.getByRole('link', { name: text('console.pager.next') }).click();
		await page.getByRole('link', { name: text('console.pager.first') }).waitFor();
		const second = await labels(page);
		assert.equal(new Set([...first, ...second]).size, LAB);
		await page.reload();
		await page.locator('.row-link').first().waitFor();
		assert.deepEqual(await labels(page), second);
	});

	test('a column puts the list in its order, up and down, and the address keeps it', async () => {
		const page = world.reader;
		await open(page, '/devices', text('console.devices'));
		const head = (key) => page.getByRole('columnheader', { name: text(key) });
		assert.equal(await head('console.devices.device').getAttribute('aria-sort'), 'ascending');
		const up = await labels(page);
		assert.deepEqual(up, [...up].sort());
		await head('console.devices.device').getByRole('link').click();
		await page.waitForURL('**/devices?sort=-label');
		await page.locator('th[aria-sort=descending]').waitFor();
		await page.waitForFunction((first) => document.querySelector('.row-link')?.textContent !== first, up[0]);
		const down = await labels(page);
		assert.deepEqual(down, [...down].sort().reverse());
		await page.getByRole('link', { name: text('console.pager.next') }).click();
		await page.getByRole('link', { name: text('console.pager.first') }).waitFor();
		assert.equal(new URL(page.url()).searchParams.get('sort'), '-label');
		await head('console.devices.worst').getByRole('link').click();
		await page.waitForURL('**/devices?sort=failing');
		await head('console.devices.worst').getByRole('link').click();
		await page.waitForURL('**/devices?sort=-failing');
		await page.waitForFunction((word) => document.querySelector('tbody tr .badge')?.textContent === word, text('console.device-state.failing'));
		assert.deepEqual(page.complaints, []);
	});

	test('the whole list is taken along as CSV', async () => {
		const page = world.reader;
		await open(page, '/devices?q=lab', text('console.devices'));
		const coming = page.waitForEvent('download');
		await page.getByRole('button', { name: text('console.csv') }).click();
		const lines = readFileSync(await (await coming).path(), 'utf8').trimEnd().split('\r\n');
		assert.equal(lines.length, LAB + 1);
		assert.match(lines[0], /^id,label,group,/);
		assert.deepEqual(page.complaints, []);
	});
}
