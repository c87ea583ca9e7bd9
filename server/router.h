/* SPDX-License-Identifier: Apache-2.0 */
/* Which route a request takes. */
#pragma once

#include "api.h"

/*
 * The route for path and method, with ret_part what "{}" captured ("" without). NULL when there is
 * none: then ret_methods holds the methods the path does know, 0 for an unknown path.
 */
const struct api_route *router_find(const struct api_route *const *routes, size_t n,
	struct span path, enum http_method method, char ret_part[API_TEXT_MAX + 1],
	unsigned *ret_methods);
/* Value of an Allow header for these methods, static */
const char *router_allow(unsigned methods);
