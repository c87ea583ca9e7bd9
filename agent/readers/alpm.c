/* SPDX-License-Identifier: Apache-2.0 */
#include "alpm.h"

#include "ini.h"

#include <fnmatch.h>
#include <string.h>

int alpm_desc_parse(struct span text, struct alpm_desc *ret_desc)
{
	struct alpm_desc desc = {.built = 0};
	struct span line, number = {NULL, 0};
	struct span *value = NULL;
	uint64_t built = 0;

	while (span_next(&text, '\n', &line)) {
		if (line.len > 1 && line.p[0] == '%' && line.p[line.len - 1] == '%') {
			value = span_eq(line, "%NAME%")	       ? &desc.name
				: span_eq(line, "%VERSION%")   ? &desc.version
				: span_eq(line, "%GROUPS%")    ? &desc.groups
				: span_eq(line, "%BUILDDATE%") ? &number
							       : NULL;
			if (value && value->p) {
				return -EBADMSG;
			}
		} else if (line.len == 0) {
			value = NULL;
		} else if (value && !value->p) {
			*value = line;
		} else if (value) {
			value->len = (size_t)(line.p + line.len - value->p);
		}
	}
	if (desc.name.len == 0 || desc.version.len == 0 ||
		(number.p && span_u64(number, &built) != 0) || built > UINT32_MAX) {
		return -EBADMSG;
	}
	desc.built = (int64_t)built;
	*ret_desc = desc;
	return 0;
}

static int words_add(struct span words, struct span *list, size_t *n)
{
	struct span word;

	while (span_next(&words, ' ', &word)) {
		word = span_trim(word);
		if (word.len == 0) {
			continue;
		}
		if (*n == ALPM_IGNORES_MAX) {
			return -ENOSPC;
		}
		list[(*n)++] = word;
	}
	return 0;
}

static int repo_add(struct alpm_conf *conf, struct span name)
{
	if (conf->n_repos == ALPM_REPOS_MAX) {
		return -ENOSPC;
	}
	if (name.len == 0 || name.len > ALPM_REPO_MAX || memchr(name.p, '/', name.len) ||
		memchr(name.p, '\0', name.len) || name.p[0] == '.') {
		return -EBADMSG;
	}
	memcpy(conf->repos[conf->n_repos], name.p, name.len);
	conf->repos[conf->n_repos++][name.len] = '\0';
	return 0;
}

int alpm_conf_parse(struct span text, struct alpm_conf *ret_conf)
{
	struct ini ini = {.rest = text};
	const char *section = NULL;
	int r = 0;

	*ret_conf = (struct alpm_conf){.n_repos = 0};
	while (r == 0 && ini_next(&ini)) {
		bool options = span_eq(ini.section, "options");

		if (!options && ini.section.len > 0 && ini.section.p != section) {
			section = ini.section.p;
			r = repo_add(ret_conf, ini.section);
		} else if (options && span_eq(ini.key, "IgnorePkg")) {
			r = words_add(ini.value, ret_conf->ignores, &ret_conf->n_ignores);
		} else if (options && span_eq(ini.key, "IgnoreGroup")) {
			r = words_add(ini.value, ret_conf->groups, &ret_conf->n_groups);
		} else if (options && (span_eq(ini.key, "DBPath") || span_eq(ini.key, "RootDir"))) {
			ret_conf->elsewhere = true;
		}
	}
	return r;
}

static bool pattern_matches(struct span pattern, struct span name)
{
	cleanup(free_ptr) char *one = span_dup(pattern);
	cleanup(free_ptr) char *two = span_dup(name);

	return one && two && fnmatch(one, two, 0) == 0;
}

bool alpm_conf_ignores(const struct alpm_conf *conf, const struct alpm_desc *desc)
{
	struct span groups = desc->groups, group;

	for (size_t i = 0; i < conf->n_ignores; i++) {
		if (pattern_matches(conf->ignores[i], desc->name)) {
			return true;
		}
	}
	while (span_next(&groups, '\n', &group)) {
		for (size_t i = 0; i < conf->n_groups; i++) {
			if (pattern_matches(conf->groups[i], group)) {
				return true;
			}
		}
	}
	return false;
}

void alpm_local_finish(struct alpm_local *local)
{
	sysroot_names_finish(&local->names);
	free(local->items);
	*local = (struct alpm_local){0};
}

/* "NAME-VERSION-RELEASE": neither of the last two has a dash. */
static bool name_split(const char *text, struct alpm_installed *ret_installed)
{
	const char *release = strrchr(text, '-');
	const char *version = release ? memrchr(text, '-', (size_t)(release - text)) : NULL;

	if (!version || version == text || version + 1 == release || !release[1]) {
		return false;
	}
	*ret_installed = (struct alpm_installed){
		.name = {text, (size_t)(version - text)},
		.version = span_z(version + 1),
	};
	return true;
}

static int name_order(struct span a, struct span b)
{
	size_t n = a.len < b.len ? a.len : b.len;
	int order = memcmp(a.p, b.p, n);

	return order != 0 ? order : (a.len > b.len) - (a.len < b.len);
}

static int installed_order(const void *a, const void *b)
{
	const struct alpm_installed *one = a, *two = b;

	return name_order(one->name, two->name);
}

int alpm_local_read(const struct sysroot *root, struct alpm_local *ret_local)
{
	cleanup(alpm_local_finish) struct alpm_local local = {0};
	int r = sysroot_list(root, ALPM_LOCAL, &local.names);

	if (r != 0) {
		return r;
	}
	local.items = calloc(local.names.len + 1, sizeof(*local.items));
	if (!local.items) {
		return -ENOMEM;
	}
	for (size_t i = 0; i < local.names.len; i++) {
		local.len += name_split(local.names.names[i], &local.items[local.len]);
	}
	qsort(local.items, local.len, sizeof(*local.items), installed_order);
	*ret_local = local;
	local = (struct alpm_local){0};
	return 0;
}

struct alpm_installed *alpm_local_find(const struct alpm_local *local, struct span name)
{
	const struct alpm_installed wanted = {.name = name};

	return bsearch(&wanted, local->items, local->len, sizeof(*local->items), installed_order);
}
