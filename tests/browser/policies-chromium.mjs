// SPDX-License-Identifier: Apache-2.0
// What we keep for Chromium, as a real Chromium understands it: chrome://policy lists every policy
// with its source, value and error.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { CHROMIUM, launch } from './lib/browser.mjs';
import { enterOwnEtc } from './lib/own-etc.mjs';
import { keepSettings, layFile, readProfile, settingsOf } from './lib/profile.mjs';
import { runTests, test } from './lib/tap.mjs';

const UNKNOWN = 'CaretakerTestUnknownPolicy';
const LATER = '/etc/chromium/policies/managed/school.json';
const FOREIGN = '/etc/chromium/policies/managed/other.json';

const root = enterOwnEtc();
const profile = readProfile('chromium');

// name → {value, source, level, error, status}
async function readPolicies(tier, notKept = (error) => { throw error; }) {
	try {
		keepSettings(root, profile, tier, CHROMIUM);
	} catch (error) {
		notKept(error);
	}
	const browser = await launch();
	try {
		const page = await browser.newPage();
		await page.goto('chrome://policy');
		const rows = page.locator('policy-row');
		await rows.first().waitFor();
		return new Map(await rows.evaluateAll((all) => all.map((row) => [row.policy.name, { ...row.policy }])));
	} finally {
		await browser.close();
	}
}

function assertKept(policies, tier) {
	const wrong = settingsOf(profile, tier).map((setting) => {
		const shown = policies.get(setting.key);
		const right = shown !== undefined && shown.error === undefined && shown.source === 'platform'
			&& shown.level === 'mandatory' && shown.value === setting.value;
		return right ? null : `${setting.key}: wanted ${setting.value}, shown ${JSON.stringify(shown)}`;
	}).filter((line) => line !== null);
	assert.deepEqual(wrong, []);
}

layFile(root, FOREIGN, { [UNKNOWN]: true, BookmarkBarEnabled: false });

test('chromium takes every setting of the base tier', async () => {
	const policies = await readPolicies('base');
	assertKept(policies, 'base');
	assert.ok(settingsOf(profile, 'base').length > 10);
	// The page does tell an unknown policy: without this, the test above could not fail.
	assert.match(policies.get(UNKNOWN).error, /unknown/i);
	// A file beside ours still counts.
	assert.equal(policies.get('BookmarkBarEnabled').value, false);
	const strict = profile.settings.filter((setting) => setting.tier === 'strict');
	assert.deepEqual(strict.filter((setting) => policies.get(setting.key)?.value !== undefined), []);
});

test('chromium takes every setting of the strict tier', async () => {
	assertKept(await readPolicies('strict'), 'strict');
});

// Chromium takes the files of the folder in the order of their names, the last one counts.
test('another tool\'s file that says otherwise counts for chromium, and we say so and leave it', async () => {
	const school = { MetricsReportingEnabled: true, SpellCheckServiceEnabled: false };
	layFile(root, LATER, school);
	let told;
	const policies = await readPolicies('base', (error) => {
		told = JSON.parse(error.stdout);
	});
	assert.equal(policies.get('MetricsReportingEnabled').value, true);
	const conflicts = told.filter((change) => change.result === 'conflict');
	assert.deepEqual(conflicts.map(({ key, path, error }) => [key, path, error]),
		[['MetricsReportingEnabled', LATER, 'other-file']]);
	assert.deepEqual(JSON.parse(readFileSync(LATER, 'utf8')), school);
});

await runTests(() => {});
