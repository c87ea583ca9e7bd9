/* SPDX-License-Identifier: Apache-2.0 */
/* HOME_FACTS: what a user's worker says of that user's account. Closed: nothing unknown gets in. */
#pragma once

#include "json.h"
#include "personal.h"

/* JSON_E_*, or -errno */
must_check int home_facts_read(struct json_object *body, struct personal *ret_facts);
