// SPDX-License-Identifier: Apache-2.0
// Groups: one is made, one device moves into it, several at once; a family's devices are taken along and erased.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { screenshot } from '../lib/browser.mjs';
import { addGroup } from '../lib/fleet.mjs';
import { heading, open, text } from '../lib/person.mjs';
import { test } from '../lib/tap.mjs';

const POOL = 'loan-pool';

export function groups(world) {
	const { server } = world;
	const button = (key) => world.reader.getByRole('button', { name: text(key), exact: true });
	const choose = async (...labels) => {
		for (const label of labels) {
			await world.reader.getByLabel(text('console.several.choose').replace('{label}', label)).check();
		}
	};

	test('a group is made, and a device moves into it', async () => {
		const page = world.reader;
		await open(page, '/groups', text('console.groups'));
		await page.getByLabel(text('console.groups.name'), { exact: true }).fill(POOL);
		await page.getByLabel(text('console.groups.kind'), { exact: true }).selectOption('loan');
		await button('console.groups.make').click();
		await page.getByRole('row', { name: new RegExp(POOL) }).getByText(text('console.groups.kind.loan')).waitFor();
		const [device] = await addGroup(server, 'moving', 'school', 3, () => ({}));
		await open(page, `/devices/${device.id}`, 'moving-001');
		await page.getByText(text('console.move.this')).click();
		await page.getByLabel(text('console.move.to')).selectOption(POOL);
		await button('console.move').click();
		await button('console.act.sure').click();
		await heading(page, `${POOL}-001`).waitFor();
	});

	test('several devices move at once', async () => {
		const page = world.reader;
		await open(page, '/devices?q=moving', text('console.devices'));
		await button('console.several').click();
		await choose('moving-002', 'moving-003');
		await page.getByText('moving-002, moving-003').waitFor();
		await page.getByLabel(text('console.move.to')).selectOption(POOL);
		await screenshot(page, 'several');
		await button('console.move').click();
		await button('console.act.sure').click();
		await page.getByText(text('console.several.moved.other').replace('{n}', '2')).waitFor();
		await open(page, `/devices?group=${POOL}`, text('console.devices'));
		await page.locator('.row-link').first().waitFor();
		assert.deepEqual(await page.locator('.row-link').allInnerTexts(), [1, 2, 3].map((n) => `${POOL}-00${n}`));
	});

	test('all that is held of a family is taken along, and erased', async () => {
		const page = world.reader;
		const family = await addGroup(server, 'grown-ups', 'private', 1, () => ({}));
		family.push(...await addGroup(server, 'children', 'private', 1, () => ({})));
		await open(page, '/devices?q=grown', text('console.devices'));
		await button('console.several').click();
		await choose('grown-ups-001');
		await page.getByLabel(text('console.filter.search')).fill('children');
		await choose('children-001');
		const coming = page.waitForEvent('download');
		await button('console.rights.export').click();
		const copies = JSON.parse(readFileSync(await (await coming).path(), 'utf8'));
		assert.deepEqual(copies.map((copy) => copy.held.devices[0].id), family.map((device) => device.id));
		await button('console.several.erase').click();
		await button('console.act.sure').click();
		await page.getByText(text('console.several.erased.other').replace('{n}', '2')).waitFor();
		for (const device of family) {
			await assert.rejects(device.report({}, { kind: 'heartbeat' }), /401/);
		}
	});
}
