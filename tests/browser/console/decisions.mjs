// SPDX-License-Identifier: Apache-2.0
// What a school decides: an exemption by two persons, and a policy that is looked at, rolled out to a group
// and taken back. What a device is handed is read from its own report's answer.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { newReader, screenshot } from '../lib/browser.mjs';
import { beginFactor, controlTitle, fillIn, heading, open, PASSWORD, text } from '../lib/person.mjs';
import { test } from '../lib/tap.mjs';

const SECOND = 'privacy@school.example';
const GROUP = 'laptops';
const DAY_MS = 86_400_000;
const SIGNED_MS = 120_000; // only what never comes takes so long

function day(offset) {
	return new Date(Date.now() + offset * DAY_MS).toISOString().slice(0, 10);
}

function policyIn(answer) {
	return answer.policy === undefined ? null : JSON.parse(Buffer.from(answer.policy.split('.')[1], 'base64url'));
}

// What is decided is signed a moment later: the device asks until it is handed that.
async function handed(device, good) {
	for (const end = Date.now() + SIGNED_MS; Date.now() < end;) {
		const policy = policyIn(await device.report({}, { kind: 'heartbeat' }));
		if (policy !== null && good(policy)) {
			return policy;
		}
	}
	throw new Error('no such policy was handed out');
}

async function signUp(world) {
	const page = await newReader(world.browser, world.server);
	await page.goto(world.server.command('admin-link', '--url', world.server.url));
	await heading(page, text('console.setup')).waitFor();
	await fillIn(page, SECOND, PASSWORD);
	await page.getByRole('button', { name: text('console.setup.action') }).click();
	await beginFactor(page, []);
	await heading(page, text('console.fleet')).waitFor();
	return page;
}

async function ask(page) {
	const pick = (key, word) => page.getByLabel(text(key), { exact: true }).selectOption(word);
	await page.getByRole('button', { name: text('console.exempt.ask'), exact: true }).click();
	await pick('console.exempt.group', GROUP);
	await page.getByLabel(text('exempt.person.staff')).check();
	await page.getByLabel(text('console.exempt.considered.live-only')).check();
	await page.getByLabel(text('console.exempt.notice')).fill('lesson-recording');
	await page.getByLabel(text('console.exempt.noticed')).fill(day(-8));
	await page.getByLabel(text('console.exempt.start')).fill(day(0));
	await page.getByLabel(text('console.exempt.end')).fill(day(3));
	await page.getByLabel(text('console.exempt.delete')).fill(day(5));
	await screenshot(page, 'exemption-form');
	await page.getByRole('button', { name: text('console.exempt.ask.action'), exact: true }).click();
}

