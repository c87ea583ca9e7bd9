// SPDX-License-Identifier: Apache-2.0
// What a school sees to itself: duties that somebody looks after, papers in four languages, and a breach
// from the first hour to its end.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { newReader, screenshot } from '../lib/browser.mjs';
import { breachTitle, drawn, heading, NAME, open, text } from '../lib/person.mjs';
import { test } from '../lib/tap.mjs';

const LANGUAGES = ['en', 'nl', 'pl', 'zh-Hant'];
const DAY_MS = 86_400_000;
const HOUR_MS = 3_600_000;

function source(name, language) {
	return readFileSync(`${process.env.CARETAKER_DATA}/documents/${language}/${name}.md`, 'utf8');
}

async function download(page, link) {
	const coming = page.waitForEvent('download');
	await link.click();
	const file = await coming;
	return { name: file.suggestedFilename(), body: readFileSync(await file.path(), 'utf8') };
}

function card(page, key) {
	return page.locator('.duty', { has: page.getByRole('heading', { name: text(key), exact: true }) });
}

// As a date field has it where the reader is (lib/browser.mjs)
function local(ms) {
	return new Intl.DateTimeFormat('sv-SE', { dateStyle: 'short', timeStyle: 'short', timeZone: 'Europe/Amsterdam' }).format(ms).replace(' ', 'T');
}

async function openFile(page, devices, knownAgo) {
	await page.getByRole('button', { name: text('console.breach.open'), exact: true }).click();
	await page.getByLabel(text('console.breach.kind'), { exact: true }).selectOption('lost-device');
	await page.getByLabel(text('console.breach.happened')).fill(local(Date.now() - knownAgo - HOUR_MS));
	await page.getByLabel(text('console.breach.known')).fill(local(Date.now() - knownAgo));
	await page.getByLabel(text('console.breach.devices')).fill(devices);
	await page.getByRole('button', { name: text('console.breach.open.action') }).click();
}

async function addStep(page, step, note) {
	await page.getByLabel(text('console.breach.step.what'), { exact: true }).selectOption(step);
	await page.getByLabel(text('console.breach.note'), { exact: true }).fill(note);
	await page.getByRole('button', { name: text('console.breach.step.add') }).click();
	await page.locator('.lines .line-sub', { hasText: note }).waitFor();
}

