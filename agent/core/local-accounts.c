/* SPDX-License-Identifier: Apache-2.0 */
#include "local-accounts.h"

#define UID_MIN_DEFAULT 1000
#define UID_MAX_DEFAULT 60000
#define ID_MAX UINT32_C(4294967294)

int local_accounts_group_gid(struct span etc_group, const char *name, gid_t *ret_gid)
{
	struct span line, field;

	while (span_next(&etc_group, '\n', &line)) {
		uint64_t gid;

		if (!span_next(&line, ':', &field) || !span_eq(field, name)) {
			continue;
		}
		/* name:password:gid:members */
		if (span_next(&line, ':', &field) && span_next(&line, ':', &field) &&
			span_u64(field, &gid) == 0 && gid > 0 && gid <= ID_MAX) {
			*ret_gid = (gid_t)gid;
			return 0;
		}
	}
	return -ENOENT;
}

/* "NAME blanks VALUE" */
static bool read_number(struct span line, const char *name, uid_t *ret_value)
{
	uint64_t value;
	size_t end = 0;

	line = span_trim(line);
	while (end < line.len && line.p[end] != ' ' && line.p[end] != '\t') {
		end++;
	}
	if (!span_eq((struct span){line.p, end}, name) ||
		span_u64(span_trim((struct span){line.p + end, line.len - end}), &value) != 0 ||
		value == 0 || value > ID_MAX) {
		return false;
	}
	*ret_value = (uid_t)value;
	return true;
}

void local_accounts_uid_range(struct span login_defs, uid_t *ret_min, uid_t *ret_max)
{
	uid_t min = UID_MIN_DEFAULT, max = UID_MAX_DEFAULT;
	struct span line;

	while (span_next(&login_defs, '\n', &line)) {
		(void)read_number(line, "UID_MIN", &min);
		(void)read_number(line, "UID_MAX", &max);
	}
	*ret_min = min;
	*ret_max = max;
}

bool local_accounts_is_person(const struct sysroot *root, uid_t uid)
{
	cleanup(free_ptr) char *bytes = NULL;
	uid_t min, max;
	size_t len = 0;

	if (sysroot_read(root, "etc/login.defs", LOCAL_ACCOUNTS_FILE_MAX, &bytes, &len) != 0) {
		len = 0;
	}
	local_accounts_uid_range((struct span){bytes, len}, &min, &max);
	return uid >= min && uid <= max;
}