export function decisions(world) {
	test('an exemption is asked for by one person and approved by another', async () => {
		const page = world.reader;
		const device = world.fleet.school[0];
		await open(page, '/exemptions', text('console.exempt'));
		await page.getByText(text('console.exempt.none')).waitFor();
		await ask(page);
		await page.getByText(text('console.exempt.other-person')).waitFor();
		assert.equal(await page.getByRole('button', { name: text('console.exempt.approve'), exact: true }).count(), 0);
		world.second = await signUp(world);
		await open(world.second, '/exemptions', text('console.exempt'));
		await world.second.getByRole('button', { name: text('console.exempt.approve'), exact: true }).click();
		await world.second.getByText(text('console.exempt.phase.running'), { exact: true }).waitFor();
		const policy = await handed(device, (one) => (one.exemptions ?? []).length === 1);
		assert.equal(policy.exemptions[0].feature, 'recording');
		assert.ok(policy.exemptions[0].devices.includes(device.id));
		assert.equal(JSON.stringify(policy).includes(SECOND), false);
		await open(page, `/devices/${device.id}`, 'laptops-001');
		await page.getByRole('link', { name: text('exempt.feature.recording') }).waitFor();
		await screenshot(world.second, 'exemption-running');
	});

	test('it is ended on the spot, after a question', async () => {
		const page = world.second;
		await page.getByRole('button', { name: text('console.exempt.end-now') }).click();
		await page.getByText(text('console.exempt.end.sure')).waitFor();
		await page.getByRole('button', { name: text('console.act.sure') }).click();
		await page.getByText(text('console.exempt.phase.ended'), { exact: true }).waitFor();
		await handed(world.fleet.school[0], (one) => one.version > 1 && one.exemptions === undefined);
		assert.deepEqual(page.complaints, []);
	});

	test('settings go to another school as a file that names nobody, and come from one', async () => {
		const page = world.reader;
		await open(page, `/policy?group=${GROUP}`, text('console.policy'));
		await page.getByText(text('console.policy.share'), { exact: true }).click();
		const take = page.getByLabel(text('console.policy.share.take'));
		const theirs = {
			format: 1, kind: 'caretaker-settings', school: 'Sint-Jan', contact: 'head@school.example',
			controls: { 'disk.encrypted': { severity: 'medium', why: 'https://meet.school.example', on: true }, 'no.such': { on: false } },
			clients: { zoom: 'strict', 'no-such': 'off', firefox: 'all of it' },
		};
		await take.setInputFiles({ name: 'theirs.json', mimeType: 'application/json', buffer: Buffer.from(JSON.stringify(theirs)) });
		await page.getByText(text('console.policy.share.taken.other').replace('{n}', '2')).waitFor();
		const coming = page.waitForEvent('download');
		await page.getByRole('button', { name: text('console.policy.share.save') }).click();
		const file = readFileSync(await (await coming).path(), 'utf8');
		assert.deepEqual(JSON.parse(file), {
			format: 1, kind: 'caretaker-settings', controls: { 'disk.encrypted': { severity: 'medium', on: true } }, clients: { zoom: 'strict' },
		});
		for (const secret of ['school', GROUP, 'laptops', world.fleet.school[0].id]) {
			assert.equal(file.includes(secret), false, secret);
		}
		await take.setInputFiles({ name: 'photo.json', mimeType: 'application/json', buffer: Buffer.from('{"format":1') });
		await page.getByText(text('console.policy.share.bad')).waitFor();
		assert.deepEqual(page.complaints, []);
	});

	test('a policy is edited, looked at, rolled out to a group, and taken back', async () => {
		const page = world.reader;
		const [device] = world.fleet.school;
		const title = controlTitle('disk.encrypted');
		await open(page, `/policy?group=${GROUP}`, text('console.policy'));
		await page.getByText(text('console.policy.not-own')).waitFor();
		const onOff = page.getByLabel(text('console.policy.on-of').replace('{title}', title));
		const look = page.getByRole('button', { name: text('console.policy.look') });
		await onOff.selectOption('off');
		await look.click();
		await page.getByRole('heading', { name: text('console.policy.preview') }).waitFor();
		await page.getByText(text('console.policy.preview.off').replace('{title}', title)).waitFor();
		await screenshot(page, 'policy-preview');
		await page.getByRole('button', { name: text('console.policy.roll-out-to').replace('{group}', GROUP) }).click();
		await page.getByText(text('console.policy.not-own')).waitFor({ state: 'detached' });
		const policy = await handed(device, (one) => !one.controls['disk.encrypted'].on);
		// A second edit, then back to the first one.
		await onOff.selectOption('on');
		await look.click();
		await page.getByRole('button', { name: text('console.policy.roll-out-to').replace('{group}', GROUP) }).click();
		await handed(device, (one) => one.version > policy.version && one.controls['disk.encrypted'].on);
		// Both are signed: they stand on the page as it is asked for now.
		await open(page, `/policy?group=${GROUP}`, text('console.policy'));
		const old = page.getByRole('listitem').filter({ hasText: text('console.policy.version').replace('{version}', policy.version) });
		await old.getByRole('button', { name: text('console.policy.back') }).click();
		await old.getByRole('button', { name: text('console.act.sure') }).click();
		const back = await handed(device, (one) => one.version > policy.version && !one.controls['disk.encrypted'].on);
		assert.ok(back.version > policy.version);
		await page.getByRole('button', { name: text('console.policy.follow') }).click();
		await page.getByRole('button', { name: text('console.act.sure') }).click();
		await page.getByText(text('console.policy.not-own')).waitFor();
		assert.deepEqual(page.complaints, []);
	});
}
