/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Reading serialised GVariant values, as far as settings need it (the GVariant specification of
 * GLib's documentation, "Serialization Format"). Pure: a value is a view into its caller's bytes;
 * what the bytes say is bounded by the bytes.
 */
#pragma once

#include "base.h"

#define GVARIANT_DEPTH_MAX 16 /* nesting of a type */

struct gvariant {
	struct span bytes;
	struct span type; /* one complete type */
	bool swapped;	  /* written by a machine of the other byte order */
};

enum gvariant_outcome {
	GVARIANT_E_TYPE = 1, /* another type than was asked for */
	GVARIANT_E_FORMAT,   /* bytes that are no such value */
	GVARIANT_E_NONE,     /* no such member */
};

/* What a variant ("v") holds */
must_check int gvariant_unbox(const struct gvariant *variant, struct gvariant *ret_value);
/* b, y, n, q, i, u, x, t. -ERANGE: beyond int64_t */
must_check int gvariant_number(const struct gvariant *value, int64_t *ret_number);
/* s, o, g; without its terminator */
must_check int gvariant_string(const struct gvariant *value, struct span *ret_text);
/* Of a tuple or a dictionary's entry */
must_check int gvariant_member(
	const struct gvariant *tuple, size_t index, struct gvariant *ret_member);
/* Of an array of what varies in size; GVARIANT_E_NONE behind its last */
must_check int gvariant_element(
	const struct gvariant *array, size_t index, struct gvariant *ret_element);
/* a{sv}: what the variant under this key holds */
must_check int gvariant_lookup(
	const struct gvariant *dictionary, struct span key, struct gvariant *ret_value);
