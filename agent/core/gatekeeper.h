/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The recording gates (platform/gates.h), looked after as settings are: planned here, set up by
 * caretaker-hand, watched in /etc/apparmor.d and in the kernel, put back when somebody takes one
 * away, and lifted while an exemption for recording runs. The keeper's part for what is no setting.
 */
#pragma once

#include "json-build.h"
#include "loop.h"

struct gatekeeper;
struct gather;
struct keeper;

must_check int gatekeeper_new(struct keeper *keeper, struct gatekeeper **ret_gatekeeper);
void gatekeeper_free(struct gatekeeper *gatekeeper);

/* Watches, and brings everything to what holds now. -ENOMEM */
must_check int gatekeeper_begin(struct gatekeeper *gatekeeper);
/* Everything as it is to be now: after an event, an exemption, the owner's word. client NULL: all.
 * gather: somebody waits for the result. */
must_check int gatekeeper_keep(
	struct gatekeeper *gatekeeper, const char *client, struct gather *gather);

/* CHANGE of each gate that is not as it would be kept; of one client's when id is not NULL */
must_check int gatekeeper_add_plan(
	struct gatekeeper *gatekeeper, const char *id, struct json_build *array);

/* Those that would be set up and wait for the owner's yes */
size_t gatekeeper_asked(const struct gatekeeper *gatekeeper);

struct gatekeeper_count {
	bool installed;
	size_t kept, drifted;
};
/* Whether it is shut, while a program of the client runs that it does not hold */
bool gatekeeper_waits(const struct gatekeeper *gatekeeper, const char *client);
/* One client's, as last seen; all zero for one without a gate */
struct gatekeeper_count gatekeeper_count(const struct gatekeeper *gatekeeper, const char *client);
/* CLIENT of those that skip does not name, for who is listed already */
void gatekeeper_add_clients(const struct gatekeeper *gatekeeper,
	bool (*skip)(const char *client, const void *data), const void *data,
	struct json_build *array);
