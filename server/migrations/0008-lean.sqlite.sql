-- SPDX-License-Identifier: Apache-2.0
-- Rows lie in the order of their keys: one tree to look in and to write, not two.

CREATE TABLE controls_kept (
	site TEXT NOT NULL,
	device TEXT NOT NULL,
	control TEXT NOT NULL,
	state TEXT NOT NULL,
	reason TEXT NOT NULL,
	since BIGINT NOT NULL,
	answered BIGINT NOT NULL,
	sequence BIGINT NOT NULL,
	PRIMARY KEY (site, device, control)
) WITHOUT ROWID;
INSERT INTO controls_kept
	SELECT site, device, control, state, reason, since, answered, sequence FROM controls
	ORDER BY site, device, control;
DROP TABLE controls;
ALTER TABLE controls_kept RENAME TO controls;
CREATE INDEX controls_state ON controls (site, control, state, device) WHERE state <> 'pass';
CREATE INDEX controls_since ON controls (site, since, device, control) WHERE state = 'fail';

CREATE TABLE devices_kept (
	site TEXT NOT NULL,
	id TEXT NOT NULL,
	public_key TEXT NOT NULL,
	ownership TEXT NOT NULL,
	team TEXT NOT NULL,
	number BIGINT NOT NULL,
	enrolled BIGINT NOT NULL,
	heard BIGINT,
	confirmed BIGINT,
	sequence BIGINT NOT NULL,
	policy BIGINT NOT NULL,
	posture TEXT NOT NULL,
	failing BIGINT NOT NULL,
	unknown BIGINT NOT NULL,
	worst TEXT,
	want TEXT NOT NULL,
	lost BIGINT,
	shown TEXT NOT NULL DEFAULT 'unknown',
	heard_day BIGINT NOT NULL DEFAULT 0,
	PRIMARY KEY (site, id)
) WITHOUT ROWID;
INSERT INTO devices_kept
	SELECT site, id, public_key, ownership, team, number, enrolled, heard, confirmed, sequence,
	policy, posture, failing, unknown, worst, want, lost, shown, heard_day FROM devices
	ORDER BY site, id;
DROP TABLE devices;
ALTER TABLE devices_kept RENAME TO devices;
CREATE UNIQUE INDEX devices_key ON devices (site, public_key);
CREATE UNIQUE INDEX devices_label ON devices (site, team, number);
CREATE INDEX devices_shown ON devices (site, shown, team, number);
CREATE INDEX devices_day ON devices (site, shown, heard_day);
CREATE INDEX devices_silent ON devices (site, (COALESCE(heard, enrolled)), team, number)
	WHERE shown = 'silent';

CREATE TABLE reports_kept (
	site TEXT NOT NULL,
	device TEXT NOT NULL,
	sequence BIGINT NOT NULL,
	hash TEXT NOT NULL,
	want TEXT NOT NULL,
	PRIMARY KEY (site, device, sequence)
) WITHOUT ROWID;
INSERT INTO reports_kept SELECT site, device, sequence, hash, want FROM reports
	ORDER BY site, device, sequence;
DROP TABLE reports;
ALTER TABLE reports_kept RENAME TO reports;

CREATE TABLE tallies_kept (
	site TEXT NOT NULL,
	subject TEXT NOT NULL,
	team TEXT NOT NULL,
	state TEXT NOT NULL,
	devices BIGINT NOT NULL,
	PRIMARY KEY (site, subject, team, state)
) WITHOUT ROWID;
INSERT INTO tallies_kept SELECT site, subject, team, state, devices FROM tallies
	ORDER BY site, subject, team, state;
DROP TABLE tallies;
ALTER TABLE tallies_kept RENAME TO tallies;
