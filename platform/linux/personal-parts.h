/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Inside of personal*.c alone: one collector for each group, personal-GROUP.c, listed in
 * personal.c. It opens files of the person through homefiles.h and those of the machine through
 * place->root, and keeps nothing between two calls.
 */
#pragma once

#include "personal.h"

struct personal_collector {
	/* Sets what it could see; all of its facts are NOT_SEEN before. Only -ENOMEM is an error.
	 */
	int (*read)(const struct personal_place *place, struct personal *personal);
	/* As personal_watch, for this group */
	int (*watch)(const struct personal_place *place, personal_path_fn fn, void *data);
};

extern const struct personal_collector personal_autostart;
extern const struct personal_collector personal_apps;
extern const struct personal_collector personal_backup;
extern const struct personal_collector personal_clients;
extern const struct personal_collector personal_desktop;
extern const struct personal_collector personal_recordings;
extern const struct personal_collector personal_remote;
extern const struct personal_collector personal_sandbox;
extern const struct personal_collector personal_shown;
