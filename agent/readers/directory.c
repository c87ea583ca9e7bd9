/* SPDX-License-Identifier: Apache-2.0 */
#include "directory.h"
#include "str.h"

#include <string.h>

#define NSSWITCH_MAX ((size_t)64 << 10)

static bool sssd_set_up(const struct sysroot *root)
{
	cleanup(sysroot_names_finish) struct sysroot_names names = {0};

	if (sysroot_exists(root, "etc/sssd/sssd.conf")) {
		return true;
	}
	return sysroot_list(root, "etc/sssd/conf.d", &names) == 0 && names.len > 0;
}

static bool source_remote(const struct sysroot *root, struct span word)
{
	static const char *const sources[] = {"hesiod", "ldap", "nis", "nisplus", "winbind"};

	for (size_t i = 0; i < ARRAY_LEN(sources); i++) {
		if (span_eq(word, sources[i])) {
			return true;
		}
	}
	return span_eq(word, "sss") && sssd_set_up(root);
}

static bool line_remote(const struct sysroot *root, struct span line)
{
	struct span word;

	for (size_t i = 0; i < line.len; i++) {
		if (line.p[i] == '#') {
			line.len = i;
		}
	}
	for (size_t start = 0, i = 0; i <= line.len; i++) {
		if (i < line.len && line.p[i] != ' ' && line.p[i] != '\t' && line.p[i] != '\r') {
			continue;
		}
		word = (struct span){line.p + start, i - start};
		if (source_remote(root, word)) {
			return true;
		}
		start = i + 1;
	}
	return false;
}

int directory_used(const struct sysroot *root, const char *database, bool *ret_used)
{
	static const char *const paths[] = {"etc/nsswitch.conf", "usr/etc/nsswitch.conf"};
	cleanup(free_ptr) char *text = NULL;
	struct span rest, line, name;
	size_t len = 0;
	int r = FD_E_MISSING;

	for (size_t i = 0; i < ARRAY_LEN(paths) && r == FD_E_MISSING; i++) {
		r = sysroot_read(root, paths[i], NSSWITCH_MAX, &text, &len);
	}
	if (r == -ENOMEM) {
		return r;
	}
	*ret_used = false;
	rest = (struct span){text, r == 0 ? len : 0};
	while (span_next(&rest, '\n', &line)) {
		if (line.len == 0 || !span_next(&line, ':', &name) || !line.p ||
			!span_eq(span_trim(name), database)) {
			continue;
		}
		*ret_used = *ret_used || line_remote(root, line);
	}
	return 0;
}
