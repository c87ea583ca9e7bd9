// SPDX-License-Identifier: Apache-2.0
// Weeks that a test cannot wait for: counts of earlier days, and a device last heard a month ago.
// They are written into the store while the server is stopped; nothing else is ever written so.
const DAY_S = 86_400;

// passing(i): how many passed i days ago; the rest failed.
function daysSql(n, total, passing, controls) {
	const today = DAY_S * Math.floor(Date.now() / 1000 / DAY_S);
	const put = (ago, state, count, subject = '') => `INSERT INTO days (site, day, subject, state, devices)
		SELECT DISTINCT site, ${today - ago * DAY_S}, '${subject}', '${state}', ${count} FROM devices WHERE true
		ON CONFLICT (site, subject, day, state) DO UPDATE SET devices = excluded.devices;`;
	return Array.from({ length: n }, (_unused, index) => index + 1).map((ago) => {
		const pass = passing(ago);
		return put(ago, 'passing', pass) + put(ago, 'failing', total(ago) - pass)
			+ Object.entries(controls).map(([id, failing]) => put(ago, 'fail', failing(ago), id) + put(ago, 'pass', total(ago) - failing(ago), id)).join('');
	}).join('\n');
}

// controls: {id: how many failed i days ago}; silent: which devices, as SQL or a list of them
export async function addHistory(server, { days = 0, total, passing, controls = {}, silent = [], silentDays = 30 }) {
	await server.stop();
	const who = typeof silent === 'string' ? silent : `id IN (${['', ...silent.map((device) => device.id)].map((id) => `'${id}'`).join(',')})`;
	server.sql(`BEGIN;
		${days > 0 ? daysSql(days, total, passing, controls) : ''}
		UPDATE devices SET heard = heard - ${silentDays * DAY_S}, heard_day = heard_day - ${silentDays}
			WHERE ${who};
		COMMIT;`);
	await server.start();
}
