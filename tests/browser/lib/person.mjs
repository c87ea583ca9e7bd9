// SPDX-License-Identifier: Apache-2.0
// What a person does on the console, in the words that the person reads.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

export const texts = JSON.parse(readFileSync(join(process.env.CARETAKER_DATA, 'texts', 'en.json'), 'utf8'));
export const NAME = 'head@school.example';
export const PASSWORD = 'four words in a row';

export function text(key) {
	assert.ok(key in texts, `no text ${key}`);
	return texts[key];
}

export async function fillIn(page, name, password) {
	await page.getByLabel(text('console.name')).fill(name);
	await page.getByLabel(text('console.password'), { exact: true }).fill(password);
}

export async function signIn(page, password = PASSWORD) {
	await fillIn(page, NAME, password);
	await page.getByRole('button', { name: text('console.sign-in') }).click();
}

export function heading(page, name) {
	return page.getByRole('heading', { level: 1, name, exact: true });
}

// The page shows its data, or why it has none.
export async function open(page, address, title) {
	await page.goto(address);
	await heading(page, title).waitFor();
	await page.locator('.loading').waitFor({ state: 'detached' });
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

// Every page of the console, once there is a fleet.
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
		{ name: 'settings', address: '/settings', title: text('console.settings') },
		{ name: 'enrolment', address: '/enrolment', title: text('console.enrolment') },
		{ name: 'missing', address: '/nowhere', title: text('console.missing.title') },
	];
}
