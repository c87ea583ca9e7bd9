// SPDX-License-Identifier: Apache-2.0
// What a person does on the console, in the words that the person reads.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { createHmac } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

export const texts = JSON.parse(readFileSync(join(process.env.CARETAKER_DATA, 'texts', 'en.json'), 'utf8'));
export const NAME = 'head@school.example';
export const PASSWORD = 'four words in a row';
export const papers = []; // codes on paper that are left

export function text(key) {
	assert.ok(key in texts, `no text ${key}`);
	return texts[key];
}

export async function fillIn(page, name, password) {
	await page.getByLabel(text('console.name')).fill(name);
	await page.getByLabel(text('console.password'), { exact: true }).fill(password);
}

export async function signIn(page, password = PASSWORD) {
	const go = page.getByRole('button', { name: text('console.sign-in') });
	await fillIn(page, NAME, password);
	await go.click();
	if (password === PASSWORD && papers.length > 0) {
		await page.getByLabel(text('console.factor.code'), { exact: true }).fill(papers.shift());
		await go.click();
	}
}

// What an app shows (RFC 6238), with nothing of ours in it.
function appCode(secret) {
	const bits = [...secret].map((sign) => 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'.indexOf(sign).toString(2).padStart(5, '0')).join('');
	const key = Buffer.from(bits.match(/.{8}/g).map((byte) => Number.parseInt(byte, 2)));
	const step = Buffer.alloc(8);
	step.writeBigUInt64BE(BigInt(Math.floor(Date.now() / 30_000)));
	const mac = createHmac('sha1', key).update(step).digest();
	return String((mac.readUInt32BE(mac[19] & 15) & 0x7fffffff) % 1_000_000).padStart(6, '0');
}

// A real reader's answer to a QR code as it stands on the page.
export async function readQr(page) {
	const picture = await page.locator('svg.qr').first().screenshot();
	const done = spawnSync('zbarimg', ['--quiet', '--raw', '-Sdisable', '-Sqrcode.enable', '-'], { input: picture, encoding: 'utf8' });
	assert.equal(done.status, 0, `zbarimg: ${done.error ?? done.stderr}`);
	return done.stdout.trimEnd();
}

// From the page that asks for a second factor to the page behind it.
export async function beginFactor(page, kept = papers) {
	await heading(page, text('console.factor')).waitFor();
	await page.getByLabel(text('console.password'), { exact: true }).fill(PASSWORD);
	await page.getByRole('button', { name: text('console.factor.begin') }).click();
	const secret = await page.getByLabel(text('console.factor.secret')).innerText();
	const address = new URL(await readQr(page));
	assert.equal(address.protocol, 'otpauth:');
	assert.equal(address.searchParams.get('secret'), secret);
	await page.getByLabel(text('console.factor.code'), { exact: true }).fill(appCode(secret));
	await page.getByRole('button', { name: text('console.factor.confirm') }).click();
	await page.getByRole('heading', { name: text('console.factor.paper') }).waitFor();
	kept.splice(0, kept.length, ...await page.locator('.codes li').allInnerTexts());
	assert.equal(kept.length, 10);
	await page.getByRole('button', { name: text('console.factor.done') }).click();
}

export function heading(page, name) {
	return page.getByRole('heading', { level: 1, name, exact: true });
}

// The page shows its data, or why it has none.
export async function open(page, address, title) {
	await page.goto(address);
	await heading(page, title).waitFor();
	await page.waitForFunction(() => document.querySelector('.loading') === null);
	await drawn(page);
}

// Two frames: what a change of size or of data sets off has been drawn.
export function drawn(page) {
	return page.evaluate(() => new Promise((resolve) => {
		requestAnimationFrame(() => requestAnimationFrame(resolve));
	}));
}

export function controlTitle(id) {
	return text(`control.${id}.title`);
}

export function breachTitle(n) {
	return text('console.breach.number').replace('{n}', `${n}`);
}

// Every page of the console, once there is a fleet; that of a breach once there is one.
export function everyPage(world) {
	const device = world.fleet.school[3];
	return [
		{ name: 'fleet', address: '/', title: text('console.fleet') },
		{ name: 'devices', address: '/devices', title: text('console.devices') },
		{ name: 'devices-filtered', address: '/devices?control=disk.encrypted&state=failing', title: text('console.devices') },
		{ name: 'device', address: `/devices/${device.id}`, title: 'laptops-004' },
		{ name: 'device-private', address: `/devices/${world.fleet.families[1].id}`, title: 'families-002' },
		{ name: 'controls', address: '/controls', title: text('console.controls') },
		{ name: 'control', address: '/controls/disk/encrypted', title: controlTitle('disk.encrypted') },
		{ name: 'exemptions', address: '/exemptions', title: text('console.exempt') },
		{ name: 'policy', address: '/policy', title: text('console.policy') },
		{ name: 'policy-group', address: '/policy?group=laptops', title: text('console.policy') },
		{ name: 'duties', address: '/duties', title: text('console.duties') },
		{ name: 'documents', address: '/documents', title: text('console.documents') },
		{ name: 'document', address: '/documents/privacy-notice', title: text('console.document.privacy-notice') },
		{ name: 'breaches', address: '/breaches', title: text('console.breaches') },
		...(world.breach === undefined ? [] : [{ name: 'breach', address: `/breaches/${world.breach}`, title: breachTitle(world.breach) }]),
		{ name: 'settings', address: '/settings', title: text('console.settings') },
		{ name: 'enrolment', address: '/enrolment', title: text('console.enrolment') },
		{ name: 'second-factor', address: '/second-factor', title: text('console.factor') },
		{ name: 'groups', address: '/groups', title: text('console.groups') },
		{ name: 'audit', address: '/audit', title: text('console.audit') },
		{ name: 'account', address: '/account', title: text('console.account') },
		{ name: 'accounts', address: '/accounts', title: text('console.accounts') },
		{ name: 'missing', address: '/nowhere', title: text('console.missing.title') },
	];
}
