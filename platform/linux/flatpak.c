/* SPDX-License-Identifier: Apache-2.0 */
#include "flatpak.h"

#include "ini.h"
#include "vec.h"

#include <stdio.h>
#include <string.h>

#define DEPLOY_MAX ((size_t)4 << 20)
#define CONFIG_MAX ((size_t)256 << 10)
#define INDEX_MAX ((size_t)4 << 20)
#define PATH_LEN_MAX 1024
#define LEVELS 3 /* below "app" and "runtime": ID, ARCH, BRANCH */

struct ref {
	char *name; /* owned */
	char origin[FLATPAK_ORIGIN_MAX + 1];
	char commit[FLATPAK_COMMIT_LEN + 1];
	int64_t deployed, heard, made;
	bool told, update, looked;
};

struct look {
	const struct flatpak_place *place;
	VEC(struct ref) refs; /* by name */
	int64_t heard;
	struct ref *first; /* of the summary that is read now: one of those it may tell about */
};

static void look_finish(struct look *look)
{
	vec_for_each (ref, &look->refs) {
		free(ref->name);
	}
	vec_free(&look->refs);
}

static int outcome_of(int r)
{
	switch (r) {
	case -EACCES:
	case -EPERM:
		return FLATPAK_E_PERMITTED;
	case -ENOSPC:
	case FD_E_TOO_LARGE:
		return FLATPAK_E_LIMIT;
	case -ELOOP:
	case -EISDIR:
	case -ENOTDIR:
	case -ENAMETOOLONG:
	case FD_E_NOT_REGULAR:
		return FLATPAK_E_FORMAT;
	default:
		return r;
	}
}

/* name: "app/ID/ARCH/BRANCH". Without a deployment it is none that is installed. */
static int ref_add(struct look *look, const char *name)
{
	struct ref ref = {.heard = 0};
	cleanup(free_ptr) char *bytes = NULL;
	char path[PATH_LEN_MAX];
	struct stat st;
	size_t len = 0;
	int r;

	if (snprintf(path, sizeof(path), "%s/%s/active/deploy", look->place->installation, name) >=
		(int)sizeof(path)) {
		return FLATPAK_E_FORMAT;
	}
	r = sysroot_read(look->place->root, path, DEPLOY_MAX, &bytes, &len);
	if (r == FD_E_MISSING) {
		return 0;
	}
	if (r == 0) {
		r = sysroot_stat(look->place->root, path, &st);
		ref.deployed = r == 0 ? st.st_mtim.tv_sec : 0;
	}
	r = r == 0 ? flatpak_deploy_parse((struct span){bytes, len}, ref.origin, ref.commit)
		   : outcome_of(r);
	if (r != 0) {
		return r;
	}
	ref.name = strdup(name);
	r = ref.name ? vec_push(&look->refs, ref, FLATPAK_REFS_MAX) : -ENOMEM;
	if (r != 0) {
		free(ref.name);
	}
	return outcome_of(r);
}

struct level {
	struct sysroot_names names;
	size_t next;
	size_t len; /* of the name down to here */
};

static int level_open(const struct look *look, const char *name, struct level *level)
{
	char path[PATH_LEN_MAX];
	int r;

	*level = (struct level){.len = strlen(name)};
	if (snprintf(path, sizeof(path), "%s/%s", look->place->installation, name) >=
		(int)sizeof(path)) {
		return FLATPAK_E_FORMAT;
	}
	r = sysroot_list(look->place->root, path, &level->names);
	return r == FD_E_MISSING || r == -ENOTDIR || r == -ENOENT ? 0 : outcome_of(r);
}

