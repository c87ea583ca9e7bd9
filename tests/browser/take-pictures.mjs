// SPDX-License-Identifier: Apache-2.0
// Takes the pictures of the console that README and docs/console.md show, of a fleet made up for it:
//
//	meson compile -C build console-pictures      (writes docs/console/PAGE-SCHEME.png)
//
// It looks best where the font Inter is installed (Debian: fonts-inter), and needs pngquant.
import { execFileSync } from 'node:child_process';
import { statSync } from 'node:fs';
import { launch, newReader } from './lib/browser.mjs';
import { addGroup } from './lib/fleet.mjs';
import { addHistory } from './lib/history.mjs';
import { beginFactor, controlTitle, drawn as settled, fillIn, heading, NAME, open, PASSWORD, text } from './lib/person.mjs';
import { Server } from './lib/server.mjs';

const MAX_BYTES = 100 * 1024;
const WEEKS = 12;
const WIDTH = 1240;
const MAX_HEIGHT = 1300;
const TAKE_MS = 600_000; // a page is drawn anew for it; only what never comes takes so long
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

async function signUp(page, server, name = NAME) {
	await page.goto(server.command('admin-link', '--url', server.url));
	await heading(page, text('console.setup')).waitFor();
	await fillIn(page, name, PASSWORD);
	await page.getByRole('button', { name: text('console.setup.action') }).click();
	await beginFactor(page, name === NAME ? undefined : []);
	await page.locator('h1').waitFor();
}

// What the console itself sends, without its pages
function send(page, method, path, body) {
	return page.evaluate(async ([how, where, what]) => {
		const answer = await fetch(`/api/v1${where}`, {
			method: how, headers: { 'Content-Type': 'application/json', 'X-Caretaker': '1' }, ...(what && { body: JSON.stringify(what) }),
		});
		if (!answer.ok) {
			throw new Error(`${how} ${where}: ${answer.status} ${await answer.text()}`);
		}
		return answer.status === 204 ? null : answer.json();
	}, [method, path, body]);
}

function day(offset) {
	return new Date(Date.now() + offset * 86_400_000).toISOString().slice(0, 10);
}

function exemption(feature, purpose, days) {
	return {
		asked_by: 'teacher', feature, purpose, basis: 'public-task', consent: 'not-needed', declining: 'nothing', taking_part: 'voluntary',
		notice: 'letter-autumn', noticed: day(-9), start: day(0), end: day(days), delete_by: day(days + 7),
		persons: ['staff'], considered: ['live-only'], pupils_visible: false,
	};
}

async function joinAs(browser, server, page, name, role, group = '') {
	const { link } = await send(page, 'POST', '/accounts', { grants: [{ group, role }] });
	const other = await newReader(browser, server);
	await other.goto(`/setup#${link}`);
	await fillIn(other, name, PASSWORD);
	await other.getByRole('button', { name: text('console.setup.action') }).click();
	await other.locator('.account').waitFor();
	await other.context().close();
}

async function makeCode(page) {
	await page.getByLabel(text('console.codes.ownership'), { exact: true }).selectOption('private');
	await page.getByLabel(text('console.accounts.group'), { exact: true }).fill('families');
	await page.getByRole('button', { name: text('console.enrol.make') }).click();
	await page.locator('svg.qr').first().waitFor();
}

// What it sees to itself: one meeting service half looked through, one lost laptop
async function seeToDuties(page, second) {
	await send(page, 'POST', '/settings', { providers: 'zoom', dpia_done: day(-40), review_dpia: day(300), review_policy: day(120) });
	const answers = {
		'cloud-recording-off': 'as-wanted', passcode: 'as-wanted', 'waiting-room': 'as-wanted', 'chat-limited': 'not-locked',
		'auto-recording-off': 'as-wanted', 'host-only-share': 'as-wanted', 'rename-off': 'otherwise', 'file-transfer-off': 'as-wanted',
	};
	for (const [name, answer] of Object.entries(answers)) {
		await send(second, 'POST', '/duties', { control: `conf.${name}`, provider: 'zoom', answer, note: '' });
	}
	const hours = (n) => new Date(Date.now() - n * 3_600_000).toISOString().replace(/\.\d+Z/, 'Z');
	const { id } = await send(second, 'POST', '/breaches', { kind: 'lost-device', happened: hours(30), known: hours(26), devices: ['staff-005', 'staff-010'] });
	for (const [step, note] of [['found', 'two laptops left on a train'], ['stopped', 'marked as lost, passwords changed'], ['assessed', 'one disk was not encrypted']]) {
		await send(second, 'POST', `/breaches/${id}/notes`, { step, note });
	}
}

