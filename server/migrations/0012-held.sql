-- SPDX-License-Identifier: Apache-2.0
-- All controls of a device in one row, since a report has to read all of them and changes few: one
-- page to write, where there were two or three, and no index of it. What the console asks of
-- all devices by a control is what did not pass: those alone have a row each, in the order of the
-- question. Of who passes, it asks how many (tallies), or goes down the list of devices.
--
-- controls is text, so that every database holds it and a statement can look for "<line feed>ID p":
-- the version of this form, 1, and behind it for each control, in the order of the bytes of its id,
--   <line feed>ID <state><reason> <since> <answered> <sequence>
-- state: p pass, f fail, u unknown, n na, x exempt, e error. since: hours since 1970, as every time
-- of a control is full hours; answered: hours behind since. server/held-text.h reads and writes it.
--
-- And counts lie by group: what one device changes is of one group, so it lies together.

CREATE TABLE held (
	site TEXT NOT NULL,
	device TEXT NOT NULL,
	controls TEXT NOT NULL,
	PRIMARY KEY (site, device)
);
