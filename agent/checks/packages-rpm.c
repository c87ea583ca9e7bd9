/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Fedora, RHEL and its kin (dnf, dnf5), openSUSE (zypper): the advisories that the package manager
 * keeps on disk, against what rpm says is installed. A fix is missing when an advisory of type
 * "security" brings a newer version of an installed package of the same architecture; that is the
 * answer of `dnf updateinfo list --security` and of `zypper list-patches`. How long it has been
 * missing is told by the advisory's own date.
 */
#include "app-fixes.h"
#include "evr.h"
#include "packages.h"
#include "rpm-holds.h"
#include "rpm-installed.h"
#include "rpm-repos.h"
#include "stream.h"

#include <stdio.h>
#include <string.h>

#define CHUNK ((size_t)32 << 10)
#define ADVISORIES_BYTES_MAX ((size_t)256 << 20)
#define MODULE_FILE_MAX ((size_t)64 << 10)

static bool detect(const struct sysroot *root)
{
	static const char *const databases[] = {"usr/lib/sysimage/rpm/rpmdb.sqlite",
		"usr/lib/sysimage/rpm/Packages.db", "var/lib/rpm/rpmdb.sqlite",
		"var/lib/rpm/Packages.db", "var/lib/rpm/Packages"};

	for (size_t i = 0; i < ARRAY_LEN(databases); i++) {
		if (sysroot_exists(root, databases[i])) {
			return true;
		}
	}
	return false;
}

static int reason_of(int outcome)
{
	switch (outcome) {
	case RPM_REPOS_E_FORMAT:
		return POSTURE_FORMAT_UNKNOWN;
	case RPM_REPOS_E_LIMIT:
		return POSTURE_EVALUATION_LIMIT;
	case RPM_REPOS_E_PERMITTED:
		return POSTURE_NOT_PERMITTED;
	default:
		return outcome;
	}
}

/* Only repositories with advisories count; one that was never read may have some. */
static int index_of(const struct rpm_repos *repos, struct packages_index *index)
{
	for (size_t i = 0; i < repos->len; i++) {
		const struct rpm_repo *repo = &repos->items[i];

		if (repo->dir[0] == '\0') {
			return POSTURE_INDEX_MISSING;
		}
		if (repo->metadata.n == 0) {
			continue;
		}
		index->n++;
		index->heard = repo->heard < index->heard ? repo->heard : index->heard;
		index->newest = repo->heard > index->newest ? repo->heard : index->newest;
	}
	return index->n > 0 || repos->len == 0 ? 0 : POSTURE_NO_ADVISORIES;
}

static int index_take(const struct check_ctx *ctx, struct packages_index *ret_index)
{
	cleanup(rpm_repos_finish) struct rpm_repos repos = {0};
	int r = rpm_repos_read(ctx->root, &repos);

	return r != 0 ? reason_of(r) : index_of(&repos, ret_index);
}

/* Of an installed package: the first of its fixes counts, as the hole is open since then. */
struct missing {
	bool any;
	bool free; /* at least one of them is not held */
	int64_t since;
};

struct search {
	const struct check_ctx *ctx;
	const struct rpm_list *list;
	struct rpm_holds holds;
	struct missing *items; /* one for each of the list */
	bool zypp;
};

static void search_finish(struct search *search)
{
	rpm_holds_finish(&search->holds);
	free(search->items);
}

/* dnf.modularity(7): a stream is in use when etc/dnf/modules.d says "state=enabled". */
static bool module_enabled(const struct sysroot *root, const char *module)
{
	const char *colon = strrchr(module, ':');
	cleanup(free_ptr) char *text = NULL;
	char path[300], line[300];
	size_t len = 0;

	if (!colon || strchr(module, '/') ||
		snprintf(path, sizeof(path), "etc/dnf/modules.d/%.*s.module", (int)(colon - module),
			module) >= (int)sizeof(path) ||
		sysroot_read(root, path, MODULE_FILE_MAX, &text, &len) != 0) {
		return false;
	}
	snprintf(line, sizeof(line), "\nstream=%s\n", colon + 1);
	return strstr(text, line) && strstr(text, "\nstate=enabled\n");
}

static const struct rpm_package *package_older(
	const struct search *search, const struct rpm_advisory *advisory, const struct span *arch)
{
	const struct rpm_package *package =
		rpm_list_find(search->list, span_z(advisory->name), arch);

	return package && evr_compare(EVR_RPM, package->evr, span_z(advisory->evr)) < 0 ? package
											: NULL;
}

/*
 * dnf asks for the same architecture. zypp lets an advisory for "noarch" mean all of them, and one
 * for another mean "noarch", too (libsolv, repo_updateinfoxml.c).
 */
static const struct rpm_package *package_find(
	const struct search *search, const struct rpm_advisory *advisory)
{
	static const char noarch[] = "noarch";
	struct span arch = span_z(advisory->arch), none = span_z(noarch);
	const struct rpm_package *package;

	if (search->zypp && span_eq(arch, noarch)) {
		return package_older(search, advisory, NULL);
	}
	package = package_older(search, advisory, &arch);
	return package || !search->zypp ? package : package_older(search, advisory, &none);
}

