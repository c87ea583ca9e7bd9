/* SPDX-License-Identifier: Apache-2.0 */
/* A channel of Xfce's settings as values of JSON. For format-xfconf.c alone. */
#pragma once

#include "json.h"
#include "xfconf-lex.h"

/*
 * Of a property's type and value, as they stand between quotes: bool, int and string are what they
 * are in JSON, others ["uint", "5"], and "empty" is NULL. -ENOMEM, -ENOSPC
 */
must_check int xfconf_value_read(
	struct span type, struct span raw, struct json_object **ret_object);
/*
 * All of it, for comparing: each element is an object of its attributes, and "holds", the list of
 * those in it. XFCONF_LEX_E_SYNTAX, -ENOMEM, -ENOSPC
 */
must_check int xfconf_value_channel(struct span text, struct json_object **ret_object);
