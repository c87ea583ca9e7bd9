/* SPDX-License-Identifier: Apache-2.0 */
/* Files that came with the system and that ours builds on. */
#pragma once

#include "document.h"
#include "place.h"

/*
 * The text a new file starts with: the first base that is a JSON object, else an empty object.
 * ret_base: that base, borrowed from the file; NULL for none; may be NULL itself.
 */
must_check int enforce_start_text(const struct enforce_place *place,
	const struct enforce_file *file, char **ret_text, const char **ret_base);
/* The first base as a value; NULL when there is none. The caller puts it. */
must_check int enforce_start_defaults(const struct enforce_place *place,
	const struct enforce_file *file, struct json_object **ret_object);
