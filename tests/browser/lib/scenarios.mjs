// SPDX-License-Identifier: Apache-2.0
// The scenarios of a check, as a real browser may be asked about them: what our check says of a
// folder of files is held against what the browser does with the same files.
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';

const BROWSERS = ['usr/bin/chromium', 'usr/lib/firefox-esr/firefox-esr'];
const TOP = join(process.env.CARETAKER_DATA, '../tests/scenarios');

function filesBelow(folder, prefix = '') {
	return readdirSync(join(folder, prefix)).flatMap((name) => {
		const path = join(prefix, name);
		return statSync(join(folder, path)).isDirectory() ? filesBelow(folder, path) : [path];
	});
}

// Those of one control where the program named lies at root/PROGRAM: { name, state, root, files() };
// files gives path below FOLDER → text. Those where a policy of ours changes the verdict are left out,
// unless every scenario of the control rests on one; and those that another browser may fail.
export function scenariosOf(control, program, withPolicy = false) {
	return readdirSync(join(TOP, control)).sort().map((folder) => {
		const root = join(TOP, control, folder, 'root');
		const files = (below) => {
			const place = join(root, below);
			return existsSync(place)
				? Object.fromEntries(filesBelow(place).map((path) => [path, readFileSync(join(place, path), 'utf8')]))
				: {};
		};
		return { name: folder, state: folder.split('.').at(-1), root, files };
	}).filter(({ root, state }) => state !== 'na'
		&& (state !== 'fail' || BROWSERS.every((one) => one === program || !existsSync(join(root, one))))).filter(({ root, name }) => existsSync(join(root, program)) && (withPolicy || !existsSync(join(TOP, control, name, 'policy.json'))));
}