/* Names of three levels. "current" is a link that flatpak lays beside the architectures. */
static int kind_list(struct look *look, const char *kind)
{
	struct level levels[LEVELS] = {{.next = 0}};
	char name[PATH_LEN_MAX];
	int depth = 0;
	int r;

	snprintf(name, sizeof(name), "%s", kind);
	r = level_open(look, name, &levels[0]);
	while (r == 0 && depth >= 0) {
		struct level *level = &levels[depth];
		const char *next;

		if (level->next == level->names.len) {
			sysroot_names_finish(&level->names);
			depth--;
			continue;
		}
		next = level->names.names[level->next++];
		if (depth == 1 && strcmp(next, "current") == 0) {
			continue;
		}
		if (snprintf(name + level->len, sizeof(name) - level->len, "/%s", next) >=
			(int)(sizeof(name) - level->len)) {
			r = FLATPAK_E_FORMAT;
		} else if (depth == LEVELS - 1) {
			r = ref_add(look, name);
		} else {
			r = level_open(look, name, &levels[++depth]);
		}
	}
	for (int i = 0; i < LEVELS; i++) {
		sysroot_names_finish(&levels[i].names);
	}
	return r;
}

static struct span arch_of(const char *ref)
{
	struct span rest = span_z(ref), part = rest;

	for (int i = 0; i < LEVELS; i++) {
		(void)span_next(&rest, '/', &part);
	}
	return part;
}

static bool told_together(const struct ref *a, const struct ref *b)
{
	struct span x = arch_of(a->name), y = arch_of(b->name);

	return strcmp(a->origin, b->origin) == 0 && x.len == y.len && memcmp(x.p, y.p, x.len) == 0;
}

static int ref_compare(struct span name, const char *ref)
{
	size_t len = strlen(ref);
	int order = memcmp(name.p, ref, name.len < len ? name.len : len);

	return order != 0 ? order : (name.len > len) - (name.len < len);
}

/*
 * What was deployed after the summary was fetched, by somebody with a cache of their own, may be
 * newer than what the summary has: then it tells nothing.
 */
static void told_note(const struct look *look, struct ref *ref, const char *commit, int64_t made)
{
	bool differs = strcmp(ref->commit, commit) != 0;

	ref->told = !differs || look->heard >= ref->deployed;
	ref->update = differs && ref->told;
	ref->made = made;
}

static int told_take(struct span name, const char *commit, int64_t made, void *data)
{
	struct look *look = data;
	size_t low = 0, high = look->refs.len;

	while (low < high) {
		size_t mid = low + (high - low) / 2;
		struct ref *ref = &look->refs.items[mid];
		int order = ref_compare(name, ref->name);

		if (order == 0) {
			if (told_together(ref, look->first)) {
				told_note(look, ref, commit, made);
			}
			return 0;
		}
		if (order < 0) {
			high = mid;
		} else {
			low = mid + 1;
		}
	}
	return 0;
}

static const struct sysroot *cache_of(const struct look *look)
{
	return look->place->cache ? look->place->cache : look->place->root;
}

static int summary_read(struct look *look, const char *path)
{
	cleanup(free_ptr) char *bytes = NULL;
	size_t len = 0;
	int r = sysroot_read(cache_of(look), path, FLATPAK_SUMMARY_MAX, &bytes, &len);

	return r == 0 ? flatpak_summary_walk((struct span){bytes, len}, told_take, look) : r;
}

/* Whether that file is there, and since when */
static int heard_look(struct look *look, const char *path)
{
	struct stat st;
	int r = sysroot_stat(cache_of(look), path, &st);

	if (r == 0) {
		look->heard = st.st_mtim.tv_sec;
	}
	return r;
}

/* Since flatpak 1.10 a remote has an index of summaries, one for each architecture. */
static int indexed_read(struct look *look, const char *index)
{
	cleanup(free_ptr) char *bytes = NULL;
	char arch[64], checksum[FLATPAK_COMMIT_LEN + 1], path[PATH_LEN_MAX];
	struct span name = arch_of(look->first->name);
	size_t len = 0;
	int r = sysroot_read(cache_of(look), index, INDEX_MAX, &bytes, &len);

	if (r != 0) {
		return r;
	}
	snprintf(arch, sizeof(arch), "%.*s", (int)name.len, name.p);
	r = flatpak_index_find((struct span){bytes, len}, arch, checksum);
	if (r != 0 || checksum[0] == '\0') {
		return r;
	}
	if (snprintf(path, sizeof(path), "%s/%s-%s-%s.sub", look->place->summaries,
		    look->first->origin, arch, checksum) >= (int)sizeof(path)) {
		return FLATPAK_E_FORMAT;
	}
	return summary_read(look, path);
}

