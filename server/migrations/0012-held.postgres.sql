-- SPDX-License-Identifier: Apache-2.0

INSERT INTO held (site, device, controls)
	SELECT site, device, '1' || STRING_AGG(CHR(10) || control || ' ' ||
		CASE state WHEN 'pass' THEN 'p' WHEN 'fail' THEN 'f' WHEN 'unknown' THEN 'u'
		WHEN 'na' THEN 'n' WHEN 'exempt' THEN 'x' ELSE 'e' END || reason || ' ' ||
		(since / 3600) || ' ' || (answered / 3600 - since / 3600) || ' ' || sequence, ''
		ORDER BY control COLLATE "C")
	FROM controls GROUP BY site, device;

CREATE TABLE findings (
	site TEXT NOT NULL,
	control TEXT NOT NULL,
	state TEXT NOT NULL,
	device TEXT NOT NULL,
	reason TEXT NOT NULL,
	since BIGINT NOT NULL
);
INSERT INTO findings (site, control, state, device, reason, since)
	SELECT site, control, state, device, reason, since FROM controls WHERE state <> 'pass';
ALTER TABLE findings ADD PRIMARY KEY (site, control, state, device);
CREATE INDEX findings_since ON findings (site, since, device, control) WHERE state = 'fail';
DROP TABLE controls;

ALTER TABLE tallies DROP CONSTRAINT tallies_pkey;
ALTER TABLE tallies ADD PRIMARY KEY (site, team, subject, state);
