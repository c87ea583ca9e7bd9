-- SPDX-License-Identifier: Apache-2.0
-- What an account may do: a role everywhere (team ''), or in one group. Who was there before roles
-- were there was an administrator.

CREATE TABLE grants (
	site TEXT NOT NULL,
	account TEXT NOT NULL,
	team TEXT NOT NULL,
	role TEXT NOT NULL,
	PRIMARY KEY (site, account, team)
);
INSERT INTO grants (site, account, team, role)
	SELECT site, name, '', 'administrator' FROM admins;