/* FD_E_MISSING: nothing was ever fetched of it, or another's cache has it */
static int origin_read(struct look *look)
{
	char path[PATH_LEN_MAX];
	int n = snprintf(
		path, sizeof(path), "%s/%s.idx", look->place->summaries, look->first->origin);
	int r = n < (int)sizeof(path) ? heard_look(look, path) : FLATPAK_E_FORMAT;

	if (r == 0) {
		return indexed_read(look, path);
	}
	if (r != FD_E_MISSING && r != -ENOENT) {
		return r;
	}
	snprintf(path, sizeof(path), "%s/%s", look->place->summaries, look->first->origin);
	r = heard_look(look, path);
	return r == 0 ? summary_read(look, path) : r;
}

static int origins_read(struct look *look)
{
	vec_for_each (ref, &look->refs) {
		int64_t heard;
		int r;

		if (ref->looked) {
			continue;
		}
		look->first = ref;
		look->heard = 0;
		r = origin_read(look);
		heard = look->heard;
		if (r == FD_E_MISSING || r == -ENOENT) {
			heard = 0;
			r = 0;
		}
		if (r != 0) {
			return outcome_of(r);
		}
		vec_for_each (other, &look->refs) {
			if (!other->looked && (other == ref || told_together(other, ref))) {
				other->looked = true;
				other->heard = heard;
			}
		}
	}
	return 0;
}

/* "xa.masked" of the repository's config: patterns with ";" between them */
static bool masked(struct span config, const char *ref)
{
	struct ini ini = {.rest = config};

	while (ini_next(&ini)) {
		struct span rest = ini.value, pattern;

		if (!span_eq(ini.section, "core") || !span_eq(ini.key, "xa.masked")) {
			continue;
		}
		while (span_next(&rest, ';', &pattern)) {
			if (pattern.len > 0 && flatpak_mask_matches(pattern, span_z(ref))) {
				return true;
			}
		}
	}
	return false;
}

static int tell(struct look *look, flatpak_fn fn, void *data)
{
	cleanup(free_ptr) char *config = NULL;
	char path[PATH_LEN_MAX];
	size_t len = 0;
	int r = 0;

	snprintf(path, sizeof(path), "%s/repo/config", look->place->installation);
	r = sysroot_read(look->place->root, path, CONFIG_MAX, &config, &len);
	r = r == FD_E_MISSING ? 0 : outcome_of(r);
	for (size_t i = 0; r == 0 && i < look->refs.len; i++) {
		const struct ref *ref = &look->refs.items[i];
		const struct flatpak_seen seen = {
			.ref = ref->name,
			.commit = ref->commit,
			.origin = ref->origin,
			.heard = ref->heard,
			.made = ref->made,
			.told = ref->told,
			.update = ref->update,
			.held = config && masked((struct span){config, len}, ref->name),
		};

		r = fn(&seen, data);
	}
	return r;
}

static int refs_order(const void *a, const void *b)
{
	return strcmp(((const struct ref *)a)->name, ((const struct ref *)b)->name);
}

int flatpak_look(const struct flatpak_place *place, flatpak_fn fn, void *data)
{
	cleanup(look_finish) struct look look = {.place = place};
	int r = kind_list(&look, "app");

	if (r == 0) {
		r = kind_list(&look, "runtime");
	}
	if (r != 0 || look.refs.len == 0) {
		return r;
	}
	qsort(look.refs.items, look.refs.len, sizeof(*look.refs.items), refs_order);
	r = origins_read(&look);
	return r == 0 ? tell(&look, fn, data) : r;
}
