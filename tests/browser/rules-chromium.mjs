// SPDX-License-Identifier: Apache-2.0
// What our checks say of Chromium's managed policies, against what a real Chromium does with the very
// files of their scenarios.
import assert from 'node:assert/strict';
import {
	layPolicies, loadsStrangers, portsTried, readPolicies, searches, secureDns, warnsOfDanger,
} from './lib/chromium-probes.mjs';
import { enterOwnEtc } from './lib/own-etc.mjs';
import { scenariosOf } from './lib/scenarios.mjs';
import { runTests, test } from './lib/tap.mjs';

const PROGRAM = 'usr/bin/chromium';
const CONTROLS = ['content.no-bypass', 'content.safe-search', 'web.download-guard', 'web.extensions', 'web.https-first', 'web.safe-browsing'];
// Told as an error, and right all the same: an entry that is no text is dropped and the rest kept; a
// mode that is none, or an address without a mode, leaves the mode that a managed browser has.
const TOLD_AS_ERROR = [
	'chromium-mode-it-does-not-know.pass', 'chromium-template-without-mode.pass', 'list-with-a-number.pass',
];

enterOwnEtc();

function scenarios(control) {
	const found = scenariosOf(control, PROGRAM, control.startsWith('content.')).map((one) => ({ ...one, laid: one.files('etc/chromium/policies') }));
	assert.ok(found.length > 3);
	return found;
}

// Each control whose verdict rests on a key: the browser knows it, takes its value, and nobody can
// change it.
for (const control of CONTROLS) {
	test(`${control}: chromium takes every key of a scenario that passes`, async () => {
		const tried = new Set();
		for (const { name, laid } of scenarios(control).filter(({ name, state }) => state === 'pass' && !TOLD_AS_ERROR.includes(name))) {
			const keys = Object.values(laid).join().match(/"[A-Z]\w+"/g).sort().join();
			if (tried.has(keys)) {
				continue;
			}
			tried.add(keys);
			layPolicies(laid);
			const shown = [...(await readPolicies()).values()].filter(({ value }) => value !== undefined);
			assert.ok(shown.length > 0, name);
			for (const policy of shown) {
				assert.equal(policy.error, undefined, `${name}: ${policy.name}`);
				assert.equal(policy.level, 'mandatory', `${name}: ${policy.name}`);
			}
		}
	});
}

// holds(what was seen, state): whether the verdict fits
function against(control, seen, holds) {
	test(`${control}: as chromium does`, async () => {
		for (const { name, state, laid } of scenarios(control)) {
			layPolicies(laid);
			const found = await seen();
			assert.ok(holds(found, state), `${name}: seen ${JSON.stringify(found)}`);
		}
	});
}

// Warning is the default: a pass means that it is fixed, too, which chrome://policy says above.
against('web.safe-browsing', warnsOfDanger, (warns, state) => state !== 'pass' || warns);
against('web.https-first', portsTried, (ports, state) => (state === 'fail' ? !ports.includes(443) : ports[0] === 443));
against('web.extensions', loadsStrangers, (loads, state) => state === 'unknown' || loads === (state === 'fail'));
against('content.safe-search', searches, ({ google, youtube }, state) => (google && youtube !== null) === (state === 'pass'));

test('content.no-bypass: as chromium does', async () => {
	for (const { name, state, laid } of scenarios('content.no-bypass')) {
		layPolicies(laid);
		const { mode, templates } = await secureDns();
		const elsewhere = mode !== 'off' && templates.some((one) => !one.startsWith('https://filter.example/'));
		assert.equal(elsewhere, state === 'fail', `${name}: ${mode} ${templates}`);
		assert.ok(state !== 'pass' || mode === 'off' || templates.length > 0, `${name}: ${mode} ${templates}`);
	}
});

test('safe browsing can be switched off: so the warning above is no matter of course', async () => {
	layPolicies({ 'managed/a.json': { SafeBrowsingProtectionLevel: 0 } });
	assert.equal(await warnsOfDanger(), false);
	layPolicies({ 'managed/a.json': { SafeBrowsingProtectionLevel: 0 }, 'managed/b.json': { SafeBrowsingProtectionLevel: '1' } });
	assert.equal(await warnsOfDanger(), true); // a later value of the wrong type takes the earlier one away
	layPolicies({ 'managed/a.json': '{"SafeBrowsingProtectionLevel": 0.0}' });
	assert.equal(await warnsOfDanger(), true); // a fraction is no whole number
});

test('of several files the last name by bytes wins, whatever the name; a broken one counts for nothing', async () => {
	layPolicies({
		'managed/10': { DownloadRestrictions: 1 }, 'managed/9': { DownloadRestrictions: 4 },
		'managed/B.json': { HttpsOnlyMode: 'allowed' }, 'managed/b.json': { HttpsOnlyMode: 'force_enabled' },
		'managed/.hidden': { ForceGoogleSafeSearch: true }, 'managed/zz.json': '{"ForceGoogleSafeSearch": false,',
		'managed/l1': { URLBlocklist: ['a.example'] }, 'managed/l2': { URLBlocklist: [] },
	});
	const policies = await readPolicies();
	assert.equal(policies.get('DownloadRestrictions').value, 4);
	assert.equal(policies.get('HttpsOnlyMode').value, 'force_enabled');
	assert.equal(policies.get('ForceGoogleSafeSearch').value, true);
	assert.deepEqual(policies.get('URLBlocklist').value, []);
});

test('what is recommended is shown as such', async () => {
	layPolicies({ 'recommended/a.json': { SafeBrowsingProtectionLevel: 1, DownloadRestrictions: 1 } });
	const policies = await readPolicies();
	assert.equal(policies.get('SafeBrowsingProtectionLevel').level, 'recommended');
	assert.equal(policies.get('DownloadRestrictions').level, 'recommended');
});

await runTests(() => {});
