/* SPDX-License-Identifier: Apache-2.0 */
#include "device-recent.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

bool device_recent_has(const char *recent, int64_t sequence, const char *hash, bool *ret_want_full)
{
	struct span rest = span_z(recent), one;
	char head[24];
	int len = snprintf(head, sizeof(head), "%" PRId64 ":", sequence);

	while (span_next(&rest, ';', &one)) {
		if (one.len <= (size_t)len + 1 || memcmp(one.p, head, (size_t)len) != 0) {
			continue;
		}
		one.p += len;
		one.len -= (size_t)len;
		*ret_want_full = one.p[0] == 'f';
		return span_eq((struct span){one.p + 1, one.len - 1}, hash);
	}
	return false;
}

/* Of so many entries from the first on */
static size_t length_of(const char *recent, size_t n)
{
	const char *p = recent;

	for (; n > 0 && strchr(p, ';'); n--) {
		p = strchr(p, ';') + 1;
	}
	return (size_t)(p - recent);
}

int device_recent_put(const char *recent, int64_t sequence, const char *hash, bool want_full,
	char ret_recent[DEVICE_RECENT_MAX + 1])
{
	char text[DEVICE_RECENT_MAX + 1];
	int len = snprintf(text, sizeof(text), "%" PRId64 ":%c%s;%.*s", sequence,
		want_full ? 'f' : 'd', hash, (int)length_of(recent, DEVICE_RECENT_KEPT - 1),
		recent);

	if (len < 0 || len > DEVICE_RECENT_MAX) {
		return -EMSGSIZE;
	}
	memcpy(ret_recent, text, (size_t)len + 1);
	return 0;
}
