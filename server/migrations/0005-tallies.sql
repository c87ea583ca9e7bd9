-- SPDX-License-Identifier: Apache-2.0
-- Counts beside the rows they count (server/tally.h), and what a device is shown as: its posture, or silent.

ALTER TABLE devices ADD COLUMN shown TEXT NOT NULL DEFAULT 'unknown';
UPDATE devices SET shown = posture;
DROP INDEX devices_posture;
CREATE INDEX devices_heard ON devices (site, shown, (COALESCE(heard, enrolled)));
CREATE INDEX devices_shown ON devices (site, shown, team, number);

CREATE TABLE tallies (
	site TEXT NOT NULL,
	subject TEXT NOT NULL,
	team TEXT NOT NULL,
	state TEXT NOT NULL,
	devices BIGINT NOT NULL,
	PRIMARY KEY (site, subject, team, state)
);
INSERT INTO tallies (site, subject, team, state, devices)
	SELECT c.site, c.control, d.team, c.state, COUNT(*) FROM controls c
	JOIN devices d ON d.site = c.site AND d.id = c.device
	GROUP BY c.site, c.control, d.team, c.state;
INSERT INTO tallies (site, subject, team, state, devices)
	SELECT site, '', team, shown, COUNT(*) FROM devices GROUP BY site, team, shown;
INSERT INTO tallies (site, subject, team, state, devices)
	SELECT site, worst, team, 'mends', COUNT(*) FROM devices
	WHERE failing = 1 AND worst IS NOT NULL GROUP BY site, worst, team;

DROP INDEX controls_since;
CREATE INDEX controls_since ON controls (site, state, since, device, control);
