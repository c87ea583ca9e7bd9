/* SPDX-License-Identifier: Apache-2.0 */
/* All services, and how they stop: stage by stage, each with a time limit. */
#pragma once

#include "homes.h"
#include "service.h"

#define ROSTER_MAX (HOMES_MAX + 6)

/* Workers stop before the core that they talk to. */
enum roster_stage { ROSTER_WORKERS, ROSTER_CORE, ROSTER_SERVER, ROSTER_STAGE_COUNT };

struct roster {
	struct loop *loop;
	struct loop_source *timer;
	struct service *services[ROSTER_MAX];
	size_t len;
	bool stopping;
	int stage;
};

must_check int roster_init(struct roster *roster, struct loop *loop);
void roster_finish(struct roster *roster);

/* As service_new; the roster owns the service. Its ended hook calls roster_note_end. */
must_check int roster_add(struct roster *roster, const struct spawn *spawn, enum service_kind kind,
	enum roster_stage stage, const struct service_hooks *hooks, void *data,
	struct service **ret_service);
/* Ends the loop with 0 when the last one has stopped. */
void roster_stop(struct roster *roster);
void roster_note_end(struct roster *roster);

/* Fills in the uid and gid of a user of the system; -ENOENT, with a line in the log */
must_check int roster_find_user(const char *name, struct spawn *spawn);
