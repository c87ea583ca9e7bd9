// SPDX-License-Identifier: Apache-2.0
#include "roster.h"

#include "log.h"

#include <pwd.h>

#define STOP_MS ((int64_t)10 * 1000) /* for one stage, then SIGKILL */

static bool stage_is_over(const struct roster *roster)
{
	for (size_t i = 0; i < roster->len; i++) {
		const struct service *service = roster->services[i];

		if (service_stage(service) == roster->stage && service_is_running(service)) {
			return false;
		}
	}
	return true;
}

static void signal_stage(struct roster *roster, int signo)
{
	for (size_t i = 0; i < roster->len; i++) {
		if (service_stage(roster->services[i]) == roster->stage) {
			service_stop(roster->services[i], signo);
		}
	}
}

static int on_late(struct loop_source *source, void *data)
{
	struct roster *roster = data;

	(void)source;
	log_warning("did not stop in time: killed");
	signal_stage(roster, SIGKILL);
	return 0;
}

int roster_init(struct roster *roster, struct loop *loop)
{
	*roster = (struct roster){.loop = loop};
	return loop_add_timer(loop, on_late, roster, &roster->timer);
}

void roster_finish(struct roster *roster)
{
	for (size_t i = 0; i < roster->len; i++) {
		service_free(roster->services[i]);
	}
	roster->len = 0;
	loop_source_free(roster->timer);
	roster->timer = NULL;
}

int roster_add(struct roster *roster, const struct spawn *spawn, enum service_kind kind,
	enum roster_stage stage, const struct service_hooks *hooks, void *data,
	struct service **ret_service)
{
	struct service *service;
	int r;

	if (roster->len == ROSTER_MAX) {
		return -ENOSPC;
	}
	r = service_new(roster->loop, spawn, kind, (int)stage, hooks, data, &service);
	if (r < 0) {
		return r;
	}
	roster->services[roster->len++] = service;
	*ret_service = service;
	return 0;
}

void roster_note_end(struct roster *roster)
{
	while (roster->stopping && roster->stage < ROSTER_STAGE_COUNT && stage_is_over(roster)) {
		if (++roster->stage == ROSTER_STAGE_COUNT) {
			loop_quit(roster->loop, 0);
			return;
		}
		signal_stage(roster, SIGTERM);
		if (loop_timer_set(roster->timer, STOP_MS) < 0) {
			signal_stage(roster, SIGKILL);
		}
	}
}

void roster_stop(struct roster *roster)
{
	if (roster->stopping) {
		return;
	}
	roster->stopping = true;
	roster->stage = -1; /* no service has this stage: it is over, and the first one begins */
	roster_note_end(roster);
}

int roster_find_user(const char *name, struct spawn *spawn)
{
	const struct passwd *user = getpwnam(name);

	if (!user || user->pw_uid == 0) {
		log_error("there is no user %s", name);
		return -ENOENT;
	}
	spawn->uid = user->pw_uid;
	spawn->gid = user->pw_gid;
	return 0;
}
