// SPDX-License-Identifier: Apache-2.0
// A browser reads its policies below the real /etc only. So the test runs itself again in a mount
// namespace of its own, where a copy of /etc lies over /etc: the machine's is never touched.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { skipAll } from './tap.mjs';

const MARK = 'CARETAKER_OWN_ROOT';

// Returns the folder whose etc/ is /etc here; the first call of the process never returns.
export function enterOwnEtc() {
	if (process.env[MARK]) {
		return process.env[MARK];
	}
	if (process.getuid() !== 0) {
		skipAll('a mount namespace needs root');
	}
	const root = mkdtempSync(join(tmpdir(), 'caretaker-etc-'));
	const script = 'cp -a /etc "$1/etc" && mount --bind "$1/etc" /etc && shift && exec "$@"';
	const done = spawnSync('unshare', [
		'--mount', '--propagation', 'private', 'sh', '-c', script, 'sh', root, process.execPath,
		...process.argv.slice(1),
	], { stdio: 'inherit', env: { ...process.env, [MARK]: root } });
	rmSync(root, { recursive: true, force: true });
	process.exit(done.status ?? 1);
}
