-- SPDX-License-Identifier: Apache-2.0
-- What a school decides: exemptions, and its own edits of the policy that the package brings.

-- state: requested, seconded (pupils are seen: one of two has approved), approved, refused, ended.
-- terms: canonical JSON as it is signed, without id, devices and approvers. Roles are signed, names
-- stay here. group is the one that was chosen, '' when devices were.
CREATE TABLE exemptions (
	site TEXT NOT NULL,
	id BIGINT NOT NULL,
	state TEXT NOT NULL,
	team TEXT NOT NULL,
	terms TEXT NOT NULL,
	starts BIGINT NOT NULL,
	ends BIGINT NOT NULL,
	requested BIGINT NOT NULL,
	requester TEXT NOT NULL,
	approver TEXT NOT NULL,
	approver_role TEXT NOT NULL,
	second TEXT NOT NULL,
	second_role TEXT NOT NULL,
	decided BIGINT,
	ended BIGINT,
	PRIMARY KEY (site, id)
);

CREATE TABLE exemption_devices (
	site TEXT NOT NULL,
	exemption BIGINT NOT NULL,
	device TEXT NOT NULL,
	PRIMARY KEY (site, exemption, device)
);
CREATE INDEX exemption_devices_device ON exemption_devices (site, device);

-- What a school wants otherwise than the package: for all devices of an ownership (team ''), or for one
-- group. A group without a row has the policy of all.
CREATE TABLE policy_lines (
	site TEXT NOT NULL,
	ownership TEXT NOT NULL,
	team TEXT NOT NULL,
	edit TEXT NOT NULL,
	at BIGINT NOT NULL,
	who TEXT NOT NULL,
	PRIMARY KEY (site, ownership, team)
);

-- One line of versions for each ownership, so that a device that changes its group never goes back.
ALTER TABLE policies ADD COLUMN team TEXT NOT NULL DEFAULT '';
ALTER TABLE policies ADD COLUMN edit TEXT NOT NULL DEFAULT '{}';
ALTER TABLE policies ADD COLUMN at BIGINT NOT NULL DEFAULT 0;
ALTER TABLE policies ADD COLUMN who TEXT NOT NULL DEFAULT '';
CREATE INDEX policies_team ON policies (site, ownership, team, version);
