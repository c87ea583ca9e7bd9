// SPDX-License-Identifier: Apache-2.0
// What we keep for Firefox, as a real Firefox ESR understands it: about:policies lists what is
// active, and what it refused.
import assert from 'node:assert/strict';
import { enterOwnEtc } from './lib/own-etc.mjs';
import { FIREFOX, startFirefox } from './lib/marionette.mjs';
import { keepSettings, keyParts, layFile, readProfile, settingsOf, valueAt } from './lib/profile.mjs';
import { runTests, test } from './lib/tap.mjs';

const UNKNOWN = 'CaretakerTestUnknownPolicy';
const PATH = '/etc/firefox/policies/policies.json';
// A newer policy takes over from an older one that we keep for older versions: no refusal.
const SUPERSEDED = /^Ignoring (\w+) policy in favor of (\w+)$/;

const root = enterOwnEtc();
const profile = readProfile('firefox');
const ours = new Set(profile.settings.map((setting) => keyParts(setting.key)[1]));

async function readPolicies(tier) {
	keepSettings(root, profile, tier, FIREFOX);
	const firefox = await startFirefox();
	try {
		const script = async (text) => (await firefox.command('WebDriver:ExecuteScript', { script: text, args: [] })).value;
		await firefox.command('WebDriver:Navigate', { url: 'about:policies#errors' });
		const errors = await script('return [...document.querySelectorAll("#errorsContent tr")].map((row) => row.textContent.trim())');
		const names = await script('return document.getElementById("activeContent").textContent');
		await firefox.command('Marionette:SetContext', { value: 'chrome' });
		const active = await script('return Services.policies.getActivePolicies()');
		return { active: { policies: active }, errors, names };
	} finally {
		await firefox.quit();
	}
}

function refusals(errors) {
	return errors.filter((error) => {
		const match = SUPERSEDED.exec(error);
		return !(match && ours.has(match[1]) && ours.has(match[2]));
	});
}

function assertKept({ active, names }, tier) {
	const settings = settingsOf(profile, tier);
	assert.deepEqual(settings.filter((setting) => valueAt(active, setting.key) !== setting.value), []);
	assert.deepEqual(settings.filter((setting) => !names.includes(keyParts(setting.key)[1])), []);
}

layFile(root, PATH, { policies: { [UNKNOWN]: true, DisableSetDesktopBackground: true } });

test('firefox takes every setting of the base tier, beside what was there', async () => {
	const found = await readPolicies('base');
	assertKept(found, 'base');
	assert.ok(settingsOf(profile, 'base').length > 10);
	// Only the unknown policy that was there before is refused: so a refusal of ours would be seen.
	assert.equal(refusals(found.errors).length, 1, found.errors.join('\n'));
	assert.match(refusals(found.errors)[0], new RegExp(UNKNOWN));
	assert.equal(found.active.policies.DisableSetDesktopBackground, true);
});

test('firefox takes every setting of the strict tier', async () => {
	const found = await readPolicies('strict');
	assertKept(found, 'strict');
	assert.deepEqual(refusals(found.errors).filter((error) => !error.includes(UNKNOWN)), []);
});

await runTests(() => {});
