/* SPDX-License-Identifier: Apache-2.0 */
/* Groups of devices: school, class, staff, loan pool. A device is in one; its label names it. */
#pragma once

#include "device.h"
#include "json.h"
#include "store.h"

#define GROUPS_MAX 500

enum groups_outcome {
	GROUPS_E_UNKNOWN = 1, /* no such group or device */
	GROUPS_E_USED,	      /* devices are in it */
};

bool groups_kind_valid(struct span kind); /* school, class, staff, loan */
/* As openapi's Groups; teams as role_reach gives them */
must_check int groups_read(struct store *store, const char *teams, struct json_object **ret);
/* A new one, or another kind for one */
must_check int groups_put(struct store *store, const char *name, const char *kind);
must_check int groups_end(struct store *store, const char *name);
/* It gets the next label of that group; the former one is never given again. */
must_check int groups_move_device(struct store *store, const char *id, const char *name,
	struct device *ret_before, int64_t *ret_number);
