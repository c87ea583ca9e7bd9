-- SPDX-License-Identifier: Apache-2.0
-- The counts of all groups together (server/tally.h): what leads the console asks for no group.

CREATE TABLE totals (
	site TEXT NOT NULL,
	subject TEXT NOT NULL,
	state TEXT NOT NULL,
	devices BIGINT NOT NULL,
	PRIMARY KEY (site, subject, state)
);
INSERT INTO totals (site, subject, state, devices)
	SELECT site, subject, state, SUM(devices) FROM tallies GROUP BY site, subject, state;

-- With the state in it, what is counted by it is not looked up row by row.
DROP INDEX controls_since;
CREATE INDEX controls_since ON controls (site, state, since, device, control)
	WHERE state = 'fail';
