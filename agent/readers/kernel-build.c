/* SPDX-License-Identifier: Apache-2.0 */
#include "kernel-build.h"
#include "apt-packages.h"
#include "deb-stanza.h"
#include "deb-version.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

#define VERSION_FILE_MAX 4096
#define PATH_LEN_MAX 512

static bool build_set(struct span word, char build[KERNEL_BUILD_MAX + 1])
{
	if (word.len == 0 || word.len > KERNEL_BUILD_MAX || !isdigit((unsigned char)word.p[0])) {
		return false;
	}
	memcpy(build, word.p, word.len);
	build[word.len] = '\0';
	return true;
}

/* "... #1 SMP PREEMPT_DYNAMIC Debian 6.1.106-3 (2024-08-26)" */
bool kernel_build_parse(struct span version, char build[KERNEL_BUILD_MAX + 1])
{
	const char *open, *blank;

	while (version.len > 0 && isspace((unsigned char)version.p[version.len - 1])) {
		version.len--;
	}
	open = version.len > 0 ? memrchr(version.p, '(', version.len) : NULL;
	if (!open || open < version.p + 2 || open[-1] != ' ' ||
		version.p + version.len - open != (ptrdiff_t)strlen("(2024-08-26)") ||
		open[5] != '-' || open[8] != '-') {
		return false;
	}
	version.len = (size_t)(open - version.p) - 1;
	blank = memrchr(version.p, ' ', version.len);
	if (!blank) {
		return false;
	}
	return build_set(
		(struct span){blank + 1, version.len - (size_t)(blank + 1 - version.p)}, build);
}

bool kernel_build_parse_signature(
	struct span signature, const char *flavour, char build[KERNEL_BUILD_MAX + 1])
{
	size_t n = strlen(flavour);
	struct span word;

	if (!span_starts(signature, "Ubuntu ") || !span_next(&signature, ' ', &word) ||
		!span_next(&signature, ' ', &word) || word.len <= n + 1 || n == 0 ||
		word.p[word.len - n - 1] != '-' || memcmp(word.p + word.len - n, flavour, n) != 0) {
		return false;
	}
	word.len -= n + 1;
	return build_set(word, build);
}

static bool file_parse(
	const struct sysroot *root, const char *flavour, char build[KERNEL_BUILD_MAX + 1])
{
	cleanup(free_ptr) char *signature = NULL;
	cleanup(free_ptr) char *version = NULL;
	size_t len = 0;

	if (sysroot_read(root, "proc/version_signature", VERSION_FILE_MAX, &signature, &len) == 0 &&
		kernel_build_parse_signature((struct span){signature, len}, flavour, build)) {
		return true;
	}
	return sysroot_read(root, "proc/version", VERSION_FILE_MAX, &version, &len) == 0 &&
	       kernel_build_parse((struct span){version, len}, build);
}

struct search {
	const char *package;
	const char *build;
	bool behind;
};

static int stanza_take(const struct deb_stanza *stanza, void *data)
{
	struct search *search = data;

	if (strcmp(stanza->package, search->package) != 0) {
		return 0;
	}
	search->behind = !stanza->damaged && strstr(stanza->status, " installed") &&
			 deb_version_compare(span_z(stanza->version), span_z(search->build)) > 0;
	return -ECANCELED;
}

int kernel_build_behind(const struct check_ctx *ctx, const char *release, const char *flavour,
	bool *ret_behind, int64_t *ret_since)
{
	cleanup(free_ptr) struct deb_reader *reader = calloc(1, sizeof(*reader));
	char build[KERNEL_BUILD_MAX + 1], package[256], path[PATH_LEN_MAX];
	struct search search = {.package = package, .build = build};
	struct stat st;
	int r;

	if (!reader) {
		return -ENOMEM;
	}
	*ret_behind = false;
	*ret_since = 0;
	snprintf(package, sizeof(package), "linux-image-%.200s", release);
	snprintf(path, sizeof(path), "var/lib/dpkg/info/%s.list", package);
	/* dpkg writes the list anew with each version: no package of this name, nothing to ask. */
	if (sysroot_stat(ctx->root, path, &st) != 0 || !file_parse(ctx->root, flavour, build)) {
		return 0;
	}
	reader->fn = stanza_take;
	reader->data = &search;
	r = apt_stanzas_read(ctx->root, APT_STATUS, APT_STATUS_BYTES_MAX, NULL, reader);
	if (r == -ENOMEM) {
		return r;
	}
	*ret_behind = search.behind;
	*ret_since = search.behind ? (int64_t)st.st_mtime : 0;
	return 0;
}
