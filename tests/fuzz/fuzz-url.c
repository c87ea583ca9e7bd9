/* SPDX-License-Identifier: Apache-2.0 */
/* Request targets, queries and cookies: what is accepted keeps its promises. */
#include "url.h"
#include "fuzz.h"

#include <string.h>

static void check_path(struct span path)
{
	FUZZ_REQUIRE(path.len > 0 && path.p[0] == '/');
	FUZZ_REQUIRE(!memchr(path.p, '%', path.len) && !memchr(path.p, '\\', path.len));
	FUZZ_REQUIRE(!memmem(path.p, path.len, "/../", 4) && !memmem(path.p, path.len, "//", 2));
}

static void check_query(struct span text)
{
	struct url_query query;

	if (url_parse_query(text, &query) != 0) {
		return;
	}
	FUZZ_REQUIRE(query.n <= URL_PARAMS_MAX);
	for (size_t i = 0; i < query.n; i++) {
		FUZZ_REQUIRE(strlen(query.params[i].name) <= URL_NAME_MAX);
		FUZZ_REQUIRE(strlen(query.params[i].value) <= URL_VALUE_MAX);
		FUZZ_REQUIRE(utf8_valid(span_z(query.params[i].value)));
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct span text = {(const char *)data, size}, path, query, cookie;

	if (url_split(text, &path, &query) == 0) {
		check_path(path);
		check_query(query);
	}
	check_query(text);
	cookie = url_find_cookie(text, "__Host-session");
	FUZZ_REQUIRE(!cookie.len || !memchr(cookie.p, ';', cookie.len));
	FUZZ_REQUIRE(!url_accepts_gzip(text) || size >= strlen("gzip"));
	return 0;
}