export function school(world) {
	const { browser, server } = world;

	test('a service is named, its settings are shown, and somebody who looked answers', async () => {
		const page = world.reader;
		await open(page, '/duties', text('console.duties'));
		await page.getByLabel(text('console.provider.zoom'), { exact: true }).check();
		await page.getByRole('button', { name: text('console.settings.save'), exact: true }).click();
		const waiting = card(page, 'duty.conf.waiting-room.title');
		await waiting.getByText(text('state.unknown')).waitFor();
		await page.getByText(text('console.duties.bundle').replace('{name}', 'Zoom')).click();
		await page.getByRole('rowheader', { name: 'recording.cloud_recording', exact: true }).waitFor();
		await waiting.getByText(text('console.duties.answer.first')).click();
		await waiting.getByLabel(text('console.duties.answer'), { exact: true }).selectOption('not-locked');
		await waiting.getByRole('button', { name: text('console.duties.answer.save') }).click();
		await waiting.getByText(text('state.fail')).waitFor();
		await waiting.getByLabel(text('console.duties.answer'), { exact: true }).selectOption('as-wanted');
		await waiting.getByRole('button', { name: text('console.duties.answer.save') }).click();
		await waiting.getByText(text('state.pass')).waitFor();
		assert.ok((await waiting.locator('.control-times').innerText()).includes(text('console.duties.looked').replace('{who}', NAME)));
		assert.equal(await waiting.locator('.control-times time').count(), 2, 'the day somebody looked, and the day to look again');
		await screenshot(page, 'duties-answered');
		assert.deepEqual(page.complaints, []);
	});

	test('an exception needs its reason, and only where the rule knows one', async () => {
		const page = world.reader;
		await open(page, '/duties', text('console.duties'));
		const tracking = card(page, 'duty.conf.attention-tracking-off.title');
		await tracking.locator('summary').click();
		await tracking.getByLabel(text('console.duties.answer'), { exact: true }).selectOption('exempted');
		await tracking.getByRole('button', { name: text('console.duties.answer.save') }).click();
		assert.equal(await tracking.locator('input:invalid').count(), 1);
		await tracking.getByLabel(text('console.duties.note'), { exact: true }).fill('agreed with the council of parents');
		await tracking.getByRole('button', { name: text('console.duties.answer.save') }).click();
		await tracking.getByText(text('state.exempt')).waitFor();
		const passcode = card(page, 'duty.conf.passcode.title');
		await passcode.locator('summary').click();
		assert.equal(await passcode.locator('option[value=exempted]').count(), 0);
		const { name, body } = await download(page, page.getByRole('button', { name: text('console.csv') }));
		assert.equal(name, 'duties.csv');
		assert.match(body, /^provider,control,severity,state,/);
		assert.ok(body.includes('zoom,conf.attention-tracking-off,critical,exempt,exempted,exempted,agreed with the council of parents'));
	});

	test('every document can be read in four languages by who has no account', async () => {
		const page = await newReader(browser, server);
		await open(page, '/documents', text('console.documents'));
		const addresses = await page.locator('.lines a').evaluateAll((all) => all.map((link) => link.getAttribute('href')));
		assert.equal(new Set(addresses).size, 16);
		for (const address of addresses) {
			const name = address.split('/').pop();
			await open(page, address, text(`console.document.${name}`));
			for (const language of LANGUAGES) {
				await page.getByLabel(text('console.document.language'), { exact: true }).selectOption(language);
				const sheet = page.locator(`.document[lang="${language}"]`);
				const [title] = source(name, language).split('\n');
				await sheet.getByRole('heading', { level: 2, name: title.slice(2), exact: true }).waitFor();
				assert.equal(/[{}]|^#|\n- /.test(await sheet.innerText()), false, `${name} ${language}`);
			}
		}
		assert.deepEqual(page.complaints, []);
		await page.context().close();
	});

	test('a document is on paper what it is on the page, and can be taken along', async () => {
		const page = world.reader;
		await open(page, '/documents/privacy-notice?language=pl', text('console.document.privacy-notice'));
		const html = await download(page, page.getByRole('link', { name: text('console.document.html') }));
		assert.equal(html.name, 'privacy-notice-pl.html');
		assert.match(html.body, /^<!doctype html>\n<html lang="pl">/);
		const plain = await download(page, page.getByRole('link', { name: text('console.document.text') }));
		const words = (await page.locator('.document').innerText()).split('\n').filter((line) => line.trim() !== '');
		for (const line of words) {
			assert.ok(plain.body.includes(line.trim()), line);
		}
		await page.emulateMedia({ media: 'print' });
		assert.equal(await page.getByRole('heading', { level: 1 }).isVisible(), false);
		assert.equal(await page.getByRole('button', { name: text('console.print') }).isVisible(), false);
		assert.equal(await page.locator('.document').isVisible(), true);
		await screenshot(page, 'document-print');
		await page.emulateMedia({ media: null });
	});

	test('a breach: opened, followed to its end, and no earlier than the authority was told', async () => {
		const page = world.reader;
		await open(page, '/breaches', text('console.breaches'));
		await openFile(page, 'nobody-001', HOUR_MS);
		await page.getByRole('alert').getByText(text('console.breach.open.refused')).waitFor();
		await page.getByLabel(text('console.breach.devices')).fill('laptops-002, laptops-003');
		await page.getByRole('button', { name: text('console.breach.open.action') }).click();
		await heading(page, breachTitle(1)).waitFor();
		await page.getByText(text('console.breach.clock.running')).waitFor();
		assert.equal(await page.getByRole('row', { name: /laptops-00[23]/ }).count(), 2);
		await addStep(page, 'found', 'left on a train');
		assert.equal(await page.locator('option[value=closed]').count(), 0);
		await screenshot(page, 'breach-open');
		await open(page, '/', text('console.fleet'));
		await page.locator('.reminders a[href="/breaches"]').click();
		await page.getByRole('link', { name: breachTitle(1) }).click();
		const form = await download(page, page.getByRole('link', { name: text('console.document.html') }));
		assert.equal(form.name, 'breach-1-ap.html');
		for (const part of ['laptops-002', 'left on a train', 'Autoriteit Persoonsgegevens']) {
			assert.ok(form.body.includes(part), part);
		}
		await addStep(page, 'told-authority', 'by its form');
		await page.getByText(text('console.breach.clock.told')).waitFor();
		await addStep(page, 'closed', 'all passwords are new');
		await page.getByText(text('console.breach.clock.closed'), { exact: true }).waitFor();
		assert.equal(await page.getByRole('button', { name: text('console.breach.step.add') }).count(), 0);
	});

	test('what was known three days ago is overdue, and the fleet says so', async () => {
		const page = world.reader;
		await open(page, '/breaches', text('console.breaches'));
		await openFile(page, '', 3 * DAY_MS + HOUR_MS);
		await heading(page, breachTitle(2)).waitFor();
		world.breach = 2;
		await page.getByText(text('console.breach.clock.overdue')).waitFor();
		await open(page, '/', text('console.fleet'));
		await page.getByText(text('console.remind.overdue.one').replace('{n}', '1')).waitFor();
		await drawn(page);
		await screenshot(page, 'fleet-reminders');
		page.complaints.length = 0; // the browser's own word about the request that was refused
	});
}
