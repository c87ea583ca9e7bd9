/* SPDX-License-Identifier: Apache-2.0 */
#include "duties-storage.h"

#include "at-rest.h"

enum duties_storage duties_storage_of(const struct state *state)
{
	char where[STATE_PATH_MAX + 16];

	if (state_store_where(state, where, sizeof(where)) < 0 || store_is_url(where)) {
		return DUTIES_UNSEEN;
	}
	switch (at_rest_of(state->fd)) {
	case AT_REST_ENCRYPTED:
		return DUTIES_ENCRYPTED;
	case AT_REST_PLAIN:
		return DUTIES_PLAIN;
	case AT_REST_UNSEEN:
		break;
	}
	return DUTIES_UNSEEN;
}
