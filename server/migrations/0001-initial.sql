-- SPDX-License-Identifier: Apache-2.0
-- Times are seconds since 1970: on a full hour for school devices, on a full day for private ones.
-- Hashes and keys are base64url text, so that the same statements run on another database.

CREATE TABLE tokens (
	site TEXT NOT NULL,
	hash TEXT NOT NULL,
	ownership TEXT NOT NULL,
	team TEXT NOT NULL,
	uses_left BIGINT NOT NULL,
	expires BIGINT NOT NULL,
	PRIMARY KEY (site, hash)
);

CREATE TABLE teams (
	site TEXT NOT NULL,
	name TEXT NOT NULL,
	last_number BIGINT NOT NULL,
	PRIMARY KEY (site, name)
);

CREATE TABLE devices (
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
	PRIMARY KEY (site, id)
);
CREATE UNIQUE INDEX devices_key ON devices (site, public_key);
CREATE UNIQUE INDEX devices_label ON devices (site, team, number);
CREATE INDEX devices_posture ON devices (site, posture, heard);

CREATE TABLE controls (
	site TEXT NOT NULL,
	device TEXT NOT NULL,
	control TEXT NOT NULL,
	state TEXT NOT NULL,
	reason TEXT NOT NULL,
	since BIGINT NOT NULL,
	answered BIGINT NOT NULL,
	sequence BIGINT NOT NULL,
	PRIMARY KEY (site, device, control)
);
CREATE INDEX controls_state ON controls (site, control, state, device);
CREATE INDEX controls_since ON controls (site, state, since);

CREATE TABLE history (
	site TEXT NOT NULL,
	device TEXT NOT NULL,
	at BIGINT NOT NULL,
	control TEXT NOT NULL,
	state TEXT NOT NULL,
	reason TEXT NOT NULL
);
CREATE INDEX history_device ON history (site, device, at);

CREATE TABLE reports (
	site TEXT NOT NULL,
	device TEXT NOT NULL,
	sequence BIGINT NOT NULL,
	hash TEXT NOT NULL,
	want TEXT NOT NULL,
	PRIMARY KEY (site, device, sequence)
);

-- How many devices were in which state on a day: subject '' is the fleet, else a control.
CREATE TABLE days (
	site TEXT NOT NULL,
	day BIGINT NOT NULL,
	subject TEXT NOT NULL,
	state TEXT NOT NULL,
	devices BIGINT NOT NULL,
	PRIMARY KEY (site, subject, day, state)
);

CREATE TABLE admins (
	site TEXT NOT NULL,
	name TEXT NOT NULL,
	salt TEXT NOT NULL,
	hash TEXT NOT NULL,
	cost_n BIGINT NOT NULL,
	cost_r BIGINT NOT NULL,
	cost_p BIGINT NOT NULL,
	PRIMARY KEY (site, name)
);

CREATE TABLE sessions (
	site TEXT NOT NULL,
	hash TEXT NOT NULL,
	admin TEXT NOT NULL,
	started BIGINT NOT NULL,
	seen BIGINT NOT NULL,
	PRIMARY KEY (site, hash)
);

CREATE TABLE links (
	site TEXT NOT NULL,
	hash TEXT NOT NULL,
	expires BIGINT NOT NULL,
	used BIGINT NOT NULL,
	PRIMARY KEY (site, hash)
);

CREATE TABLE policies (
	site TEXT NOT NULL,
	ownership TEXT NOT NULL,
	version BIGINT NOT NULL,
	name TEXT NOT NULL,
	source TEXT NOT NULL,
	content TEXT NOT NULL,
	expires BIGINT NOT NULL,
	jws TEXT NOT NULL,
	PRIMARY KEY (site, ownership, version)
);

-- What the newest policy of an ownership says of a control; rank orders severities, 0 is worst.
CREATE TABLE severities (
	site TEXT NOT NULL,
	ownership TEXT NOT NULL,
	control TEXT NOT NULL,
	severity TEXT NOT NULL,
	rank BIGINT NOT NULL,
	PRIMARY KEY (site, ownership, control)
);

-- Append only; hash = SHA-256 over the row and the hash before it.
CREATE TABLE audit (
	site TEXT NOT NULL,
	n BIGINT NOT NULL,
	at BIGINT NOT NULL,
	who TEXT NOT NULL,
	action TEXT NOT NULL,
	object TEXT NOT NULL,
	hash TEXT NOT NULL,
	PRIMARY KEY (site, n)
);
