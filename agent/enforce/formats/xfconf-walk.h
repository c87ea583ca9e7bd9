/* SPDX-License-Identifier: Apache-2.0 */
/* From the channel down to a property, as far as the path exists. For xfconf-edit.c alone. */
#pragma once

#include "json-path.h"
#include "xfconf-lex.h"

struct xfconf_place {
	struct xfconf_tag tag; /* its start tag, or all of it */
	size_t close, end;     /* its end tag's start, and the element's end; the tag's own */
	bool holds;	       /* there is an end tag */
	size_t children, last; /* how many elements lie in it, and where the last one starts */
};
struct xfconf_walk {
	size_t depth; /* names that exist */
	struct xfconf_place
		places[JSON_PATH_DEPTH_MAX + 1]; /* the channel, then one for each name */
};
/* The whole text is looked at. enum xfconf_edit_outcome */
must_check int xfconf_walk(
	struct span text, const struct json_path *path, struct xfconf_walk *ret_walk);
