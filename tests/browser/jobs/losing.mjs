// SPDX-License-Identifier: Apache-2.0
// While the fleet reports and a person works, one of the processes is killed: neither notices.
import assert from 'node:assert/strict';
import { open, text } from '../lib/person.mjs';
import { test } from '../lib/tap.mjs';
import { DEVICES } from './coming-in.mjs';
import { matches, truthOf } from './truth.mjs';

const RELOADS = 5;

export function losing(world) {
	const { server } = world;

	test('a process is killed among the reports, and the work goes on', async () => {
		const page = world.reader;
		const reports = world.simulated.begin('report', '--heartbeats', 40, '--deltas', 50,
			'--connections', 8, '--fresh', 1, '--compress', 600);
		await reports.half;
		const killed = server.processes.length > 1 ? server.processes[1] : null;
		await killed?.stop('SIGKILL');
		// Each reading is on connections of its own: none may lead to the one that is gone.
		for (let i = 0; i < RELOADS; i += 1) {
			await open(page, '/devices?state=failing', text('console.devices'));
			await page.locator('.row-link').first().waitFor();
		}
		const said = await reports.done;
		assert.deepEqual([said.accepted, said.refused], [DEVICES, 0]);
		page.complaints.length = 0; // the browser's own word about a connection that broke
	});

	test('no report is lost, and the pages tell the truth', async () => {
		const page = world.reader;
		// What was answered and lost would leave a gap in front of the next number.
		const said = await world.simulated.run('verify');
		assert.deepEqual([said.accepted, said.wants_full], [DEVICES, 0]);
		const truth = await truthOf(world);
		await open(page, '/devices?state=failing', text('console.devices'));
		assert.equal(await matches(page), truth.failing);
		assert.match(server.command('check'), /sound/);
	});
}
