/* SPDX-License-Identifier: Apache-2.0 */
#include "trusted-sources.h"

#include "apt-conf.h"
#include "apt-sources.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

#define PATH_LEN_MAX 512

int trusted_sources_read(const struct sysroot *root, const char *path,
	struct trusted_sources *sources, char **ret_text, size_t *ret_len)
{
	int r = sysroot_read(root, path, APT_SOURCES_FILE_MAX, ret_text, ret_len);

	if (r == -ENOMEM) {
		return r;
	}
	sources->refused = sources->refused || r == -EACCES || r == -EPERM;
	sources->damaged = sources->damaged || (r != 0 && r != FD_E_MISSING) ||
			   (r == 0 && memchr(*ret_text, '\0', *ret_len));
	return 0;
}

int trusted_sources_each(const struct sysroot *root, const char *dir, const char *end,
	struct trusted_sources *sources, trusted_sources_fn fn, void *data)
{
	cleanup(sysroot_names_finish) struct sysroot_names names = {0};
	size_t end_len = strlen(end);
	int r = sysroot_list(root, dir, &names);

	if (r != 0) {
		sources->refused = sources->refused || r == -EACCES || r == -EPERM;
		return r == -ENOMEM ? r : 0;
	}
	sources->damaged = sources->damaged || names.len > TRUSTED_SOURCES_FILES_MAX;
	r = 0;
	for (size_t i = 0; i < names.len && i < TRUSTED_SOURCES_FILES_MAX && r == 0; i++) {
		size_t len = strlen(names.names[i]);
		char path[PATH_LEN_MAX];

		if (len <= end_len || strcmp(names.names[i] + len - end_len, end) != 0) {
			continue;
		}
		snprintf(path, sizeof(path), "%.200s/%.255s", dir, names.names[i]);
		r = fn(root, path, sources, data);
	}
	return r;
}

/* What apt.conf(5) lets pass for every source; a later word replaces an earlier one. */
enum pass { PASS_UNAUTHENTICATED, PASS_INSECURE, PASS_WEAK, PASS_DOWNGRADE };
#define PASSES 4

static const char *const pass_keys[PASSES] = {
	[PASS_UNAUTHENTICATED] = "APT::Get::AllowUnauthenticated",
	[PASS_INSECURE] = "Acquire::AllowInsecureRepositories",
	[PASS_WEAK] = "Acquire::AllowWeakRepositories",
	[PASS_DOWNGRADE] = "Acquire::AllowDowngradeToInsecureRepositories",
};

/* A cleared key (value NULL) takes what lies below it along. */
static void conf_key_take(const char *key, const char *value, void *data)
{
	bool *passes = data;

	for (size_t i = 0; i < PASSES; i++) {
		size_t len = strlen(key);

		if (value && strcasecmp(key, pass_keys[i]) == 0) {
			passes[i] = apt_truth(span_z(value));
		} else if (!value && strncasecmp(key, pass_keys[i], len) == 0 &&
			   (pass_keys[i][len] == ':' || pass_keys[i][len] == '\0')) {
			passes[i] = false;
		}
	}
}

static int conf_take(
	const struct sysroot *root, const char *path, struct trusted_sources *sources, void *data)
{
	cleanup(free_ptr) char *text = NULL;
	size_t len = 0;
	int r = trusted_sources_read(root, path, sources, &text, &len);

	if (r != 0 || !text) {
		return r;
	}
	r = apt_conf_parse((struct span){text, len}, conf_key_take, data);
	sources->damaged = sources->damaged || r > 0;
	return r < 0 ? r : 0;
}

static int conf_named_take(
	const struct sysroot *root, const char *path, struct trusted_sources *sources, void *data)
{
	if (!apt_conf_name_read(strrchr(path, '/') + 1)) {
		return 0;
	}
	return conf_take(root, path, sources, data);
}

typedef int (*next_fn)(struct span *text, struct apt_source *ret_source);

static int list_take(
	const struct sysroot *root, const char *path, struct trusted_sources *sources, void *data)
{
	size_t len = strlen(path);
	next_fn next = len > 8 && strcmp(path + len - 8, ".sources") == 0 ? apt_sources_next_stanza
									  : apt_sources_next_line;
	cleanup(free_ptr) char *text = NULL;
	struct apt_source source;
	struct span rest;
	int r = trusted_sources_read(root, path, sources, &text, &len);

	(void)data;
	if (r != 0 || !text) {
		return r;
	}
	rest = (struct span){text, len};
	while ((r = next(&rest, &source)) != APT_SOURCES_E_END) {
		sources->damaged = sources->damaged || r == APT_SOURCES_E_FORMAT;
		if (r == 0 && source.enabled) {
			sources->n++;
			sources->untrusted += source.forced;
		}
	}
	return 0;
}

int trusted_sources_apt(const struct sysroot *root, struct trusted_sources *sources)
{
	bool passes[PASSES] = {false};
	int r;

	if (!sysroot_exists(root, "etc/apt")) {
		return 0;
	}
	r = trusted_sources_each(root, "etc/apt/apt.conf.d", "", sources, conf_named_take, passes);
	if (r == 0) {
		r = conf_take(root, "etc/apt/apt.conf", sources, passes);
	}
	if (r == 0) {
		r = list_take(root, "etc/apt/sources.list", sources, NULL);
	}
	if (r == 0) {
		r = trusted_sources_each(
			root, "etc/apt/sources.list.d", ".list", sources, list_take, NULL);
	}
	if (r == 0) {
		r = trusted_sources_each(
			root, "etc/apt/sources.list.d", ".sources", sources, list_take, NULL);
	}
	for (size_t i = 0; i < PASSES; i++) {
		sources->untrusted += passes[i];
	}
	return r;
}
