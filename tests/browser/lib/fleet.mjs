// SPDX-License-Identifier: Apache-2.0
// Fleets to look at. Every device is enrolled and reports; nothing is written behind the server's back.
import { Device } from './device.mjs';

export const FINE = {
	'auth.no-autologin': ['pass', 'autologin-off', 2000],
	'auth.no-empty-password': ['pass', 'no-empty-password', 2000],
	'conf.camera-mic-gate': ['pass', 'gate-in-place', 700],
	'disk.encrypted': ['pass', 'all-encrypted', 2000],
	'fw.inbound-default-deny': ['pass', 'firewall-denies', 1500],
	'malware.av-active': ['pass', 'av-active', 900],
	'patch.index-fresh': ['pass', 'index-fresh', 300],
	'patch.os-supported': ['pass', 'supported', 2000],
	'patch.security-updates': ['pass', 'up-to-date', 30],
	'wifi.strong-encryption': ['pass', 'wifi-strong', 400],
};

const HOURS_A_DAY = 24;

function inDays(controls) {
	return Object.fromEntries(Object.entries(controls).map(([id, [state, reason, age]]) => (
		[id, [state, reason, Math.floor(age / HOURS_A_DAY)]]
	)));
}

// One group: n devices; differ(i) gives what is not fine on the i-th, ages in hours.
export async function addGroup(server, group, ownership, n, differ) {
	const code = server.command('token', '--ownership', ownership, '--group', group, '--uses', `${n}`, '--url', server.url);
	const devices = [];
	for (let i = 0; i < n; i += 1) {
		const device = await Device.enrol(server, code);
		const controls = { ...FINE, ...differ(i) };
		const days = ownership === 'private';
		await device.report(days ? inDays(controls) : controls, { unit: days ? 'days' : 'hours' });
		devices.push(device);
	}
	return devices;
}

// One of every state, in two groups.
export async function addSmallFleet(server) {
	const school = await addGroup(server, 'laptops', 'school', 4, (i) => [
		{},
		{ 'disk.encrypted': ['fail', 'not-encrypted', 50], 'wifi.strong-encryption': ['na', 'no-radio', 50] },
		{ 'patch.security-updates': ['unknown', 'age-not-known', 3], 'malware.av-active': ['error', 'check-failed', 3] },
		{ 'disk.encrypted': ['fail', 'not-encrypted', 60], 'patch.security-updates': ['fail', 'fix-overdue', 5], 'conf.camera-mic-gate': ['exempt', 'extra-origin', 5] },
	][i]);
	const families = await addGroup(server, 'families', 'private', 2, (i) => [
		{}, { 'wifi.strong-encryption': ['fail', 'wifi-open', 72] },
	][i]);
	return { school, families };
}
