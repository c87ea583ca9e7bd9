/* SPDX-License-Identifier: Apache-2.0 */
#include "apt-index.h"
#include "apt-lists.h"
#include "apt-parts.h"
#include "apt-sources.h"

#include <stdio.h>
#include <string.h>

void apt_index_finish(struct apt_index *index)
{
	for (size_t i = 0; i < index->lists.len; i++) {
		free(index->lists.items[i].path);
	}
	for (size_t i = 0; i < index->archives.len; i++) {
		free(index->archives.items[i].stem);
	}
	vec_free(&index->lists);
	vec_free(&index->archives);
	*index = (struct apt_index){0};
}

static void newest_take(struct apt_index *index, int64_t wall_s)
{
	if (wall_s > index->newest) {
		index->newest = wall_s;
	}
}

struct look {
	const struct sysroot *root;
	struct sysroot_names names; /* of the files in APT_LISTS_DIR */
	struct apt_index *index;
	bool told; /* there is a file that may tell of sources */
	size_t n_suites;
};

static int name_order(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

static bool name_there(const struct look *look, const char *name)
{
	return look->names.len > 0 && bsearch(&name, look->names.names, look->names.len,
					      sizeof(*look->names.names), name_order);
}

static int release_read(struct look *look, const char *name, struct apt_release *ret_release)
{
	cleanup(free_ptr) char *path = NULL;
	cleanup(free_ptr) char *head = malloc(APT_RELEASE_HEAD_MAX);
	cleanup(fd_close) int fd = -1;
	struct stat st;
	ssize_t n;
	int r;

	if (!head || asprintf(&path, APT_LISTS_DIR "/%s", name) < 0) {
		path = NULL;
		return -ENOMEM;
	}
	r = sysroot_open_file(look->root, path, &fd);
	if (r == -EACCES || r == -EPERM) {
		return APT_INDEX_E_PERMITTED;
	}
	if (r != 0) {
		return APT_INDEX_E_FORMAT;
	}
	if (fstat(fd, &st) < 0) {
		return -errno;
	}
	n = pread(fd, head, APT_RELEASE_HEAD_MAX, 0);
	if (n < 0) {
		return -errno;
	}
	if (apt_release_parse((struct span){head, (size_t)n}, ret_release) != 0) {
		return APT_INDEX_E_FORMAT;
	}
	newest_take(look->index, st.st_mtim.tv_sec);
	newest_take(look->index, ret_release->date);
	return 0;
}

/* Several sources may name the same archive, each with components of its own. */
static bool archive_find(const struct apt_index *index, const char *stem, size_t *ret_archive)
{
	for (size_t i = 0; i < index->archives.len; i++) {
		if (strcmp(index->archives.items[i].stem, stem) == 0) {
			*ret_archive = i;
			return true;
		}
	}
	return false;
}

/* An archive without a release file is one all the same: apt allows that where it is told to. */
static int archive_take(struct look *look, const char *stem, const char *site, size_t *ret_archive)
{
	struct apt_archive archive = {.known = false};
	char name[APT_LISTS_STEM_MAX + 16];
	int r = 0;

	if (archive_find(look->index, stem, ret_archive)) {
		return 0;
	}
	snprintf(archive.site, sizeof(archive.site), "%s", site);
	for (int i = 0; i < 2 && !archive.known; i++) {
		snprintf(name, sizeof(name), "%s_%s", stem, i == 0 ? "InRelease" : "Release");
		archive.known = name_there(look, name);
	}
	if (archive.known) {
		r = release_read(look, name, &archive.release);
	}
	if (r != 0) {
		return r;
	}
	archive.stem = strdup(stem);
	if (!archive.stem) {
		return -ENOMEM;
	}
	r = vec_push(&look->index->archives, archive, APT_ARCHIVES_MAX);
	if (r != 0) {
		free(archive.stem);
		return r == -ENOSPC ? APT_INDEX_E_LIMIT : r;
	}
	*ret_archive = look->index->archives.len - 1;
	return 0;
}

/* Of two files of one list, plain and compressed, the plain one is read, and sorts first. */
static bool list_known(const struct apt_index *index, const char *name, size_t stem)
{
	for (size_t i = 0; i < index->lists.len; i++) {
		const struct apt_list *list = &index->lists.items[i];

		if (list->stem == sizeof(APT_LISTS_DIR) + stem &&
			memcmp(list->path + sizeof(APT_LISTS_DIR), name, stem) == 0) {
			return true;
		}
	}
	return false;
}

static int bit_take(struct apt_index *index, struct apt_list *list)
{
	enum apt_release_kind kind = index->archives.items[list->archive].release.kind;

	if (kind == APT_RELEASE_OTHER) {
		return 0;
	}
	if (index->n_judged == APT_JUDGED_MAX) {
		return APT_INDEX_E_LIMIT;
	}
	list->bit = (int)index->n_judged;
	index->judged[index->n_judged++] = index->lists.len;
	if (kind == APT_RELEASE_SECURITY) {
		index->marked |= UINT64_C(1) << list->bit;
	}
	return 0;
}

static int list_take(struct apt_index *index, const char *name, const struct apt_lists_name *parsed,
	size_t archive)
{
	struct apt_list list = {
		.stem = sizeof(APT_LISTS_DIR) + parsed->stem, .archive = archive, .bit = -1};
	int r;

	if (list_known(index, name, parsed->stem)) {
		return 0;
	}
	if (parsed->component.len > APT_COMPONENT_MAX ||
		parsed->architecture.len >= sizeof(list.architecture)) {
		return APT_INDEX_E_FORMAT;
	}
	if (parsed->component.p) {
		memcpy(list.component, parsed->component.p, parsed->component.len);
		memcpy(list.architecture, parsed->architecture.p, parsed->architecture.len);
	}
	r = bit_take(index, &list);
	if (r != 0) {
		return r;
	}
	if (asprintf(&list.path, APT_LISTS_DIR "/%s", name) < 0) {
		return -ENOMEM;
	}
	r = vec_push(&index->lists, list, APT_LISTS_MAX);
	if (r != 0) {
		free(list.path);
	}
	return r == -ENOSPC ? APT_INDEX_E_LIMIT : r;
}

static bool list_wanted(const struct apt_source *source, const struct apt_lists_name *parsed)
{
	if (source) {
		return apt_source_wants(source, parsed->component, parsed->architecture);
	}
	/* Nothing is told, and a longer archive's name may look like a component */
	return !parsed->component.p || !memchr(parsed->component.p, '_', parsed->component.len);
}

static int lists_take(
	struct look *look, const struct apt_source *source, const char *stem, const char *site)
{
	size_t archive = SIZE_MAX, len = strlen(stem);
	int r = ++look->n_suites > APT_SUITES_MAX ? APT_INDEX_E_LIMIT : 0;

	for (size_t i = apt_lists_find(look->names.names, look->names.len, stem);
		i < look->names.len && r == 0; i++) {
		struct apt_lists_name parsed;

		if (strncmp(look->names.names[i], stem, len) != 0) {
			break;
		}
		if (!apt_lists_name_parse(look->names.names[i], stem, &parsed) ||
			!list_wanted(source, &parsed)) {
			continue;
		}
		if (archive == SIZE_MAX) {
			r = archive_take(look, stem, site, &archive);
		}
		if (r == 0) {
			r = list_take(look->index, look->names.names[i], &parsed, archive);
		}
	}
	return r;
}

static int source_take(struct look *look, const struct apt_source *source)
{
	struct span uris = source->uris, uri;
	int r = 0;

	while (r == 0 && apt_source_next_word(&uris, &uri)) {
		struct span suites = source->suites, suite;

		while (r == 0 && apt_source_next_word(&suites, &suite)) {
			char stem[APT_LISTS_STEM_MAX], site[APT_SITE_MAX + 1];

			if (apt_lists_stem(uri, suite, stem, sizeof(stem)) < 0 ||
				apt_lists_site(uri, site, sizeof(site)) < 0) {
				return APT_INDEX_E_FORMAT;
			}
			r = lists_take(look, source, stem, site);
		}
	}
	return r;
}

static int sources_take(struct span text, const char *name, void *data)
{
	bool stanzas = apt_parts_name_read(name, "sources");
	struct look *look = data;
	struct apt_source source;
	int r;

	look->told = true;
	do {
		r = stanzas ? apt_sources_next_stanza(&text, &source)
			    : apt_sources_next_line(&text, &source);
		if (r == 0 && source.enabled && source.binary) {
			r = source_take(look, &source);
			if (r != 0) {
				return r;
			}
		}
	} while (r == 0);
	return r == APT_SOURCES_E_END ? 0 : APT_INDEX_E_FORMAT;
}

/* Nothing tells of sources: a mounted disk's lists, say, still tell what was heard. */
static int lists_as_they_lie(struct look *look)
{
	int r = 0;

	for (size_t i = 0; i < look->names.len && r == 0; i++) {
		const char *name = look->names.names[i];
		char stem[APT_LISTS_STEM_MAX], site[APT_SITE_MAX + 1];
		size_t len = apt_lists_name_release(name);

		if (len == 0 || len >= sizeof(stem)) {
			continue;
		}
		memcpy(stem, name, len);
		stem[len] = '\0';
		snprintf(site, sizeof(site), "%.*s", (int)strcspn(stem, "_"), stem);
		r = lists_take(look, NULL, stem, site);
	}
	return r;
}

static int manager_look(const struct sysroot *root)
{
	if (sysroot_exists(root, "run/ostree-booted") || sysroot_exists(root, "usr/lib/bootc")) {
		return APT_INDEX_E_IMAGE;
	}
	return sysroot_exists(root, APT_STATUS) ? 0 : APT_INDEX_E_MANAGER;
}

static int outcome_of(int r)
{
	switch (r) {
	case APT_PARTS_E_FORMAT:
		return APT_INDEX_E_FORMAT;
	case APT_PARTS_E_PERMITTED:
		return APT_INDEX_E_PERMITTED;
	case APT_PARTS_E_LIMIT:
		return APT_INDEX_E_LIMIT;
	default:
		return r;
	}
}

static int index_fill(struct look *look)
{
	static const struct apt_parts parts = {
		.file = "etc/apt/sources.list",
		.dir = "etc/apt/sources.list.d",
		.extensions = {"list", "sources"},
		.file_max = APT_SOURCES_FILE_MAX,
	};
	int r = sysroot_list(look->root, APT_LISTS_DIR, &look->names);

	if (r == FD_E_MISSING) {
		return APT_INDEX_E_MISSING;
	}
	if (r == -EACCES || r == -EPERM) {
		return APT_INDEX_E_PERMITTED;
	}
	if (r != 0) {
		return r == -ENOMEM ? r : APT_INDEX_E_FORMAT;
	}
	r = apt_parts_read(look->root, &parts, sources_take, look);
	if (r == 0 && !look->told) {
		r = lists_as_they_lie(look);
	}
	return outcome_of(r);
}

int apt_index_read(const struct sysroot *root, struct apt_index *ret_index)
{
	cleanup(apt_index_finish) struct apt_index index = {.n_judged = 0};
	struct look look = {.root = root, .index = &index};
	struct stat st;
	int r;

	r = manager_look(root);
	if (r != 0) {
		return r;
	}
	if (sysroot_stat(root, APT_STAMP, &st) == 0) {
		index.updated = st.st_mtim.tv_sec;
		newest_take(&index, index.updated);
	}
	r = index_fill(&look);
	sysroot_names_finish(&look.names);
	if (r != 0) {
		return r;
	}
	*ret_index = index;
	index = (struct apt_index){.n_judged = 0};
	return 0;
}

int apt_index_read_judged(const struct sysroot *root, struct apt_index *ret_index)
{
	cleanup(apt_index_finish) struct apt_index index = {.n_judged = 0};
	int r = apt_index_read(root, &index);

	if (r != 0) {
		return r;
	}
	if (index.n_judged == 0) {
		return APT_INDEX_E_MISSING;
	}
	for (size_t i = 0; i < index.archives.len; i++) {
		const struct apt_release *release = &index.archives.items[i].release;

		if (release->kind == APT_RELEASE_SECURITY &&
			(release->damaged || release->date == 0)) {
			return APT_INDEX_E_FORMAT;
		}
	}
	*ret_index = index;
	index = (struct apt_index){.n_judged = 0};
	return 0;
}

const struct apt_archive *apt_index_judged(const struct apt_index *index, size_t bit)
{
	return &index->archives.items[index->lists.items[index->judged[bit]].archive];
}
