-- SPDX-License-Identifier: Apache-2.0
-- Not WITHOUT ROWID: there, a row of more than a quarter of a page is cut up.

INSERT INTO held (site, device, controls)
	SELECT site, device, '1' || GROUP_CONCAT(CHAR(10) || control || ' ' ||
		CASE state WHEN 'pass' THEN 'p' WHEN 'fail' THEN 'f' WHEN 'unknown' THEN 'u'
		WHEN 'na' THEN 'n' WHEN 'exempt' THEN 'x' ELSE 'e' END || reason || ' ' ||
		(since / 3600) || ' ' || (answered / 3600 - since / 3600) || ' ' || sequence, '')
	FROM (SELECT * FROM controls ORDER BY site, device, control) c GROUP BY site, device;

CREATE TABLE findings (
	site TEXT NOT NULL,
	control TEXT NOT NULL,
	state TEXT NOT NULL,
	device TEXT NOT NULL,
	reason TEXT NOT NULL,
	since BIGINT NOT NULL,
	PRIMARY KEY (site, control, state, device)
) WITHOUT ROWID;
INSERT INTO findings (site, control, state, device, reason, since)
	SELECT site, control, state, device, reason, since FROM controls WHERE state <> 'pass'
	ORDER BY site, control, state, device;
CREATE INDEX findings_since ON findings (site, since, device, control) WHERE state = 'fail';
DROP TABLE controls;

CREATE TABLE tallies_kept (
	site TEXT NOT NULL,
	team TEXT NOT NULL,
	subject TEXT NOT NULL,
	state TEXT NOT NULL,
	devices BIGINT NOT NULL,
	PRIMARY KEY (site, team, subject, state)
) WITHOUT ROWID;
INSERT INTO tallies_kept (site, team, subject, state, devices)
	SELECT site, team, subject, state, devices FROM tallies ORDER BY site, team, subject, state;
DROP TABLE tallies;
ALTER TABLE tallies_kept RENAME TO tallies;
