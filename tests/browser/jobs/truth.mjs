// SPDX-License-Identifier: Apache-2.0
// What the devices said, counted where they are, to hold the pages against.
import { FINE } from '../lib/fleet.mjs';
import { DEVICES } from './coming-in.mjs';

// What addSmallFleet() adds to the simulated ones
const SMALL = { total: 6, failing: 3, controls: { 'disk.encrypted': 2, 'patch.security-updates': 1, 'wifi.strong-encryption': 1 } };

export async function truthOf(world) {
	const told = await world.simulated.run('truth');
	const ids = new Set([...Object.keys(told.controls), ...Object.keys(FINE)]);
	return {
		total: DEVICES + SMALL.total,
		failing: told.failing + SMALL.failing,
		controls: Object.fromEntries([...ids].map((id) => [id, (told.controls[id] ?? 0) + (SMALL.controls[id] ?? 0)])),
	};
}

// "1,006 devices"
export function numberIn(words) {
	return Number(/[\d,]+/.exec(words)[0].replaceAll(',', ''));
}

// How many devices the list of devices says to have found
export async function matches(page) {
	const lead = page.locator('.page-head .lead [role=status]', { hasText: /\d/ });
	await lead.waitFor();
	return numberIn(await lead.innerText());
}
