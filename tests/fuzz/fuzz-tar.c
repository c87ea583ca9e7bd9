/* SPDX-License-Identifier: Apache-2.0 */
#include "fuzz.h"
#include "str.h"
#include "tar.h"

#include <string.h>

static bool want(const char *name, void *data)
{
	(void)data;
	return strlen(name) % 5 != 0;
}

static int member(const char *name, struct span bytes, void *data)
{
	uint64_t *hash = data;

	FUZZ_REQUIRE(strlen(name) <= TAR_NAME_MAX && bytes.len <= TAR_MEMBER_MAX);
	for (; *name; name++) {
		*hash = (*hash ^ (uint8_t)*name) * UINT64_C(1099511628211);
	}
	for (size_t i = 0; i < bytes.len; i++) {
		*hash = (*hash ^ (uint8_t)bytes.p[i]) * UINT64_C(1099511628211);
	}
	return 0;
}

static uint64_t read_by(const uint8_t *bytes, size_t len, size_t step)
{
	cleanup(tar_reader_free_p) struct tar_reader *reader = NULL;
	uint64_t hash = 7;
	int r = 0;

	FUZZ_REQUIRE(tar_reader_new(want, member, &hash, &reader) == 0);
	for (size_t at = 0; at < len && r == 0; at += step) {
		r = tar_reader_feed(
			reader, (const char *)bytes + at, len - at < step ? len - at : step);
	}
	return hash * 2 + (r != 0 || tar_reader_end(reader) != 0);
}

/* However the bytes arrive in pieces, the same members come out. */
int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
	uint64_t whole = read_by(bytes, len, len ? len : 1);

	FUZZ_REQUIRE(read_by(bytes, len, 113) == whole);
	FUZZ_REQUIRE(read_by(bytes, len, 512) == whole);
	return 0;
}