// What a school decides in its first weeks
async function decide(browser, server, page) {
	const second = await newReader(browser, server);
	await signUp(second, server, 'privacy@school.example');
	for (const [kind, group] of [['staff', 'staff'], ['class', 'year-7'], ['loan', 'lab']]) {
		await send(page, 'POST', '/groups', { group, kind });
	}
	await joinAs(browser, server, page, 'principal', 'viewer');
	await joinAs(browser, server, page, 'it@school.example', 'technician', 'lab');
	await send(page, 'POST', '/tokens', { name: 'inventory', role: 'technician', group: '', days: 90 });
	await send(page, 'POST', '/codes', { ownership: 'private', group: 'families', uses: 120, days: 14 });
	await send(page, 'POST', '/codes', { ownership: 'school', group: 'lab', uses: 12, days: 3 });
	const { id } = await send(page, 'POST', '/exemptions', { group: 'staff', terms: exemption('recording', 'lesson-for-absent', 5) });
	await send(second, 'POST', `/exemptions/${id}/approve`, { role: 'data-protection-officer' });
	await send(page, 'POST', '/exemptions', { group: 'year-7', terms: exemption('screen-capture', 'teacher-training', 2) });
	await send(page, 'POST', '/policy', { ownership: 'school', group: 'lab', edit: { controls: { 'wifi.strong-encryption': { on: false } } } });
	await send(page, 'POST', '/settings', { contact: 'privacy@school.example, 020 555 01 00', hosting_region: 'Netherlands', hosting_processor: 'the district' });
	await seeToDuties(page, second);
	await second.context().close();
}

// As an agent does: what it is handed it holds from the next report on.
async function holdNewest(device) {
	const { policy } = await device.report({}, { kind: 'heartbeat' });
	if (policy !== undefined) {
		device.policy = JSON.parse(Buffer.from(policy.split('.')[1], 'base64url'));
		await device.report({}, { kind: 'heartbeat' });
	}
}

async function take(page, target) {
	const height = Math.min(MAX_HEIGHT, await page.evaluate(() => Math.ceil(document.querySelector('.foot').getBoundingClientRect().bottom + window.scrollY)));
	await page.screenshot({ path: target, fullPage: true, clip: { x: 0, y: 0, width: WIDTH, height }, timeout: TAKE_MS });
	execFileSync('pngquant', ['--force', '--skip-if-larger', '--strip', '--output', target, '128', target]);
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
	// One that was behind with fixes for a while, and without anti-virus for two days
	const [, seen] = made.staff;
	await seen.report({ 'patch.security-updates': ['fail', 'fix-overdue', 24 * 19] }, { kind: 'delta' });
	await seen.report({ 'patch.security-updates': ['pass', 'up-to-date', 24 * 8], 'malware.av-active': ['fail', 'av-stopped', 24 * 3] }, { kind: 'delta' });
	await seen.report({ 'malware.av-active': ['pass', 'av-active', 24] }, { kind: 'delta' });
	const all = Object.values(made).flat().length;
	await addHistory(server, {
		days: WEEKS * 7 - 1,
		total: (ago) => all - Math.floor(ago / 5),
		passing: (ago) => Math.round((all - Math.floor(ago / 5)) * (0.72 - ago * 0.0042 + 0.03 * Math.sin(ago / 4))),
		controls: { 'disk.encrypted': (ago) => Math.min(12, 4 + Math.floor(ago / 11)) },
		silent: [made.staff[12], made.families[7]],
	});
	const pages = [
		{ name: 'fleet', address: '/', title: text('console.fleet'), drawn: '.plot canvas' },
		{ name: 'devices', address: '/devices', title: text('console.devices') },
		{ name: 'device', address: `/devices/${made.staff[1].id}`, title: 'staff-002' },
		{ name: 'control', address: '/controls/disk/encrypted', title: controlTitle('disk.encrypted') },
		{ name: 'groups', address: '/groups', title: text('console.groups') },
		{ name: 'exemptions', address: '/exemptions', title: text('console.exempt') },
		{ name: 'policy', address: '/policy?group=lab', title: text('console.policy') },
		{ name: 'duties', address: '/duties', title: text('console.duties') },
		{ name: 'documents', address: '/documents', title: text('console.documents') },
		{ name: 'document', address: '/documents/privacy-notice', title: text('console.document.privacy-notice') },
		{ name: 'breach', address: '/breaches/1', title: text('console.breach.number').replace('{n}', '1') },
		{ name: 'enrolment', address: '/enrolment', title: text('console.enrolment'), before: makeCode },
		{ name: 'audit', address: '/audit', title: text('console.audit') },
		{ name: 'accounts', address: '/accounts', title: text('console.accounts') },
		{ name: 'settings', address: '/settings', title: text('console.settings') },
	];
	const page = await newReader(browser, server, { viewport: { width: WIDTH, height: 900 } });
	await signUp(page, server);
	await decide(browser, server, page);
	for (const device of Object.values(made).flat().filter((one) => one !== made.staff[12] && one !== made.families[7])) {
		await holdNewest(device);
	}
	for (const { name, address, title, drawn, before } of pages) {
		await open(page, address, title);
		await before?.(page);
		for (const colorScheme of ['light', 'dark']) {
			await page.emulateMedia({ colorScheme });
			await (drawn ? page.locator(drawn).waitFor() : undefined);
			await page.mouse.move(0, 0);
			await settled(page);
			await take(page, `${folder}/${name}-${colorScheme}.png`);
		}
	}
} finally {
	await browser.close();
	await server.remove();
}
