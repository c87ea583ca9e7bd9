/* SPDX-License-Identifier: Apache-2.0 */
#include "later.h"

#include "local-accounts.h"
#include "str.h"

#include <stdio.h>

#define USERS "run/systemd/users"
#define SINCE "REALTIME"
#define MS 1000
#define US 1000000

bool later_started_before(struct clock_now now, int64_t changed_s)
{
	return changed_s > 0 && now.wall_s - now.boot_ms / MS < changed_s;
}

static bool is_since_before(struct span text, int64_t changed_s)
{
	struct span line;
	uint64_t since_us;

	while (span_next(&text, '\n', &line)) {
		struct span key;

		if (span_next(&line, '=', &key) && span_eq(key, SINCE) && line.p &&
			span_u64(line, &since_us) == 0) {
			return since_us / US < (uint64_t)changed_s;
		}
	}
	return false;
}

bool later_signed_in_since(const struct sysroot *root, uid_t uid, int64_t changed_s)
{
	cleanup(free_ptr) char *text = NULL;
	char path[sizeof(USERS) + 32];
	size_t len;

	(void)snprintf(path, sizeof(path), USERS "/%u", (unsigned)uid);
	return changed_s > 0 && sysroot_read(root, path, LATER_FILE_MAX, &text, &len) == 0 &&
	       is_since_before((struct span){text, len}, changed_s);
}

bool later_signed_in_before(const struct sysroot *root, int64_t changed_s)
{
	cleanup(sysroot_names_finish) struct sysroot_names names = {0};
	bool before = false;

	if (changed_s <= 0 || sysroot_list(root, USERS, &names) != 0) {
		return false;
	}
	for (size_t i = 0; i < names.len && !before; i++) {
		uint64_t uid;

		if (span_u64(span_z(names.names[i]), &uid) != 0 || uid > UINT32_MAX - 1 ||
			!local_accounts_is_person(root, (uid_t)uid)) {
			continue;
		}
		before = later_signed_in_since(root, (uid_t)uid, changed_s);
	}
	return before;
}
