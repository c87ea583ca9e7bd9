-- SPDX-License-Identifier: Apache-2.0
-- Second factors, API tokens, invitations with a role, and enrolment codes that can be listed and
-- revoked. A factor's kind is 'totp' (secret: base32, last: the last step that was used) or
-- 'recovery' (id: hash of a code); others stand beside them. id 'next' waits for its first code.

CREATE TABLE factors (
	site TEXT NOT NULL,
	account TEXT NOT NULL,
	kind TEXT NOT NULL,
	id TEXT NOT NULL,
	secret TEXT NOT NULL,
	last BIGINT NOT NULL,
	PRIMARY KEY (site, account, kind, id)
);

CREATE TABLE api_tokens (
	site TEXT NOT NULL,
	id TEXT NOT NULL,
	hash TEXT NOT NULL,
	account TEXT NOT NULL,
	name TEXT NOT NULL,
	team TEXT NOT NULL,
	role TEXT NOT NULL,
	made BIGINT NOT NULL,
	expires BIGINT NOT NULL,
	PRIMARY KEY (site, id)
);
CREATE UNIQUE INDEX api_tokens_hash ON api_tokens (site, hash);

-- account: '*' for any name, also one that exists; '' for a new one; else a new password of that one.
ALTER TABLE links ADD COLUMN account TEXT NOT NULL DEFAULT '*';
ALTER TABLE links ADD COLUMN grants TEXT NOT NULL DEFAULT 'administrator:';

ALTER TABLE tokens ADD COLUMN id TEXT NOT NULL DEFAULT '';
ALTER TABLE tokens ADD COLUMN uses BIGINT NOT NULL DEFAULT 0;
ALTER TABLE tokens ADD COLUMN made BIGINT NOT NULL DEFAULT 0;
UPDATE tokens SET id = SUBSTR(hash, 1, 22), uses = uses_left;

-- school, class, staff or loan
ALTER TABLE teams ADD COLUMN kind TEXT NOT NULL DEFAULT 'school';
