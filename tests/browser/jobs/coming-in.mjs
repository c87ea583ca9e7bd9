// SPDX-License-Identifier: Apache-2.0
// A thousand devices come in, each by a code that was made on the console for its group.
import assert from 'node:assert/strict';
import { addSmallFleet } from '../lib/fleet.mjs';
import { heading, open, text } from '../lib/person.mjs';
import { Simulated } from '../lib/simulated.mjs';
import { test } from '../lib/tap.mjs';

export const DEVICES = 1000;
export const GROUPS = ['class-7', 'laptops', 'library', 'loan', 'staff'];
const EACH = DEVICES / GROUPS.length;

async function makeCode(page, group) {
	const shown = page.getByLabel(text('console.codes.code'), { exact: true });
	const former = await shown.count() > 0 ? await shown.innerText() : '';
	await page.getByLabel(text('console.codes.ownership'), { exact: true }).selectOption('school');
	await page.getByLabel(text('console.accounts.group'), { exact: true }).fill(group);
	await page.getByLabel(text('console.codes.uses'), { exact: true }).fill(`${EACH}`);
	await page.getByLabel(text('console.codes.days'), { exact: true }).fill('3');
	await page.getByRole('button', { name: text('console.enrol.make') }).click();
	await page.waitForFunction(([label, was]) => {
		const now = document.querySelector(`[aria-label="${label}"]`)?.textContent ?? '';
		return now !== '' && now !== was;
	}, [text('console.codes.code'), former]);
	return shown.innerText();
}

export function comingIn(world) {
	test('a handful of devices in the eyes of one who tries it out', async () => {
		world.fleet = await addSmallFleet(world.server);
		await heading(world.reader, text('console.fleet')).waitFor();
	});

	test('codes made on the console let a thousand devices in, and are used up', async () => {
		const page = world.reader;
		world.simulated = await Simulated.make(world.server, DEVICES);
		await open(page, '/enrolment', text('console.enrolment'));
		for (const [i, group] of GROUPS.entries()) {
			const { accepted } = await world.simulated.enrol(await makeCode(page, group), i * EACH, EACH);
			assert.equal(accepted, EACH, group);
		}
		await page.reload();
		for (const group of GROUPS) {
			await page.getByRole('row', { name: new RegExp(group) }).getByText(text('console.codes.state.used')).first().waitFor();
		}
	});

	test('a code is revoked before it was used', async () => {
		const page = world.reader;
		await makeCode(page, 'mistaken');
		const row = page.getByRole('row', { name: /mistaken/ });
		await row.getByRole('button', { name: text('console.codes.revoke') }).click();
		await row.getByRole('button', { name: text('console.act.sure') }).click();
		await row.waitFor({ state: 'detached' });
	});

	test('every device reports', async () => {
		const said = await world.simulated.run('report', '--heartbeats', 60, '--deltas', 20);
		assert.deepEqual([said.accepted, said.refused], [DEVICES, 0]);
		// Who had only said to be there is asked for all of it.
		const then = await world.simulated.run('report', '--heartbeats', 100, '--deltas', 0);
		assert.deepEqual([then.accepted, then.refused], [DEVICES, 0]);
	});
}
