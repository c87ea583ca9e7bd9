// SPDX-License-Identifier: Apache-2.0
// The console as a person meets it: a real caretaker-server, real signed reports, a real Chromium.
import { accessJobs } from './console/access-jobs.mjs';
import { access } from './console/access.mjs';
import { accessibility } from './console/accessibility.mjs';
import { decisions } from './console/decisions.mjs';
import { groups } from './console/groups.mjs';
import { hostile } from './console/hostile.mjs';
import { keyboard } from './console/keyboard.mjs';
import { lists } from './console/lists.mjs';
import { ownAccount } from './console/own-account.mjs';
import { pages } from './console/pages.mjs';
import { rights } from './console/rights.mjs';
import { school } from './console/school.mjs';
import { empty, states } from './console/states.mjs';
import { trouble } from './console/trouble.mjs';
import { weeks } from './console/weeks.mjs';
import { launch } from './lib/browser.mjs';
import { Server } from './lib/server.mjs';
import { runTests } from './lib/tap.mjs';

const server = await Server.make();
const browser = await launch();

// What the tests hand on to each other: reader is signed in once access() has run.
const world = { server, browser, reader: null, fleet: null };

for (const register of [
	access, empty, pages, lists, decisions, school, weeks, keyboard, accessibility, states, accessJobs, ownAccount, groups, rights, trouble,
	hostile,
]) {
	register(world);
}
await runTests(async () => {
	await browser.close();
	await server.remove();
});