static int advisory_take(const struct rpm_advisory *advisory, void *data)
{
	struct search *search = data;
	const struct rpm_package *package = package_find(search, advisory);
	struct missing *missing;

	if (!package ||
		(advisory->module[0] && !module_enabled(search->ctx->root, advisory->module))) {
		return 0;
	}
	missing = &search->items[package - search->list->items];
	if (!missing->any || advisory->date < missing->since) {
		missing->since = advisory->date;
	}
	missing->any = true;
	missing->free = missing->free || !rpm_holds_match(&search->holds, advisory->name,
						 advisory->evr, advisory->arch);
	return 0;
}

static int outcome_of_read(int r)
{
	switch (r) {
	case -EACCES:
	case -EPERM:
		return POSTURE_NOT_PERMITTED;
	case -ENOSPC:
	case STREAM_E_LIMIT:
		return POSTURE_EVALUATION_LIMIT;
	case -EBADMSG:
	case -ELOOP:
	case -EISDIR:
	case -ENOTDIR:
	case FD_E_NOT_REGULAR:
	case STREAM_E_FORMAT:
		return POSTURE_FORMAT_UNKNOWN;
	case FD_E_MISSING:
		return POSTURE_INDEX_MISSING;
	default:
		return r;
	}
}

static int file_search(struct search *search, const char *path)
{
	cleanup(stream_free_p) struct stream *stream = NULL;
	cleanup(rpm_advisories_free_p) struct rpm_advisories *advisories = NULL;
	cleanup(free_ptr) char *chunk = malloc(CHUNK);
	size_t n = 1;
	int r = chunk ? rpm_advisories_new(advisory_take, search, &advisories) : -ENOMEM;

	if (r == 0) {
		r = stream_open(search->ctx->root, path, ADVISORIES_BYTES_MAX, search->ctx->unpack,
			&stream);
	}
	while (r == 0 && n > 0) {
		r = stream_read(stream, chunk, CHUNK, &n);
		if (r == 0) {
			r = n > 0 ? rpm_advisories_feed(advisories, chunk, n)
				  : rpm_advisories_end(advisories);
		}
	}
	return r;
}

/* The same advisories lie there in one of two ways of compression. */
static int repo_search(struct search *search, const struct rpm_repo *repo)
{
	char path[RPM_REPO_PATH_MAX + RPM_METADATA_PATH_MAX + 2];
	int r = repo->metadata.n == 0 ? 0 : FD_E_MISSING;

	for (size_t i = 0; i < repo->metadata.n && r == FD_E_MISSING; i++) {
		snprintf(path, sizeof(path), "%s/%s", repo->dir, repo->metadata.paths[i]);
		r = file_search(search, path);
	}
	return outcome_of_read(r);
}

static int installed_read(
	const struct check_ctx *ctx, struct rpm_installed *own, const struct rpm_list **ret_list)
{
	int r = rpm_installed_read(ctx, own, ret_list);

	switch (r) {
	case RPM_INSTALLED_E_LIVE:
		return POSTURE_LIVE_ONLY;
	case FACTS_E_ABSENT:
	case FACTS_E_NO_TOOL:
		return POSTURE_SOURCE_MISSING;
	case FACTS_E_NOT_PERMITTED:
		return POSTURE_NOT_PERMITTED;
	case FACTS_E_LIMIT:
		return POSTURE_EVALUATION_LIMIT;
	default:
		return outcome_of_read(r);
	}
}

/* Nobody could list a fix before it was issued; without that date nothing of its age is known. */
static void tally_take(const struct missing *missing, struct fix_tally *tally)
{
	const struct first_seen_age age = {
		.listed = missing->since > 0 ? missing->since : tally->now,
		.absent = missing->since,
	};

	fix_tally_add(tally, missing->free ? FIX_WAY_OPEN : FIX_WAY_HELD, &age);
}

/* Advisories have dates of their own, so that only apps need the memory. */
static int apps_take(const struct check_ctx *ctx, struct fix_tally *tally)
{
	int r;

	if (ctx->first_seen) {
		first_seen_begin(ctx->first_seen);
	}
	r = app_fixes_take(ctx, tally);
	if (r == 0 && ctx->first_seen) {
		first_seen_end(ctx->first_seen);
	}
	return outcome_of_read(r);
}

static int pending(
	const struct check_ctx *ctx, const struct packages_index *index, struct fix_tally *tally)
{
	cleanup(rpm_installed_finish) struct rpm_installed installed = {.asked = false};
	cleanup(rpm_repos_finish) struct rpm_repos repos = {0};
	cleanup(search_finish) struct search search = {.ctx = ctx};
	int r = installed_read(ctx, &installed, &search.list);

	(void)index;
	if (r == 0) {
		r = reason_of(rpm_repos_read(ctx->root, &repos));
	}
	if (r == 0) {
		search.zypp = repos.zypp;
		r = outcome_of_read(rpm_holds_read(ctx->root, repos.zypp, &search.holds));
	}
	search.items = r == 0 ? calloc(search.list->len + 1, sizeof(*search.items)) : NULL;
	if (r == 0 && !search.items) {
		return -ENOMEM;
	}
	for (size_t i = 0; r == 0 && i < repos.len; i++) {
		r = repo_search(&search, &repos.items[i]);
	}
	for (size_t i = 0; r == 0 && i < search.list->len; i++) {
		if (search.items[i].any) {
			tally_take(&search.items[i], tally);
		}
	}
	return r == 0 ? apps_take(ctx, tally) : r;
}

const struct package_reader package_reader_rpm = {
	.detect = detect,
	.index = index_take,
	.pending = pending,
};
