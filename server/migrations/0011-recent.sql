-- SPDX-License-Identifier: Apache-2.0
-- The newest reports of a device, to know them again, lie in its own row (server/device-recent.h):
-- one row to write for each report, not two, and a fiftieth of the room.

ALTER TABLE devices ADD COLUMN recent TEXT NOT NULL DEFAULT '';
UPDATE devices SET recent =
	COALESCE((SELECT CAST(r.sequence AS TEXT) || ':' || SUBSTR(r.want, 1, 1) || r.hash || ';'
		FROM reports r WHERE r.site = devices.site AND r.device = devices.id
		ORDER BY r.sequence DESC LIMIT 1 OFFSET 0), '') ||
	COALESCE((SELECT CAST(r.sequence AS TEXT) || ':' || SUBSTR(r.want, 1, 1) || r.hash || ';'
		FROM reports r WHERE r.site = devices.site AND r.device = devices.id
		ORDER BY r.sequence DESC LIMIT 1 OFFSET 1), '') ||
	COALESCE((SELECT CAST(r.sequence AS TEXT) || ':' || SUBSTR(r.want, 1, 1) || r.hash || ';'
		FROM reports r WHERE r.site = devices.site AND r.device = devices.id
		ORDER BY r.sequence DESC LIMIT 1 OFFSET 2), '') ||
	COALESCE((SELECT CAST(r.sequence AS TEXT) || ':' || SUBSTR(r.want, 1, 1) || r.hash || ';'
		FROM reports r WHERE r.site = devices.site AND r.device = devices.id
		ORDER BY r.sequence DESC LIMIT 1 OFFSET 3), '');
DROP TABLE reports;
