// SPDX-License-Identifier: Apache-2.0
// usage: install.mjs NPM SOURCE FOLDER STAMP: npm ci of the tests' packages into the build folder.
import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const [, , npm, source, folder, stamp] = process.argv;
mkdirSync(folder, { recursive: true });
for (const name of ['package.json', 'package-lock.json', '.npmrc']) {
	cpSync(join(source, name), join(folder, name));
}
const done = spawnSync(npm, ['ci', '--no-audit', '--no-fund', '--ignore-scripts'], {
	cwd: folder, encoding: 'utf8',
});
if (done.status !== 0) {
	process.stderr.write(`npm ci in ${folder} failed\n${done.stdout}${done.stderr}\n`);
	process.exit(1);
}
writeFileSync(stamp, '');
