/* SPDX-License-Identifier: Apache-2.0 */
/* The roles of an account, in the store. */
#pragma once

#include "role.h"
#include "store.h"

#define GRANTS_TEXT_MAX 800
/* "technician:class-3;viewer:" as it is kept with an invitation */
must_check int grants_write(const struct role_grants *grants, struct str *out);
/* -EINVAL */
must_check int grants_parse(struct span text, struct role_grants *ret_grants);
/* False when there is none, or two for one group, or a group's name is none */
bool grants_valid(const struct role_grants *grants);

must_check int grants_read(
	struct store *store, const char *account, struct role_grants *ret_grants);
/* Instead of whatever it had; team "" is everywhere. Inside of a write. */
must_check int grants_put(
	struct store *store, const char *account, const struct role_grants *grants);
must_check int grants_put_one(struct store *store, const char *account, enum role role);
