/* SPDX-License-Identifier: Apache-2.0 */
#include "clamd-conf.h"

#include <string.h>

#define UID_FIRST_PERSON 1000
#define UID_NOBODY 65534

static struct span value_trim(struct span value)
{
	value = span_trim(value);
	if (value.len >= 2 && value.p[0] == '"' && value.p[value.len - 1] == '"') {
		value = (struct span){value.p + 1, value.len - 2};
	}
	return value;
}

enum place { PLACE_OTHER, PLACE_EVERYTHING, PLACE_HOMES, PLACE_BELOW_HOMES };

static enum place place_of(struct span path)
{
	while (path.len > 1 && path.p[path.len - 1] == '/') {
		path.len--;
	}
	if (path.len == 0 || path.p[0] != '/') {
		return PLACE_OTHER;
	}
	path = (struct span){path.p + 1, path.len - 1};
	if (path.len == 0) {
		return PLACE_EVERYTHING;
	}
	if (span_eq(path, "home")) {
		return PLACE_HOMES;
	}
	return span_starts(path, "home/") ? PLACE_BELOW_HOMES : PLACE_OTHER;
}

static void include_take(struct span path, struct clamd_on_access *on_access)
{
	switch (place_of(path)) {
	case PLACE_OTHER:
		break;
	case PLACE_EVERYTHING:
		on_access->everything = true;
		break;
	case PLACE_HOMES:
		on_access->homes = true;
		break;
	case PLACE_BELOW_HOMES:
		on_access->part = true;
		break;
	}
}

static void exclude_take(struct span path, struct clamd_on_access *on_access)
{
	on_access->left_out = on_access->left_out || place_of(path) != PLACE_OTHER;
}

static void uid_take(struct span value, struct clamd_on_access *on_access)
{
	uint64_t uid;

	if (span_u64(value, &uid) != 0) {
		on_access->damaged = true;
		return;
	}
	on_access->left_out = on_access->left_out || (uid >= UID_FIRST_PERSON && uid != UID_NOBODY);
}

/* The accounts that ClamAV runs as have to be excepted; any other may be a person's. */
static void name_take(struct span name, struct clamd_on_access *on_access)
{
	static const char *const own[] = {"clamav", "clamscan", "clamupdate", "root", "vscan"};

	for (size_t i = 0; i < ARRAY_LEN(own); i++) {
		if (span_eq(name, own[i])) {
			return;
		}
	}
	on_access->left_out = true;
}

static void setting_take(struct span name, struct span value, struct clamd_on_access *on_access)
{
	if (span_eq(name, "OnAccessIncludePath") || span_eq(name, "OnAccessMountPath")) {
		include_take(value, on_access);
	} else if (span_eq(name, "OnAccessExcludePath")) {
		exclude_take(value, on_access);
	} else if (span_eq(name, "OnAccessExcludeUID")) {
		uid_take(value, on_access);
	} else if (span_eq(name, "OnAccessExcludeUname")) {
		name_take(value, on_access);
	} else if (span_eq(name, "OnAccessDisableDDD")) {
		/* Then what lies deeper than the named directories is not looked at. */
		on_access->left_out = on_access->left_out || span_eq(value, "yes") ||
				      span_eq(value, "true") || span_eq(value, "1");
	}
}

void clamd_conf_parse(struct span text, struct clamd_on_access *ret_on_access)
{
	struct clamd_on_access on_access = {0};
	struct span line;

	on_access.damaged = text.len > 0 && memchr(text.p, '\0', text.len);
	while (!on_access.damaged && span_next(&text, '\n', &line)) {
		size_t n = 0;

		if (line.len > 0 && line.p[line.len - 1] == '\r') {
			line.len--;
		}
		line = span_trim(line);
		while (n < line.len && line.p[n] != ' ' && line.p[n] != '\t') {
			n++;
		}
		if (n > 0 && line.p[0] != '#') {
			setting_take((struct span){line.p, n},
				value_trim((struct span){line.p + n, line.len - n}), &on_access);
		}
	}
	*ret_on_access = on_access;
}
