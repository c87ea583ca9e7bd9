/* SPDX-License-Identifier: Apache-2.0 */
#include "trusted-sources.h"

#include "ini.h"

#include <string.h>
#include <strings.h>

static bool word_is(struct span word, const char *text)
{
	return word.len == strlen(text) && strncasecmp(word.p, text, word.len) == 0;
}

static bool word_no(struct span word)
{
	return word_is(word, "0") || word_is(word, "no") || word_is(word, "false") ||
	       word_is(word, "off");
}

static bool section_same(struct span a, struct span b)
{
	return a.p == b.p && a.len == b.len;
}

/* What stands in a repository's section (dnf.conf(5), zypper(8)) */
struct repo {
	struct span section;
	bool on, gpg, base;
};

static void repo_count(const struct repo *repo, struct trusted_sources *sources)
{
	if (repo->section.len > 0 && repo->base && repo->on) {
		sources->n++;
		sources->untrusted += !repo->gpg;
	}
}

/* data: whether packages are checked where a repository does not say */
static int repo_file_take(
	const struct sysroot *root, const char *path, struct trusted_sources *sources, void *data)
{
	const bool *gpg = data;
	cleanup(free_ptr) char *text = NULL;
	struct ini ini = {.rest = {"", 0}};
	struct repo repo = {.on = true};
	size_t len = 0;
	int r = trusted_sources_read(root, path, sources, &text, &len);

	if (r != 0 || !text) {
		return r;
	}
	ini.rest = (struct span){text, len};
	while (ini_next(&ini)) {
		if (!section_same(repo.section, ini.section)) {
			repo_count(&repo, sources);
			repo = (struct repo){.section = ini.section, .on = true, .gpg = *gpg};
		}
		if (span_eq(ini.key, "enabled")) {
			repo.on = !word_no(ini.value);
		} else if (span_eq(ini.key, "gpgcheck") || span_eq(ini.key, "pkg_gpgcheck")) {
			repo.gpg = !word_no(ini.value);
		} else if (span_eq(ini.key, "baseurl") || span_eq(ini.key, "metalink") ||
			   span_eq(ini.key, "mirrorlist")) {
			repo.base = true;
		}
	}
	repo_count(&repo, sources);
	return 0;
}

static int default_read(
	const struct sysroot *root, const char *path, struct trusted_sources *sources, bool *gpg)
{
	cleanup(free_ptr) char *text = NULL;
	struct ini ini = {.rest = {"", 0}};
	size_t len = 0;
	int r = trusted_sources_read(root, path, sources, &text, &len);

	if (r != 0 || !text) {
		return r;
	}
	ini.rest = (struct span){text, len};
	while (ini_next(&ini)) {
		if (span_eq(ini.section, "main") &&
			(span_eq(ini.key, "gpgcheck") || span_eq(ini.key, "pkg_gpgcheck"))) {
			*gpg = !word_no(ini.value);
		}
	}
	return 0;
}

int trusted_sources_rpm(const struct sysroot *root, struct trusted_sources *sources)
{
	/* dnf checks nothing by itself (gpgcheck, dnf.conf(5)); zypp checks everything. */
	bool dnf = false, zypp = true;
	int r = default_read(root, "etc/dnf/dnf.conf", sources, &dnf);

	if (r == 0) {
		r = default_read(root, "etc/zypp/zypp.conf", sources, &zypp);
	}
	if (r == 0) {
		r = trusted_sources_each(
			root, "etc/yum.repos.d", ".repo", sources, repo_file_take, &dnf);
	}
	if (r == 0) {
		r = trusted_sources_each(
			root, "etc/zypp/repos.d", ".repo", sources, repo_file_take, &zypp);
	}
	return r;
}

/* SigLevel (pacman.conf(5)): the last word on packages holds; "Optional" lets unsigned ones in. */
static bool siglevel_trusts(struct span value, bool before)
{
	static const struct {
		const char *word;
		bool trusted;
	} rows[] = {
		{"Never", false},
		{"Optional", false},
		{"PackageNever", false},
		{"PackageOptional", false},
		{"PackageRequired", true},
		{"PackageTrustAll", false},
		{"Required", true},
		{"TrustAll", false},
	};
	struct span word;

	while (span_next(&value, ' ', &word)) {
		for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
			if (word_is(span_trim(word), rows[i].word)) {
				before = rows[i].trusted;
			}
		}
	}
	return before;
}

int trusted_sources_pacman(const struct sysroot *root, struct trusted_sources *sources)
{
	cleanup(free_ptr) char *text = NULL;
	struct ini ini = {.rest = {"", 0}};
	struct span section = {NULL, 0};
	bool all = true, one = true, any = false;
	size_t len = 0;
	int r = trusted_sources_read(root, "etc/pacman.conf", sources, &text, &len);

	if (r != 0 || !text) {
		return r;
	}
	ini.rest = (struct span){text, len};
	while (ini_next(&ini)) {
		bool options = span_eq(ini.section, "options");

		if (!section_same(section, ini.section)) {
			sources->untrusted += any && !one;
			section = ini.section;
			one = all;
			any = !options && section.len > 0;
			sources->n += any;
		}
		if (options && span_eq(ini.key, "SigLevel")) {
			all = siglevel_trusts(ini.value, all);
		} else if (span_eq(ini.key, "SigLevel")) {
			one = siglevel_trusts(ini.value, one);
		}
	}
	sources->untrusted += any && !one;
	return 0;
}

/* A remote by OCI over TLS knows no other signature; those switched off bring nothing. */
static int flatpak_take(const struct sysroot *root, struct trusted_sources *sources)
{
	cleanup(free_ptr) char *text = NULL;
	struct ini ini = {.rest = {"", 0}};
	struct repo remote = {.on = true};
	size_t len = 0;
	int r = trusted_sources_read(root, "var/lib/flatpak/repo/config", sources, &text, &len);

	if (r != 0 || !text) {
		return r;
	}
	ini.rest = (struct span){text, len};
	while (ini_next(&ini)) {
		if (!span_starts(ini.section, "remote ")) {
			continue;
		}
		if (!section_same(remote.section, ini.section)) {
			repo_count(&remote, sources);
			remote = (struct repo){.section = ini.section, .on = true, .gpg = true};
		}
		if (span_eq(ini.key, "gpg-verify")) {
			remote.gpg = !word_no(ini.value);
		} else if (span_eq(ini.key, "xa.disable")) {
			remote.on = !span_eq(ini.value, "true");
		} else if (span_eq(ini.key, "url")) {
			remote.base = ini.value.len > 0 && !span_starts(ini.value, "oci+https:");
		}
	}
	repo_count(&remote, sources);
	return 0;
}

/* "NAME_x1.snap": a revision that no store gave (snap install --dangerous). */
static int snap_take(
	const struct sysroot *root, const char *path, struct trusted_sources *sources, void *data)
{
	const char *mark = strrchr(path, '_');

	(void)root;
	(void)data;
	sources->n++;
	sources->untrusted += mark && mark[1] == 'x';
	return 0;
}

int trusted_sources_apps(const struct sysroot *root, struct trusted_sources *sources)
{
	int r = flatpak_take(root, sources);

	return r != 0 ? r
		      : trusted_sources_each(
				root, "var/lib/snapd/snaps", ".snap", sources, snap_take, NULL);
}
