// SPDX-License-Identifier: Apache-2.0
// What our checks say of Firefox's policies, against what a real Firefox ESR does with the very files
// of their scenarios.
import assert from 'node:assert/strict';
import { askFirefox, layFirefoxPolicies } from './lib/firefox-probes.mjs';
import { enterOwnEtc } from './lib/own-etc.mjs';
import { scenariosOf } from './lib/scenarios.mjs';
import { runTests, test } from './lib/tap.mjs';

const PROGRAM = 'usr/lib/firefox-esr/firefox-esr';
const FILE = 'policies.json';
const SAFE = ['malware', 'phishing', 'downloads'].map((name) => `browser.safebrowsing.${name}.enabled`);
const NAMES = [...SAFE, 'dom.security.https_first', 'dom.security.https_only_mode', 'network.trr.mode', 'network.trr.uri'];

enterOwnEtc();

function scenarios(control) {
	const found = scenariosOf(control, PROGRAM, control.startsWith('content.'))
		.map((one) => ({ ...one, laid: one.files('etc/firefox/policies')[FILE] }))
		.filter(({ laid }) => laid);
	assert.ok(found.length > 2);
	return found;
}

// An add-on that is to be fetched cannot be, here.
const told = ({ errors }) => errors.filter((error) => !error.includes('ERROR_NETWORK_FAILURE'));

// holds(what Firefox says, state): whether the verdict fits
function against(control, holds) {
	test(`${control}: as firefox does`, async () => {
		for (const { name, state, laid } of scenarios(control)) {
			layFirefoxPolicies(laid);
			const found = await askFirefox(NAMES);
			assert.ok(holds(found, state), `${name}: seen ${JSON.stringify(found)}`);
			assert.ok(state !== 'pass' || told(found).length === 0, `${name}: ${found.errors}`);
		}
	});
}

const fixedOn = (prefs, name) => prefs[name].value === true && prefs[name].locked;
// A locked value that could not be set leaves the browser's own: refused in about:policies, never a pass.
const refused = ({ errors }) => errors.some((error) => error.includes('Preferences'));

against('web.safe-browsing', (found, state) => {
	const on = fixedOn(found.prefs, SAFE[0]) && fixedOn(found.prefs, SAFE[1]);
	return on === (state === 'pass') || refused(found);
});
against('web.download-guard', (found, state) => state === 'unknown'
	|| (fixedOn(found.prefs, SAFE[0]) && fixedOn(found.prefs, SAFE[2])) === (state === 'pass'));
against('web.https-first', ({ prefs }, state) => {
	const [first, only] = ['dom.security.https_first', 'dom.security.https_only_mode'].map((name) => prefs[name]);
	const off = !only.value && !first.value;
	return state === 'pass' ? fixedOn({ only }, 'only') || fixedOn({ first }, 'first') : off === (state === 'fail');
});
against('web.extensions', ({ ownAddons }, state) => state === 'unknown' || ownAddons === (state === 'fail'));
against('content.no-bypass', ({ prefs }, state) => {
	const [mode, uri] = [prefs['network.trr.mode'], prefs['network.trr.uri']];
	const asks = mode.value === 2 || mode.value === 3;
	const elsewhere = asks && uri.value !== 'https://filter.example/dns-query';
	return elsewhere === (state === 'fail') && (state !== 'pass' || mode.locked);
});

test('a file that is broken sets nothing', async () => {
	layFirefoxPolicies({ HttpsOnlyMode: 'force_enabled' });
	assert.equal((await askFirefox(NAMES)).prefs['dom.security.https_only_mode'].locked, true);
	layFirefoxPolicies('{"policies": {"HttpsOnlyMode": "force_enabled",}}');
	const found = await askFirefox(NAMES);
	assert.equal(found.prefs['dom.security.https_only_mode'].locked, false);
	assert.match(found.errors.join(), /parsing/);
});

await runTests(() => {});
