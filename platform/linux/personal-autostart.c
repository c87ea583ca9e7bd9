/* SPDX-License-Identifier: Apache-2.0 */
/*
 * AUTOSTART: how many entries start a meeting program with this person's session: the desktop's
 * (Desktop Application Autostart Specification; a flatpak that asked its portal to start in the
 * background has one there, too) and units of systemd. Which programs they are is not kept.
 */
#include "autostart.h"
#include "meeting-programs.h"
#include "personal-parts.h"

static int exec_take(struct span exec, void *data)
{
	int64_t *n = data;

	*n += meeting_programs_start(exec);
	return 0;
}

static int unit_take(const char *unit, void *data)
{
	int64_t *n = data;

	*n += meeting_programs_unit(unit);
	return 0;
}

static int autostart_read(const struct personal_place *place, struct personal *personal)
{
	bool unseen = false, units_unseen = false;
	int64_t n = 0;
	int r = autostart_each(place, exec_take, &n, &unseen);

	if (r == 0) {
		r = autostart_units_each(place, unit_take, &n, &units_unseen);
	}
	if (r == 0) {
		personal->values[PERSONAL_AUTOSTART_CLIENTS] = n;
		personal->values[PERSONAL_AUTOSTART_UNSEEN] = unseen || units_unseen;
	}
	return r;
}

static int watch(const struct personal_place *place, personal_path_fn fn, void *data)
{
	(void)place;
	return autostart_watch(fn, data);
}

const struct personal_collector personal_autostart = {.read = autostart_read, .watch = watch};
