// SPDX-License-Identifier: Apache-2.0
// The console's pure parts, one by one: dates, addresses, texts, CSV.
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { runTests, test } from './lib/tap.mjs';

process.env.TZ = 'Europe/Amsterdam';
const work = process.env.CARETAKER_WEB_WORK;
const { buildSync } = createRequire(join(work, 'package.json'))('esbuild');
const folder = mkdtempSync(join(tmpdir(), 'caretaker-units-'));

// What the modules look at when they are loaded; each test hands in the rest.
globalThis.location = { pathname: '/', search: '', origin: 'https://school.example', hash: '' };

async function load(...names) {
	const entry = join(folder, 'entry.ts');
	writeFileSync(entry, names.map((name) => `export * from ${JSON.stringify(join(work, 'src', 'lib', name))};`).join('\n'));
	buildSync({
		entryPoints: [entry], outfile: join(folder, 'units.mjs'), bundle: true, format: 'esm', platform: 'node',
		absWorkingDir: work, nodePaths: [join(work, 'node_modules')], define: { CONSOLE_FIRST_TEXTS: '{"en":{}}', CONSOLE_CATALOGUES: '{}' },
	});
	return import(pathToFileURL(join(folder, 'units.mjs')).href);
}

const lib = await load('dates', 'router', 'texts', 'csv', 'control-groups', 'runs', 'store', 'visits');
const NOW = Date.parse('2026-11-22T09:30:00Z');

test('a moment by the hour is told as hours, then calendar days, weeks, months', () => {
	const ago = (moment) => lib.agoText(moment, NOW);
	assert.equal(ago('2026-11-22T09:00:00Z'), 'this hour');
	assert.equal(ago('2026-11-22T07:00:00Z'), '2 hours ago');
	assert.equal(ago('2026-11-21T20:00:00Z'), 'yesterday');
	assert.equal(ago('2026-11-19T20:00:00Z'), '3 days ago');
	assert.equal(ago('2026-11-01T20:00:00Z'), '3 weeks ago');
	assert.equal(ago('2026-06-01T20:00:00Z'), '5 months ago');
	assert.equal(ago('2026-11-22T12:00:00Z'), 'this hour', 'a clock that runs ahead');
});

test('a moment by the day never tells an hour', () => {
	assert.equal(lib.agoText('2026-11-22', NOW), 'today');
	assert.equal(lib.agoText('2026-11-21', NOW), 'yesterday');
	assert.doesNotMatch(lib.exactTime('2026-11-21'), /:/);
	assert.match(lib.exactTime('2026-11-21'), /21/);
	assert.match(lib.exactTime('2026-11-21T23:00:00Z'), /22.*(00:00|12:00)/, 'in the zone of the reader');
});

test('changes are runs of days, each as it ended, within four weeks', () => {
	const change = (at, state) => ({ control: 'disk.encrypted', at, state, reason: 'x' });
	const told = (...history) => lib.runsOf(history, NOW).map(({ state, days }) => `${state} ${days}`).join(', ');
	assert.equal(told(), 'null 28');
	assert.equal(told(change('2026-01-01T00:00:00Z', 'pass')), 'pass 28');
	assert.equal(told(change('2026-11-20T20:00:00Z', 'pass'), change('2026-11-19T20:00:00Z', 'fail')), 'null 25, fail 1, pass 2');
	assert.equal(told(change('2026-11-22T09:00:00Z', 'pass'), change('2026-11-22T08:00:00Z', 'fail'), change('2026-10-01T20:00:00Z', 'pass')), 'pass 28');
	assert.equal(told(change('2026-11-20', 'unknown'), change('2026-11-01', 'pass')), 'null 6, pass 19, unknown 3');
});

test('sign-in leads to an address of this console alone', () => {
	for (const bad of [null, '', '//example.org', '/\\example.org', 'https://example.org', 'javascript:alert(1)', '/sign-in?next=/']) {
		assert.equal(lib.safeNext(bad), '/', String(bad));
	}
	assert.equal(lib.safeNext('/devices?q=a'), '/devices?q=a');
});

test('a language is the nearest one that is offered', () => {
	const offered = ['en', 'nl', 'pl', 'zh-Hant'];
	assert.equal(lib.chooseLanguage(['zh-Hant-HK', 'en'], offered), 'zh-Hant');
	assert.equal(lib.chooseLanguage(['zh-TW', 'en'], offered), 'zh-Hant');
	assert.equal(lib.chooseLanguage(['zh-CN', 'nl'], offered), 'nl');
	assert.equal(lib.chooseLanguage(['nl-BE'], offered), 'nl');
	assert.equal(lib.chooseLanguage(['no such tag', 'pl'], offered), 'pl');
	assert.equal(lib.chooseLanguage(['fr', 'pl'], offered), 'pl');
	assert.equal(lib.chooseLanguage(['fr'], offered), 'en');
});

test('a share is said to be all of them only when it is', () => {
	assert.equal(lib.formatPercent(199, 200), '99%');
	assert.equal(lib.formatPercent(200, 200), '100%');
	assert.equal(lib.formatPercent(0, 0), '0%');
});

test('a cell of CSV is quoted, and never a formula', () => {
	assert.equal(lib.csvCell('a,b'), '"a,b"');
	assert.equal(lib.csvCell('say "x"'), '"say ""x"""');
	assert.equal(lib.csvCell('=1+1'), "'=1+1");
	assert.equal(lib.csvCell('@x,y'), '"\'@x,y"');
	assert.equal(lib.csvCell(-3), '-3');
	assert.equal(lib.csvCell(null), '');
});

test('an address keeps its other parameters', () => {
	const query = new URLSearchParams('q=lab&cursor=x');
	assert.equal(lib.withQuery('/devices', query, { cursor: '', state: 'failing' }), '/devices?q=lab&state=failing');
	assert.equal(lib.withQuery('/devices', new URLSearchParams('q=a'), { q: '' }), '/devices');
	assert.equal(lib.controlHref('disk.encrypted'), '/controls/disk/encrypted');
});

test('what fails comes first, then what could not be seen, the more severe before', () => {
	const controls = [['pass', 'critical'], ['unknown', 'high'], ['fail', 'high'], ['fail', 'critical']]
		.map(([state, severity], i) => ({ id: `a.${i}`, state, severity }));
	assert.deepEqual(controls.sort(lib.byState).map((control) => control.id), ['a.3', 'a.2', 'a.1', 'a.0']);
});

test('looks within half an hour are one visit; new is what began after the one before', () => {
	const minutes = (n) => n * 60_000;
	let visits = lib.visitsAfter(null, NOW);
	assert.equal(visits.before, null);
	visits = lib.visitsAfter(visits, NOW + minutes(20));
	assert.equal(visits.before, null);
	visits = lib.visitsAfter(visits, NOW + minutes(60));
	assert.equal(visits.before, NOW + minutes(20));
	assert.equal(lib.isNewSince('2026-11-22T09:00:00Z', NOW), true, 'it may have begun later in that hour');
	assert.equal(lib.isNewSince('2026-11-22T08:00:00Z', NOW), false);
	assert.equal(lib.isNewSince('2026-11-22', NOW), true);
	assert.equal(lib.isNewSince('2026-11-21', NOW), false);
	assert.equal(lib.isNewSince('2026-11-22', null), false);
});

test('a store tells those who watch, once for each change', () => {
	const value = lib.store(1);
	let told = 0;
	const stop = value.watch(() => { told += 1; });
	value.set(1);
	value.set(2);
	stop();
	value.set(3);
	assert.equal(told, 1);
});

await runTests(() => rmSync(folder, { recursive: true }));
