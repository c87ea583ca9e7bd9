/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Arch and its kin: what `pacman -Qu` would say, by its own databases. There is no archive for
 * security fixes: each update may be one, so each that is missing counts. Its age is that of its
 * first sighting in a database; it is no older than its build. An update may have been tried out
 * elsewhere for weeks before it came into the database, so that a build proves age by itself only
 * once it is TRIAL_DAYS older than allowed. Without a memory (a mounted disk) the build's age
 * counts.
 */
#include "alpm.h"
#include "app-fixes.h"
#include "evr.h"
#include "packages.h"
#include "stream.h"
#include "tar.h"

#include <stdio.h>
#include <string.h>

#define TRIAL_DAYS 30
#define CHUNK ((size_t)32 << 10)
#define DATABASE_BYTES_MAX ((size_t)256 << 20)
#define PATH_LEN_MAX 256

struct search {
	const struct check_ctx *ctx;
	struct alpm_conf *conf;
	struct alpm_local local;
	struct fix_tally *tally;
	uint64_t list; /* the database that is read, and when its repository wrote it */
	int64_t date;
};

static void search_finish(struct search *search)
{
	alpm_local_finish(&search->local);
	free(search->conf);
}

static bool detect(const struct sysroot *root)
{
	return sysroot_exists(root, "var/lib/pacman/local/ALPM_DB_VERSION");
}

static int reason_of(int r)
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

/* The text stays with the caller: conf points into it. */
static int conf_read(const struct sysroot *root, char **ret_text, struct alpm_conf **ret_conf)
{
	cleanup(free_ptr) struct alpm_conf *conf = malloc(sizeof(*conf));
	size_t len = 0;
	int r = conf ? sysroot_read(root, "etc/pacman.conf", ALPM_CONF_MAX, ret_text, &len)
		     : -ENOMEM;

	if (r == 0) {
		r = alpm_conf_parse((struct span){*ret_text, len}, conf);
	}
	if (r == 0 && conf->elsewhere) {
		r = -EBADMSG;
	}
	if (r == 0) {
		*ret_conf = TAKE_PTR(conf);
	}
	return r;
}

static void database_path(const char *repo, char path[PATH_LEN_MAX])
{
	snprintf(path, PATH_LEN_MAX, "var/lib/pacman/sync/%s.db", repo);
}

/*
 * A database bears the time at which its repository wrote it, the directory the time of the last
 * one that was fetched: a repository that had nothing new is not older for it.
 */
static int index_take(const struct check_ctx *ctx, struct packages_index *ret_index)
{
	cleanup(free_ptr) char *text = NULL;
	cleanup(free_ptr) struct alpm_conf *conf = NULL;
	struct packages_index index = {.heard = INT64_MAX};
	struct stat st;
	int r = conf_read(ctx->root, &text, &conf);

	if (r != 0) {
		return reason_of(r);
	}
	for (size_t i = 0; i < conf->n_repos && r == 0; i++) {
		char path[PATH_LEN_MAX];

		database_path(conf->repos[i], path);
		r = sysroot_stat(ctx->root, path, &st);
		if (r == 0) {
			index.n++;
			index.newest =
				st.st_mtim.tv_sec > index.newest ? st.st_mtim.tv_sec : index.newest;
		}
	}
	if (r == 0) {
		r = sysroot_stat(ctx->root, ALPM_SYNC, &st);
	}
	if (r != 0) {
		return reason_of(r == -ENOENT ? FD_E_MISSING : r);
	}
	index.newest = st.st_mtim.tv_sec > index.newest ? st.st_mtim.tv_sec : index.newest;
	index.heard = index.n > 0 ? index.newest : INT64_MAX;
	*ret_index = index;
	return 0;
}

static int age_look(const struct search *search, const struct alpm_installed *installed,
	const struct alpm_desc *desc, struct first_seen_age *age)
{
	struct first_seen *memory = search->ctx->first_seen;
	int64_t late = desc->built + TRIAL_DAYS * CLOCK_DAY_S;
	int r;

	if (!memory) {
		age->listed = desc->built > 0 ? desc->built : search->date;
		age->absent = desc->built;
		return 0;
	}
	r = first_seen_take_pending(memory,
		first_seen_hash(memory, installed->name, span_z(""), installed->version),
		search->list, search->date, age);
	if (r == 0 && desc->built > age->absent) {
		age->absent = desc->built;
	}
	if (r == 0 && desc->built > 0 && late < age->listed) {
		age->listed = late;
	}
	return r;
}

