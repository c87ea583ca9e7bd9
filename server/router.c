/* SPDX-License-Identifier: Apache-2.0 */
#include "router.h"

#include <string.h>

static bool segments_match(struct span pattern, struct span path, char part[API_TEXT_MAX + 1])
{
	struct span want, have;

	part[0] = 0;
	while (span_next(&pattern, '/', &want)) {
		if (!span_next(&path, '/', &have)) {
			return false;
		}
		if (span_eq(want, "{}")) {
			if (have.len == 0 || have.len > API_TEXT_MAX) {
				return false;
			}
			memcpy(part, have.p, have.len);
			part[have.len] = 0;
		} else if (want.len != have.len || memcmp(want.p, have.p, want.len) != 0) {
			return false;
		}
	}
	return !span_next(&path, '/', &have);
}

const struct api_route *router_find(const struct api_route *const *routes, size_t n,
	struct span path, enum http_method method, char ret_part[API_TEXT_MAX + 1],
	unsigned *ret_methods)
{
	enum http_method wanted = method == HTTP_HEAD ? HTTP_GET : method;

	*ret_methods = 0;
	for (size_t i = 0; i < n; i++) {
		if (!segments_match(span_z(routes[i]->path), path, ret_part)) {
			continue;
		}
		if (routes[i]->method == wanted) {
			return routes[i];
		}
		*ret_methods |= routes[i]->method;
	}
	return NULL;
}

const char *router_allow(unsigned methods)
{
	static const char *const texts[] = {
		[HTTP_GET] = "GET, HEAD",
		[HTTP_POST] = "POST",
		[HTTP_DELETE] = "DELETE",
		[HTTP_GET | HTTP_POST] = "GET, HEAD, POST",
		[HTTP_GET | HTTP_DELETE] = "GET, HEAD, DELETE",
		[HTTP_POST | HTTP_DELETE] = "POST, DELETE",
		[HTTP_GET | HTTP_POST | HTTP_DELETE] = "GET, HEAD, POST, DELETE",
	};

	return methods < ARRAY_LEN(texts) ? texts[methods] : NULL;
}
