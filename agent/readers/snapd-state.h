/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What snapd keeps in its state (/var/lib/snapd/state.json; snapd's overlord/snapstate): the snaps,
 * updates that the store has offered and that are not installed ("refresh-candidates"), who holds
 * what back ("snaps-hold", "refresh.hold"), and when it last refreshed them by itself. snapd sets
 * "last-refresh" when the store answered, with or without an update; "last-refresh-hints" also when
 * it did not, so that alone tells nothing.
 */
#pragma once

#include "json.h"
#include "sysroot.h"

#define SNAPD_STATE "var/lib/snapd/state.json"
#define SNAPD_SNAPS "var/lib/snapd/snaps"
#define SNAPD_STATE_MAX ((size_t)8 << 20)
#define SNAPD_STATE_VALUES_MAX ((size_t)200000)

struct snapd_state {
	struct json_object *json;			/* owned; NULL: there are no snaps */
	struct json_object *snaps, *candidates, *holds; /* NULL where there are none */
	const char *hold;  /* of all of them: "forever" or a date; NULL */
	int64_t refreshed; /* wall second; of the system's first day before the first; 0: not told
			    */
};
void snapd_state_finish(struct snapd_state *state);

enum snapd_state_outcome {
	SNAPD_STATE_E_FORMAT = 32, /* above every FD_E_* */
	SNAPD_STATE_E_PERMITTED,
};
/* SNAPD_STATE_E_*; -ENOMEM */
must_check int snapd_state_read(const struct sysroot *root, struct snapd_state *ret_state);
/* Pure; ret_state takes the object over. SNAPD_STATE_E_FORMAT */
must_check int snapd_state_parse(struct span text, struct snapd_state *ret_state);

/* One snap; pointers live as long as the state. */
struct snapd_snap {
	const char *name;
	const char *revision; /* "x1" of one that came from a file: nothing updates it */
	bool update;	      /* the store has offered another one */
	int64_t since;	      /* wall second; it has waited for that long at least; 0: not told */
	int64_t held;	      /* by the owner of this computer, until then; 0 for not */
};
typedef int (*snapd_snap_fn)(const struct snapd_snap *snap, void *data);
/* fn's first error ends it. */
must_check int snapd_state_each(const struct snapd_state *state, snapd_snap_fn fn, void *data);
/*
 * Snaps whose plug of this interface is connected ("conns" of overlord/ifacestate: "SNAP:PLUG
 * SNAP:SLOT" to {"interface", "undesired", "hotplug-gone"}; undesired: somebody disconnected it).
 */
typedef int (*snapd_plug_fn)(struct span snap, void *data);
must_check int snapd_state_each_plug(
	const struct snapd_state *state, const char *interface, snapd_plug_fn fn, void *data);
/* Wall second of a time as snapd writes it; INT64_MAX for "forever"; 0 for anything else */
int64_t snapd_time(const char *text);
