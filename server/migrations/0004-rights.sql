-- SPDX-License-Identifier: Apache-2.0
-- What families may ask, what a school sets of its endpoint, and what the webhook is still to tell.

-- Only what is not as it is by default
CREATE TABLE settings (
	site TEXT NOT NULL,
	name TEXT NOT NULL,
	value TEXT NOT NULL,
	PRIMARY KEY (site, name)
);

-- What the server notes for itself: when it purged last, the webhook's key and how it fares
CREATE TABLE marks (
	site TEXT NOT NULL,
	name TEXT NOT NULL,
	value TEXT NOT NULL,
	PRIMARY KEY (site, name)
);

CREATE TABLE disputes (
	site TEXT NOT NULL,
	device TEXT NOT NULL,
	control TEXT NOT NULL,
	reason TEXT NOT NULL,
	at BIGINT NOT NULL,
	who TEXT NOT NULL,
	PRIMARY KEY (site, device, control)
);

-- The hash of a random id, and the day: enough to say that it was erased, too little to say who.
CREATE TABLE erasures (
	site TEXT NOT NULL,
	receipt TEXT NOT NULL,
	at BIGINT NOT NULL,
	PRIMARY KEY (site, receipt)
);

-- Newly failing on the school's own devices, until the webhook has taken it
CREATE TABLE hooks (
	site TEXT NOT NULL,
	n BIGINT NOT NULL,
	device TEXT NOT NULL,
	control TEXT NOT NULL,
	reason TEXT NOT NULL,
	since BIGINT NOT NULL,
	PRIMARY KEY (site, n)
);
CREATE INDEX hooks_device ON hooks (site, device);

-- The day on which it was lost: nothing that it signs is taken any more.
ALTER TABLE devices ADD COLUMN lost BIGINT;
CREATE INDEX history_at ON history (site, at);
