/* SPDX-License-Identifier: Apache-2.0 */
#include "device-recent.h"

#include <string.h>

/* The next "WHASH", or NULL */
static const char *next_one(const char **rest)
{
	const char *one = *rest + strspn(*rest, "0123456789:;"); /* as it was: W is no digit */

	if ((*one != 'f' && *one != 'd') || strlen(one) < DEVICE_RECENT_ONE) {
		return NULL;
	}
	*rest = one + DEVICE_RECENT_ONE;
	return one;
}

bool device_recent_has(const char *recent, const char *hash, bool *ret_want_full)
{
	const char *one;

	while (strlen(hash) == SECRET_HASH_LEN && (one = next_one(&recent))) {
		if (memcmp(one + 1, hash, SECRET_HASH_LEN) == 0) {
			*ret_want_full = one[0] == 'f';
			return true;
		}
	}
	return false;
}

int device_recent_put(const char *recent, const char *hash, bool want_full,
	char ret_recent[DEVICE_RECENT_MAX + 1])
{
	char text[DEVICE_RECENT_LEN];
	const char *one;

	if (strlen(hash) != SECRET_HASH_LEN) {
		return -EINVAL;
	}
	memset(text, '.', sizeof(text));
	text[0] = want_full ? 'f' : 'd';
	memcpy(text + 1, hash, SECRET_HASH_LEN);
	for (size_t i = 1; i < DEVICE_RECENT_KEPT && (one = next_one(&recent)); i++) {
		memcpy(text + i * DEVICE_RECENT_ONE, one, DEVICE_RECENT_ONE);
	}
	memcpy(ret_recent, text, sizeof(text));
	ret_recent[sizeof(text)] = 0;
	return 0;
}
