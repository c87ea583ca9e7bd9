/* SPDX-License-Identifier: Apache-2.0 */
#include "dconf.h"

#include "homefiles.h"
#include "str.h"

#include <stdio.h>
#include <string.h>

#define LOCKS_TABLE ".locks"
#define DATABASE_PATH_MAX 512
#define USER_DIR ".config/dconf/"
#define SYSTEM_DIR "etc/dconf/db/"

/* dconf-engine-profile.c of dconf: a profile for the whole runtime first, then the default's name
 */
static const char *const profile_paths[] = {
	"etc/dconf/profile/user",
	"usr/local/share/dconf/profile/user",
	"usr/share/dconf/profile/user",
};

static void runtime_profile(const struct personal_place *place, char path[64])
{
	(void)snprintf(path, 64, "run/dconf/user/%u", (unsigned)place->uid);
}

void dconf_finish(struct dconf *dconf)
{
	for (size_t i = 0; i < dconf->n; i++) {
		free(dconf->sources[i].bytes);
	}
	dconf->n = 0;
}

/* One line of a profile: which database, and whose */
struct line {
	char path[DATABASE_PATH_MAX]; /* below the home or the root */
	bool user;
};

/* "KIND:NAME"; a kind that is not known here says nothing that can be told */
static int read_line(struct span text, struct line *ret_line)
{
	static const struct {
		const char *kind, *dir;
		bool user;
	} rows[] = {
		{"user-db:", USER_DIR, true},
		{"system-db:", SYSTEM_DIR, false},
		{"file-db:/", "", false},
	};

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		size_t skip = strlen(rows[i].kind);
		int n;

		if (!span_starts(text, rows[i].kind)) {
			continue;
		}
		if (text.len == skip || memchr(text.p, '\0', text.len)) {
			return DCONF_E_NOT_SEEN;
		}
		n = snprintf(ret_line->path, sizeof(ret_line->path), "%s%.*s", rows[i].dir,
			(int)(text.len - skip), text.p + skip);
		ret_line->user = rows[i].user;
		return n > 0 && (size_t)n < sizeof(ret_line->path) ? 0 : DCONF_E_NOT_SEEN;
	}
	return DCONF_E_NOT_SEEN;
}

static struct span without_comment(struct span line)
{
	const char *hash = line.len > 0 ? memchr(line.p, '#', line.len) : NULL;

	return span_trim(hash ? (struct span){line.p, (size_t)(hash - line.p)} : line);
}

typedef int (*line_fn)(const struct line *line, void *data);

static int each_line(struct span profile, line_fn fn, void *data)
{
	struct span text;
	int r = 0;

	while (r == 0 && span_next(&profile, '\n', &text)) {
		struct line line;

		text = without_comment(text);
		if (text.len > 0) {
			r = read_line(text, &line);
			r = r == 0 ? fn(&line, data) : r;
		}
	}
	return r;
}

/* Without any profile there is the person's own database alone. */
static int read_profile(const struct personal_place *place, char **ret_text, size_t *ret_len)
{
	char runtime[64];
	int r;

	runtime_profile(place, runtime);
	r = sysroot_read(place->root, runtime, DCONF_PROFILE_MAX, ret_text, ret_len);
	for (size_t i = 0; r == FD_E_MISSING && i < ARRAY_LEN(profile_paths); i++) {
		r = sysroot_read(
			place->root, profile_paths[i], DCONF_PROFILE_MAX, ret_text, ret_len);
	}
	if (r == FD_E_MISSING) {
		*ret_text = strdup("user-db:user\n");
		if (!*ret_text) {
			return -ENOMEM;
		}
		*ret_len = strlen(*ret_text);
		return 0;
	}
	return r == 0 || r == -ENOMEM ? r : DCONF_E_NOT_SEEN;
}

struct opening {
	const struct personal_place *place;
	struct dconf *dconf;
};

