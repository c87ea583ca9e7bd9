/* SPDX-License-Identifier: Apache-2.0 */
/* The roles of an account, in the store. */
#pragma once

#include "role.h"
#include "store.h"

must_check int grants_read(
	struct store *store, const char *account, struct role_grants *ret_grants);
/* Instead of whatever it had; team "" is everywhere. Inside of a write. */
must_check int grants_put(
	struct store *store, const char *account, const struct role_grants *grants);
must_check int grants_put_one(struct store *store, const char *account, enum role role);