static bool want(const char *name, void *data)
{
	const char *slash = strrchr(name, '/');

	(void)data;
	return slash && strcmp(slash + 1, "desc") == 0;
}

static int member(const char *name, struct span bytes, void *data)
{
	struct search *search = data;
	struct first_seen *memory = search->ctx->first_seen;
	struct alpm_installed *installed;
	struct first_seen_age age = {0};
	struct alpm_desc desc;
	int r = alpm_desc_parse(bytes, &desc);

	(void)name;
	installed = r == 0 ? alpm_local_find(&search->local, desc.name) : NULL;
	if (!installed || installed->seen) {
		return r;
	}
	installed->seen = true;
	if (evr_compare(EVR_ALPM, installed->version, desc.version) >= 0) {
		return memory ? first_seen_take_clean(
					memory, first_seen_hash(memory, installed->name, span_z(""),
							installed->version))
			      : 0;
	}
	r = age_look(search, installed, &desc, &age);
	if (r == 0) {
		fix_tally_add(search->tally,
			alpm_conf_ignores(search->conf, &desc) ? FIX_WAY_HELD : FIX_WAY_OPEN, &age);
	}
	return r;
}

static int database_search(struct search *search, const char *repo)
{
	cleanup(stream_free_p) struct stream *stream = NULL;
	cleanup(tar_reader_free_p) struct tar_reader *tar = NULL;
	cleanup(free_ptr) char *chunk = malloc(CHUNK);
	char path[PATH_LEN_MAX];
	size_t n = 1;
	int r = chunk ? tar_reader_new(want, member, search, &tar) : -ENOMEM;

	database_path(repo, path);
	if (r == 0) {
		r = stream_open(
			search->ctx->root, path, DATABASE_BYTES_MAX, search->ctx->unpack, &stream);
	}
	while (r == 0 && n > 0) {
		r = stream_read(stream, chunk, CHUNK, &n);
		if (r == 0) {
			r = n > 0 ? tar_reader_feed(tar, chunk, n) : tar_reader_end(tar);
		}
	}
	return r;
}

static int database_begin(struct search *search, const char *repo)
{
	struct first_seen *memory = search->ctx->first_seen;
	char path[PATH_LEN_MAX];
	struct stat st;
	int r;

	database_path(repo, path);
	r = sysroot_stat(search->ctx->root, path, &st);
	if (r != 0) {
		return r == -ENOENT ? FD_E_MISSING : r;
	}
	search->date = st.st_mtim.tv_sec;
	if (memory) {
		search->list = first_seen_hash(memory, span_z(path), span_z(""), span_z(""));
		r = first_seen_take_list(memory, search->list, search->date);
	}
	return r;
}

static int pending(
	const struct check_ctx *ctx, const struct packages_index *index, struct fix_tally *tally)
{
	cleanup(free_ptr) char *text = NULL;
	cleanup(search_finish) struct search search = {.ctx = ctx, .tally = tally};
	int r = conf_read(ctx->root, &text, &search.conf);

	(void)index;
	if (r == 0) {
		r = alpm_local_read(ctx->root, &search.local);
	}
	if (r == 0 && search.local.len == 0) {
		r = -EBADMSG; /* not even pacman itself: cut off */
	}
	if (r == 0 && ctx->first_seen) {
		first_seen_begin(ctx->first_seen);
	}
	for (size_t i = 0; r == 0 && i < search.conf->n_repos; i++) {
		r = database_begin(&search, search.conf->repos[i]);
		if (r == 0) {
			r = database_search(&search, search.conf->repos[i]);
		}
	}
	r = r == 0 ? app_fixes_take(ctx, tally) : r;
	if (r == 0 && ctx->first_seen) {
		first_seen_end(ctx->first_seen);
	}
	return reason_of(r);
}

const struct package_reader package_reader_pacman = {
	.detect = detect,
	.index = index_take,
	.pending = pending,
};
