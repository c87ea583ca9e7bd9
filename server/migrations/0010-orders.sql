-- SPDX-License-Identifier: Apache-2.0
-- The orders of the list of devices, and what is counted of policies and of lost devices.

-- The oldest day of each posture as before, and on each day by label
DROP INDEX devices_day;
CREATE INDEX devices_heard ON devices (site, shown, heard_day, team, number);
CREATE INDEX devices_failing ON devices (site, shown, failing, team, number);
CREATE INDEX devices_lost ON devices (site, shown) WHERE lost IS NOT NULL;

-- How many devices of a group hold which version of their ownership's policy (server/tally.h)
CREATE TABLE holdings (
	site TEXT NOT NULL,
	ownership TEXT NOT NULL,
	team TEXT NOT NULL,
	policy BIGINT NOT NULL,
	devices BIGINT NOT NULL,
	PRIMARY KEY (site, ownership, team, policy)
);
INSERT INTO holdings (site, ownership, team, policy, devices)
	SELECT site, ownership, team, policy, COUNT(*) FROM devices
	GROUP BY site, ownership, team, policy;