static int read_database(
	const struct personal_place *place, const struct line *line, struct dconf_source *source)
{
	struct span file = {NULL, 0};
	int r = line->user ? homefiles_read(place->home, line->path, GVDB_FILE_MAX, &source->bytes,
				     &file.len)
			   : sysroot_read(place->root, line->path, GVDB_FILE_MAX, &source->bytes,
				     &file.len);

	if (r == FD_E_MISSING) {
		return 0;
	}
	if (r != 0) {
		return r == -ENOMEM ? r : DCONF_E_NOT_SEEN;
	}
	file.p = source->bytes;
	if (gvdb_open(file, &source->values) != 0) {
		return DCONF_E_NOT_SEEN;
	}
	r = gvdb_table(&source->values, LOCKS_TABLE, &source->locks);
	source->locking = r == 0;
	return r == GVDB_E_FORMAT ? DCONF_E_NOT_SEEN : 0;
}

static int open_source(const struct line *line, void *data)
{
	const struct opening *opening = data;
	struct dconf *dconf = opening->dconf;
	struct dconf_source *source = &dconf->sources[dconf->n];

	if (dconf->n == DCONF_SOURCES_MAX) {
		return DCONF_E_NOT_SEEN;
	}
	*source = (struct dconf_source){.user = line->user};
	dconf->n++;
	return read_database(opening->place, line, source);
}

int dconf_open(const struct personal_place *place, struct dconf *ret_dconf)
{
	cleanup(free_ptr) char *profile = NULL;
	cleanup(dconf_finish) struct dconf dconf = {.n = 0};
	struct opening opening = {.place = place, .dconf = &dconf};
	size_t len;
	int r = read_profile(place, &profile, &len);

	if (r == 0) {
		r = each_line((struct span){profile, len}, open_source, &opening);
	}
	if (r == 0) {
		*ret_dconf = dconf;
		dconf.n = 0;
	}
	return r;
}

/* The last source that locks the key: what comes before it does not count. The first has no say. */
static size_t lock_level(const struct dconf *dconf, const char *key)
{
	for (size_t i = dconf->n; i > 1; i--) {
		const struct dconf_source *source = &dconf->sources[i - 1];

		if (source->bytes && source->locking && gvdb_has_value(&source->locks, key)) {
			return i - 1;
		}
	}
	return 0;
}

int dconf_read(
	const struct dconf *dconf, const char *key, struct gvariant *ret_value, bool *ret_fixed)
{
	size_t level = lock_level(dconf, key);

	*ret_fixed = level > 0 || dconf->n == 0 || !dconf->sources[0].user;
	for (size_t i = level; i < dconf->n; i++) {
		int r = dconf->sources[i].bytes
				? gvdb_value(&dconf->sources[i].values, key, ret_value)
				: GVDB_E_NONE;

		if (r != GVDB_E_NONE) {
			return r == 0 ? 0 : DCONF_E_NOT_SEEN;
		}
	}
	return DCONF_E_NONE;
}

struct watching {
	personal_path_fn fn;
	void *data;
};

static int watch_line(const struct line *line, void *data)
{
	const struct watching *watching = data;
	char path[DATABASE_PATH_MAX + 2];

	(void)snprintf(path, sizeof(path), "%s/%s", line->user ? "~" : "", line->path);
	return watching->fn(path, watching->data);
}

int dconf_watch(const struct personal_place *place, personal_path_fn fn, void *data)
{
	cleanup(free_ptr) char *profile = NULL;
	struct watching watching = {.fn = fn, .data = data};
	char runtime[64], path[68];
	size_t len;
	int r;

	runtime_profile(place, runtime);
	(void)snprintf(path, sizeof(path), "/%s", runtime);
	r = fn(path, data);
	for (size_t i = 0; r == 0 && i < ARRAY_LEN(profile_paths); i++) {
		(void)snprintf(path, sizeof(path), "/%s", profile_paths[i]);
		r = fn(path, data);
	}
	if (r == 0) {
		r = read_profile(place, &profile, &len);
	}
	if (r == 0) {
		r = each_line((struct span){profile, len}, watch_line, &watching);
	}
	/* what cannot be read is told by its facts; its profile is watched */
	return r == DCONF_E_NOT_SEEN ? 0 : r;
}
