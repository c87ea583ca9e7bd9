// SPDX-License-Identifier: Apache-2.0
// Weeks that a test cannot wait for: counts of earlier days, and a device last heard a month ago.
// They are written into the store while the server is stopped; nothing else is ever written so.
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';

const DAY_S = 86_400;

// passing(i): how many passed i days ago; the rest failed.
function daysSql(n, total, passing) {
	const rows = Array.from({ length: n }, (_unused, index) => index + 1).map((ago) => {
		const pass = passing(ago);
		return `INSERT OR REPLACE INTO days (site, day, subject, state, devices)
			SELECT site, day - ${ago * DAY_S}, '', 'passing', ${pass} FROM today;
			INSERT OR REPLACE INTO days (site, day, subject, state, devices)
			SELECT site, day - ${ago * DAY_S}, '', 'failing', ${total(ago) - pass} FROM today;`;
	});
	return `CREATE TEMP TABLE today AS 
		SELECT DISTINCT site, ${DAY_S} * (unixepoch() / ${DAY_S}) AS day FROM devices;
		${rows.join('\n')}`;
}

export async function addHistory(server, { days = 0, total, passing, silent = [], silentDays = 30 }) {
	await server.stop();
	const ids = silent.map((device) => `'${device.id}'`).join(',');
	execFileSync('sqlite3', ['-bail', join(server.state, 'store.db')], {
		input: `BEGIN;
			${days > 0 ? daysSql(days, total, passing) : ''}
			UPDATE devices SET heard = heard - ${silentDays * DAY_S} WHERE id IN (${ids});
			COMMIT;`,
	});
	server.own();
	await server.start();
}
