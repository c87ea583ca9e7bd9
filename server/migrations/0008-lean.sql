-- SPDX-License-Identifier: Apache-2.0
-- What a report touches is what it costs: indexes that say only what is asked of them.

-- The day of COALESCE(heard, enrolled): who was long silent is found by it, once a day moved.
ALTER TABLE devices ADD COLUMN heard_day BIGINT NOT NULL DEFAULT 0;
UPDATE devices SET heard_day = COALESCE(heard, enrolled) / 86400;
DROP INDEX devices_heard;
CREATE INDEX devices_day ON devices (site, shown, heard_day);
CREATE INDEX devices_silent ON devices (site, (COALESCE(heard, enrolled)), team, number)
	WHERE shown = 'silent';

DROP INDEX controls_state;
CREATE INDEX controls_state ON controls (site, control, state, device) WHERE state <> 'pass';
DROP INDEX controls_since;
CREATE INDEX controls_since ON controls (site, since, device, control) WHERE state = 'fail';
