// SPDX-License-Identifier: Apache-2.0
// Who may, and how devices come in: IT's jobs on accounts, codes, groups and the audit log.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { newReader, screenshot } from '../lib/browser.mjs';
import { Device } from '../lib/device.mjs';
import { FINE } from '../lib/fleet.mjs';
import { fillIn, heading, open, PASSWORD, readQr, text } from '../lib/person.mjs';
import { test } from '../lib/tap.mjs';

const LANGUAGES = ['en', 'nl', 'pl', 'zh-Hant'];

function catalogue(language) {
	return JSON.parse(readFileSync(join(process.env.CARETAKER_DATA, 'texts', `${language}.json`), 'utf8'));
}

export function accessJobs(world) {
	const { server, browser } = world;

	test('a code is made, read from the screen by a phone, and lets a device in', async () => {
		const page = world.reader;
		await open(page, '/enrolment', text('console.enrolment'));
		await page.getByLabel(text('console.codes.ownership'), { exact: true }).selectOption('private');
		await page.getByLabel(text('console.accounts.group'), { exact: true }).fill('parents');
		await page.getByRole('button', { name: text('console.enrol.make') }).click();
		const code = await page.getByLabel(text('console.codes.code'), { exact: true }).innerText();
		assert.equal(await readQr(page), code);
		const device = await Device.enrol(server, code);
		await device.report(FINE, { unit: 'days' });
		await screenshot(page, 'enrolment-code');
		const codes = await newReader(browser, server, { storageState: await page.context().storageState() });
		await open(codes, '/enrolment', text('console.enrolment'));
		await codes.getByRole('row', { name: /parents/ }).getByText(text('console.codes.state.used')).waitFor();
		await codes.context().close();
	});

	test('the page on paper says in four languages what will be seen', async () => {
		const page = world.reader;
		for (const language of LANGUAGES) {
			const texts = catalogue(language);
			await page.getByLabel(text('console.handout.language'), { exact: true }).selectOption(language);
			const sheet = page.locator(`.handout[lang="${language}"]`);
			for (const key of ['console.enrol.seen.yes', 'console.enrol.seen.no', 'console.handout.private', 'console.handout.leave.text']) {
				await sheet.getByText(texts[key]).waitFor();
			}
		}
		await page.emulateMedia({ media: 'print' });
		assert.equal(await page.locator('form').first().isVisible(), false);
		assert.equal(await page.locator('.handout').isVisible(), true);
		await screenshot(page, 'enrolment-print');
		await page.emulateMedia({ media: null });
	});

	test('a head teacher is invited and sees totals, no device and no small group', async () => {
		const page = world.reader;
		await open(page, '/accounts', text('console.accounts'));
		await page.getByRole('button', { name: text('console.accounts.invite.action') }).click();
		const link = await page.getByLabel(text('console.accounts.invite'), { exact: true }).innerText();
		const head = await newReader(browser, server);
		await head.goto(link);
		await fillIn(head, 'head-teacher', PASSWORD);
		await head.getByRole('button', { name: text('console.setup.action') }).click();
		await heading(head, text('console.fleet')).waitFor();
		assert.equal(await head.getByRole('link', { name: text('console.nav.devices'), exact: true }).count(), 0);
		await head.goto('/devices');
		await head.getByText(text('console.trouble.forbidden.title')).waitFor();
		await open(head, '/groups', text('console.groups'));
		await head.getByRole('row', { name: /parents/ }).getByText(text('console.groups.hidden')).first().waitFor();
		await head.context().close();
	});

	test('what was done stands in the audit log, which is whole', async () => {
		const page = world.reader;
		await open(page, '/audit', text('console.audit'));
		await page.getByRole('cell', { name: text('console.audit.act.code-make') }).first().waitFor();
		await page.getByRole('cell', { name: text('console.audit.act.invite') }).first().waitFor();
		assert.equal(await page.getByRole('alert').filter({ hasText: /\S/ }).count(), 0);
		const file = page.waitForEvent('download');
		await page.getByRole('button', { name: text('console.csv') }).click();
		assert.equal((await file).suggestedFilename(), 'audit.csv');
	});
}
