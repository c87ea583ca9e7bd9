/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Workers that are there and do not answer: what they said last is no longer what is. Nobody is
 * looked after who was not asked, so that an idle machine sleeps.
 */
#include "claims.h"
#include "homes-parts.h"
#include "sensors.h"

static int arm(struct homes *homes)
{
	int r = homes->quiet_armed ? 0 : loop_timer_set(homes->quiet, HOMES_QUIET_MS);

	homes->quiet_armed = homes->quiet_armed || r == 0;
	return r;
}

int home_quiet_asked(struct home *home)
{
	if (home->asked) {
		return 0;
	}
	home->asked = true;
	home->quiet = 0;
	return arm(home->homes);
}

bool home_quiet_answered(struct home *home)
{
	bool hung = home->quiet == HOMES_QUIET_MAX;

	home_quiet_forget(home);
	return hung;
}

void home_quiet_forget(struct home *home)
{
	home->asked = false;
	home->quiet = 0;
}

bool home_quiet_is_heard(const struct home *home)
{
	return home->fd >= 0 && home->quiet < HOMES_QUIET_MAX;
}

static int give_up(struct home *home)
{
	struct core *core = home->homes->core;
	int r = claims_worker_hangs(core->claims, home->uid);

	return r == 0 && core->sensors
		       ? media_forget_streams(sensors_media(core->sensors), home->uid)
		       : r;
}

static int on_timer(struct loop_source *source, void *data)
{
	struct homes *homes = data;
	bool more = false;
	int r = 0;

	(void)source;
	homes->quiet_armed = false;
	for (struct home *home = homes->list; home && r == 0; home = home->next) {
		if (!home->asked || home->quiet == HOMES_QUIET_MAX) {
			continue;
		}
		home->quiet++;
		more = more || home->quiet < HOMES_QUIET_MAX;
		r = home->quiet == HOMES_QUIET_MAX ? give_up(home) : 0;
	}
	return r == 0 && more ? arm(homes) : r;
}

int home_quiet_new(struct homes *homes)
{
	return loop_add_timer(homes->core->loop, on_timer, homes, &homes->quiet);
}
