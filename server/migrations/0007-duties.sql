-- SPDX-License-Identifier: Apache-2.0
-- What the school has to see to outside of any device, as it answered; breaches; guesses of passwords, counted for all processes.

-- provider: a meeting service, or '' for the school's own
CREATE TABLE answers (
	site TEXT NOT NULL,
	provider TEXT NOT NULL,
	control TEXT NOT NULL,
	answer TEXT NOT NULL,
	note TEXT NOT NULL,
	at BIGINT NOT NULL,
	who TEXT NOT NULL,
	PRIMARY KEY (site, provider, control)
);

-- told: 0 until it was told to the authority, or found that it need not be
CREATE TABLE breaches (
	site TEXT NOT NULL,
	id BIGINT NOT NULL,
	kind TEXT NOT NULL,
	happened BIGINT NOT NULL,
	known BIGINT NOT NULL,
	opened BIGINT NOT NULL,
	who TEXT NOT NULL,
	told BIGINT NOT NULL,
	closed BIGINT NOT NULL,
	PRIMARY KEY (site, id)
);

CREATE TABLE breach_notes (
	site TEXT NOT NULL,
	breach BIGINT NOT NULL,
	n BIGINT NOT NULL,
	at BIGINT NOT NULL,
	who TEXT NOT NULL,
	step TEXT NOT NULL,
	note TEXT NOT NULL,
	PRIMARY KEY (site, breach, n)
);

-- As it was when the device was entered, since it may leave: encrypted is pass, fail, unknown ...
CREATE TABLE breach_devices (
	site TEXT NOT NULL,
	breach BIGINT NOT NULL,
	device TEXT NOT NULL,
	encrypted TEXT NOT NULL,
	PRIMARY KEY (site, breach, device)
);
CREATE INDEX breach_devices_device ON breach_devices (site, device);

-- name: a hash under a key of the store's own; rows go an hour after the last try
CREATE TABLE tries (
	site TEXT NOT NULL,
	name TEXT NOT NULL,
	failures BIGINT NOT NULL,
	next BIGINT NOT NULL,
	last BIGINT NOT NULL,
	PRIMARY KEY (site, name)
);
CREATE INDEX tries_last ON tries (site, last);
