// SPDX-License-Identifier: Apache-2.0
// What families may ask, by one click each; what is kept for how long; taking a table along.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { addGroup } from '../lib/fleet.mjs';
import { open, text } from '../lib/person.mjs';
import { test } from '../lib/tap.mjs';

async function download(page, key) {
	const coming = page.waitForEvent('download');
	await page.getByRole('button', { name: text(key), exact: true }).click();
	return readFileSync(await (await coming).path(), 'utf8');
}

export function rights(world) {
	test('a device: a copy, a dispute, lost and found, erased', async () => {
		const page = world.reader;
		const button = (key) => page.getByRole('button', { name: text(key), exact: true });
		const [device] = await addGroup(world.server, 'rights', 'school', 1, () => ({ 'disk.encrypted': ['fail', 'not-encrypted', 50] }));
		await open(page, `/devices/${device.id}`, 'rights-001');
		const copy = JSON.parse(await download(page, 'console.rights.export'));
		assert.equal(copy.held.devices[0].id, device.id);
		assert.equal(copy.held.controls.length, 10);
		const sheet = await download(page, 'console.rights.export.page');
		assert.match(sheet, /^<!doctype html>\n<html lang="en">/);
		for (const [table, rows] of Object.entries(copy.held)) {
			for (const [column, value] of rows.flatMap((row) => Object.entries(row))) {
				const told = typeof value === 'string' && ['state', 'reason'].includes(column) ? text(`${column}.${value}`) : `${value ?? ''}`;
				const isTime = /^\d{4}-\d\d-\d\d/.test(told);
				assert.ok(isTime || told === '' || sheet.includes(told.replace(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`)), `${table}.${column}: ${told}`);
			}
		}
		assert.equal((sheet.match(/<tr><td>/g) ?? []).length, Object.values(copy.held).flat().length, 'a line for every row');
		assert.equal(/<script|onerror|https?:/.test(sheet), false);
		await page.getByText(text('console.rights.dispute'), { exact: true }).click();
		await button('console.rights.dispute.mark').click();
		await button('console.rights.settle').click();
		await button('console.rights.settle').waitFor({ state: 'detached' });
		await button('console.rights.lost').click();
		await button('console.act.sure').click();
		await button('console.rights.found').waitFor();
		await assert.rejects(device.report({}, { kind: 'heartbeat' }), /401/);
		await button('console.rights.found').click();
		await button('console.act.sure').click();
		await button('console.rights.lost').waitFor();
		await button('console.rights.erase').click();
		await button('console.act.sure').click();
		await page.waitForURL('**/devices');
		await open(page, `/devices/${device.id}`, text('console.device'));
		await page.getByText(text('console.trouble.missing.title')).waitFor();
		page.complaints.length = 0; // the browser's own word about a 404
	});

	test('settings: the history is kept as long as one says, and tables are taken along', async () => {
		const page = world.reader;
		await open(page, '/settings', text('console.settings'));
		await page.getByLabel(text('console.settings.history-days')).fill('30');
		await page.getByRole('button', { name: text('console.settings.save') }).first().click();
		await page.getByRole('cell', { name: '30 days' }).waitFor();
		await page.getByRole('button', { name: text('console.settings.purge') }).click();
		await page.getByRole('button', { name: text('console.act.sure') }).click();
		const lines = (await download(page, 'console.settings.csv')).trimEnd().split('\r\n');
		assert.match(lines[0], /^id,public_key,/);
		const rows = JSON.parse(await download(page, 'console.settings.json'));
		assert.equal(rows.length, lines.length - 1);
	});

	test('settings: reminders by mail are set up, and an address that is none is refused', async () => {
		const page = world.reader;
		await open(page, '/settings', text('console.settings'));
		const card = page.locator('section', { has: page.getByRole('heading', { name: text('console.settings.mail'), exact: true }) });
		const server = card.getByLabel(text('console.settings.mail.server'));
		await card.getByLabel(text('console.settings.mail.to')).fill('privacy@school.example');
		await card.getByLabel(text('console.settings.mail.from')).fill('caretaker@school.example');
		await server.fill('http://mail.school.example');
		await card.getByRole('button', { name: text('console.settings.save') }).click();
		await card.getByText(text('console.settings.mail.refused')).waitFor();
		await server.fill('smtps://mail.school.example');
		await card.getByRole('button', { name: text('console.settings.save') }).click();
		await card.getByText(text('console.settings.mail.sent')).waitFor();
		page.complaints.length = 0; // the browser's own word about a 400
		await page.reload();
		assert.equal(await server.inputValue(), 'smtps://mail.school.example');
		await server.fill('');
		await card.getByRole('button', { name: text('console.settings.save') }).click();
		await card.getByText(text('console.settings.mail.refused')).waitFor({ state: 'detached' });
	});
}
