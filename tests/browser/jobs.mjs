// SPDX-License-Identifier: Apache-2.0
// IT's jobs on a fleet of a thousand simulated devices, over HTTPS:
//
//	jobs.mjs sqlite      one process
//	jobs.mjs postgres    three processes behind HAProxy, of which one is killed while all work
import { accessJobs } from './console/access-jobs.mjs';
import { access } from './console/access.mjs';
import { decisions } from './console/decisions.mjs';
import { groups } from './console/groups.mjs';
import { ownAccount } from './console/own-account.mjs';
import { rights } from './console/rights.mjs';
import { school } from './console/school.mjs';
import { comingIn } from './jobs/coming-in.mjs';
import { looking } from './jobs/looking.mjs';
import { losing } from './jobs/losing.mjs';
import { launch } from './lib/browser.mjs';
import { Server } from './lib/server.mjs';
import { runTests } from './lib/tap.mjs';

const server = await Server.make(process.argv[2]);
const browser = await launch();
const world = { server, browser, reader: null, fleet: null, simulated: null };

for (const register of [access, comingIn, looking, losing, decisions, accessJobs, ownAccount, groups, rights, school]) {
	register(world);
}
await runTests(async () => {
	await browser.close();
	await server.remove();
});
