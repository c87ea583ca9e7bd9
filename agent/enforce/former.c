/* SPDX-License-Identifier: Apache-2.0 */
#include "former.h"

#include "base.h"

#include <string.h>

static const struct {
	const char *former, *now;
} rows[] = {
	{"obs-websocket", "obs-studio"},
};

const char *enforce_client_now(const char *id)
{
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		if (strcmp(rows[i].former, id) == 0) {
			return rows[i].now;
		}
	}
	return id;
}
