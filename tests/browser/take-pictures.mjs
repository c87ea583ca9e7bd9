// SPDX-License-Identifier: Apache-2.0
// Takes the pictures of the console that README and docs/console.md show, of a fleet made up for it:
//
//	meson compile -C build console-pictures      (writes docs/console/PAGE-SCHEME.png)
//
// It looks best where the font Inter is installed (Debian: fonts-inter).
import { statSync } from 'node:fs';
import { launch, newReader } from './lib/browser.mjs';
import { addGroup } from './lib/fleet.mjs';
import { addHistory } from './lib/history.mjs';
import { beginFactor, controlTitle, fillIn, heading, NAME, open, PASSWORD, text } from './lib/person.mjs';
import { Server } from './lib/server.mjs';

const MAX_BYTES = 200 * 1024;
const WEEKS = 12;
const [, , folder] = process.argv;

const disk = (age) => ({ 'disk.encrypted': ['fail', 'not-encrypted', age] });
const fixes = (age) => ({ 'patch.security-updates': ['fail', 'fix-overdue', age] });
const antivirus = (age) => ({ 'malware.av-active': ['fail', 'av-stopped', age] });
const noRadio = { 'wifi.strong-encryption': ['na', 'no-radio', 1500] };

const GROUPS = [
	['staff', 'school', 14, { 1: disk(1400), 4: fixes(31), 7: { 'patch.security-updates': ['unknown', 'age-not-known', 20] }, 9: disk(900) }],
	['year-7', 'school', 12, { 2: antivirus(75), 5: disk(640), 8: { ...disk(700), ...fixes(120) }, 10: { 'conf.camera-mic-gate': ['fail', 'extra-origin', 9] } }],
	['lab', 'school', 8, { 0: noRadio, 1: noRadio, 2: noRadio, 3: { ...noRadio, ...fixes(140) }, 4: noRadio, 5: noRadio, 6: noRadio, 7: noRadio }],
	['families', 'private', 8, { 3: { 'wifi.strong-encryption': ['fail', 'wifi-open', 100] }, 6: { 'malware.av-active': ['unknown', 'not-permitted', 300] } }],
];

async function signUp(page, server) {
	await page.goto(server.command('admin-link', '--url', server.url));
	await heading(page, text('console.setup')).waitFor();
	await fillIn(page, NAME, PASSWORD);
	await page.getByRole('button', { name: text('console.setup.action') }).click();
	await beginFactor(page);
	await heading(page, text('console.fleet')).waitFor();
}

async function take(page, target) {
	await page.screenshot({ path: target, clip: { x: 0, y: 0, width: 1240, height: 900 } });
	const { size } = statSync(target);
	if (size > MAX_BYTES) {
		throw new Error(`${target} has ${size} bytes, more than ${MAX_BYTES}`);
	}
	process.stdout.write(`${target}: ${size} bytes\n`);
}

const server = await Server.make();
const browser = await launch();
try {
	const made = {};
	for (const [group, ownership, n, differ] of GROUPS) {
		made[group] = await addGroup(server, group, ownership, n, (i) => differ[i] ?? {});
	}
	const all = Object.values(made).flat().length;
	await addHistory(server, {
		days: WEEKS * 7 - 1,
		total: (ago) => all - Math.floor(ago / 5),
		passing: (ago) => Math.round((all - Math.floor(ago / 5)) * (0.72 - ago * 0.0042 + 0.03 * Math.sin(ago / 4))),
		silent: [made.staff[12], made.families[7]],
	});
	const pages = [
		{ name: 'fleet', address: '/', title: text('console.fleet'), drawn: '.plot canvas' },
		{ name: 'devices', address: '/devices', title: text('console.devices') },
		{ name: 'device', address: `/devices/${made.staff[1].id}`, title: 'staff-002' },
		{ name: 'control', address: '/controls/disk/encrypted', title: controlTitle('disk.encrypted') },
		{ name: 'enrolment', address: '/enrolment', title: text('console.enrolment') },
	];
	const page = await newReader(browser, server, { viewport: { width: 1240, height: 900 } });
	await signUp(page, server);
	for (const { name, address, title, drawn } of pages) {
		for (const colorScheme of ['light', 'dark']) {
			await page.emulateMedia({ colorScheme });
			await open(page, address, title);
			await (drawn ? page.locator(drawn).waitFor() : undefined);
			await page.mouse.move(0, 0);
			await take(page, `${folder}/${name}-${colorScheme}.png`);
		}
	}
} finally {
	await browser.close();
	await server.remove();
}
