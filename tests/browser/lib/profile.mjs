// SPDX-License-Identifier: Apache-2.0
// A client's profile (policies/clients/ID.json), and its settings written by our own code.
import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

export function readProfile(id) {
	return JSON.parse(readFileSync(join(process.env.CARETAKER_DATA, 'clients', `${id}.json`), 'utf8'));
}

// "a.b["c.d"].e" → ["a", "b", "c.d", "e"]
export function keyParts(key) {
	return [...key.matchAll(/\["([^"]+)"\]|([^.[\]]+)/g)].map((match) => match[1] ?? match[2]);
}

export function valueAt(tree, key) {
	return keyParts(key).reduce((node, part) => node?.[part], tree);
}

// A foreign file that was there before: what is kept beside it must stay.
export function layFile(root, path, value) {
	mkdirSync(dirname(join(root, path)), { recursive: true });
	writeFileSync(join(root, path), JSON.stringify(value));
}

// Keeps the settings of this tier below root, where only the named program is installed.
export function keepSettings(root, profile, tier, program) {
	mkdirSync(dirname(join(root, program)), { recursive: true });
	writeFileSync(join(root, program), '');
	const profilePath = join(process.env.CARETAKER_DATA, 'clients', `${profile.id}.json`);
	return execFileSync(process.env.CARETAKER_KEEP_TOOL, [profilePath, root, tier], { encoding: 'utf8' });
}

export function settingsOf(profile, tier) {
	return profile.settings.filter((setting) => tier === 'strict' || setting.tier === 'base');
}
