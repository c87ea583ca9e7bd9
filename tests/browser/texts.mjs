// SPDX-License-Identifier: Apache-2.0
// Every text that the console uses is in the catalogue, none is left over, and no sentence is in code.
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { runTests, test } from './lib/tap.mjs';

const source = process.env.CARETAKER_WEB_SOURCE;
const texts = JSON.parse(readFileSync(join(process.env.CARETAKER_DATA, 'texts', 'en.json'), 'utf8'));
const PLURALS = ['one', 'other'];
const NAME = 'Caretaker'; // the one word that is the same in every language

function sources(folder) {
	return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
		const path = join(folder, entry.name);
		if (entry.isDirectory()) {
			return sources(path);
		}
		return /\.tsx?$/.test(entry.name) ? [{ path, code: readFileSync(path, 'utf8') }] : [];
	});
}

const files = [...sources(join(source, 'src')), { path: 'build.mjs', code: readFileSync(join(source, 'build.mjs'), 'utf8') }];
const literals = new Set();
const patterns = new Set();
for (const { code } of files) {
	[...code.matchAll(/'((?:console|control|reason|state|severity)\.[a-z][^']*)'/g)].forEach((match) => literals.add(match[1]));
	[...code.matchAll(/`((?:console|control|reason|state|severity)\.[^`]*)`/g)].forEach((match) => patterns.add(match[1]));
}

function asRegExp(pattern) {
	const parts = pattern.split(/\$\{[^}]*\}/).map((part) => part.replace(/[.]/g, '\\.'));
	return new RegExp(`^${parts.join('[a-z0-9.-]+')}$`);
}

function forms(key) {
	return [key, ...PLURALS.map((form) => `${key}.${form}`)];
}

test('every text that is used is there', () => {
	assert.ok(literals.size > 100);
	assert.deepEqual([...literals].filter((key) => !forms(key).some((form) => form in texts)), []);
	const keys = Object.keys(texts);
	assert.deepEqual([...patterns].filter((pattern) => !keys.some((key) => asRegExp(pattern).test(key))), []);
});

test('no text of the console is left over', () => {
	const used = new Set([...literals].flatMap(forms));
	const shapes = [...patterns].map(asRegExp);
	const left = Object.keys(texts).filter((key) => (
		key.startsWith('console.') && !used.has(key) && !shapes.some((shape) => shape.test(key))));
	assert.deepEqual(left, []);
});

test('every control has all that its pages show', () => {
	const ids = Object.keys(texts).map((key) => /^control\.(.+)\.title$/.exec(key)?.[1]).filter(Boolean);
	assert.ok(ids.length >= 10);
	const wanted = ids.flatMap((id) => [
		...['fix', 'group', 'guidance', 'rule', 'why'].map((part) => `control.${id}.${part}`), `console.who.${id}`,
	]);
	assert.deepEqual(wanted.filter((key) => !(key in texts)), []);
});

test('no sentence stands in code', () => {
	const found = files.filter(({ path }) => path.endsWith('.tsx')).flatMap(({ path, code }) => (
		[...code.matchAll(/>([^<>{}=;()]*[A-Za-z]{2}[^<>{}=;()]*)<\//g)]
			.map((match) => match[1].trim()).filter((words) => words !== NAME).map((words) => `${path}: ${words}`)));
	assert.deepEqual(found, []);
});

await runTests(() => {});
