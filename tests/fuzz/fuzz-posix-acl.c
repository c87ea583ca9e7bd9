/* SPDX-License-Identifier: Apache-2.0 */
#include "fuzz.h"
#include "posix-acl.h"

static void entry_take(const struct posix_acl_entry *entry, void *data)
{
	size_t *n = data;

	FUZZ_REQUIRE(entry->tag != POSIX_ACL_MASK && entry->permissions <= 7);
	++*n;
}

/* No more entries than there are bytes for. */
int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
	size_t n = 0;

	FUZZ_TRY(posix_acl_each((struct span){(const char *)bytes, len}, entry_take, &n));
	FUZZ_REQUIRE(n * 8 <= len);
	return 0;
}
