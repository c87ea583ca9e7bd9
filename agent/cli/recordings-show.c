/* SPDX-License-Identifier: Apache-2.0 */
#include "recordings-show.h"

#include "json-build.h"

#include <string.h>

#define KB 1000
#define MB (1000 * KB)
#define GB ((int64_t)1000 * MB)

/* What a person has to know of one of them, beside its name */
enum trait {
	TRAIT_EXPOSED,
	TRAIT_SHARED,
	TRAIT_SYNCED,
	TRAIT_PLAIN,
	TRAIT_NAMES,
	TRAIT_THROWN,
	TRAIT_COUNT,
};
static const struct trait_row {
	const char *one;    /* said below the recording */
	const char *advice; /* said once, at the end */
} traits[TRAIT_COUNT] = {
	[TRAIT_EXPOSED] = {"cli.recordings.exposed", "cli.recordings.exposed.do"},
	[TRAIT_SHARED] = {"cli.recordings.shared", "cli.recordings.shared.do"},
	[TRAIT_SYNCED] = {"cli.recordings.synced", "cli.recordings.synced.do"},
	[TRAIT_PLAIN] = {"cli.recordings.plain", "cli.recordings.plain.do"},
	[TRAIT_NAMES] = {"cli.recordings.names", "cli.recordings.names.do"},
	[TRAIT_THROWN] = {"cli.recordings.thrown", "cli.recordings.thrown.do"},
};

static const struct sync_row {
	unsigned sync;
	const char *word;
} syncs[] = {
	{PERSONAL_SYNC_DROPBOX, "dropbox"},
	{PERSONAL_SYNC_GVFS, "gvfs"},
	{PERSONAL_SYNC_NEXTCLOUD, "nextcloud"},
	{PERSONAL_SYNC_ONEDRIVE, "onedrive"},
	{PERSONAL_SYNC_OTHER, "other"},
	{PERSONAL_SYNC_RCLONE, "rclone"},
	{PERSONAL_SYNC_SYNCTHING, "syncthing"},
	{PERSONAL_SYNC_UNKNOWN, "unknown"},
};

enum block_crypt recordings_row_crypt(const struct left_overs *left, size_t row)
{
	return left->list.rows.items[row].sealed ? BLOCK_CRYPT_ENCRYPTED : left->crypts[row];
}

int recordings_name(const struct left_overs *left, size_t row, struct str *out)
{
	const char *path = left->list.rows.items[row].path;
	size_t len = left->home ? strlen(left->home) : 0;

	if (len > 1 && strncmp(path, left->home, len) == 0 && path[len] == '/') {
		return str_appendf(out, "~%s", path + len);
	}
	return str_appendf(out, "%s", path);
}

static bool has(const struct left_overs *left, size_t row, enum trait trait)
{
	const struct recording *recording = &left->list.rows.items[row];

	switch (trait) {
	case TRAIT_EXPOSED:
		return recording->exposed;
	case TRAIT_SHARED:
		return recording->shared;
	case TRAIT_SYNCED:
		return recording->sync != 0;
	case TRAIT_PLAIN:
		return recordings_row_crypt(left, row) == BLOCK_CRYPT_PLAIN;
	case TRAIT_NAMES:
		return recording->names > 1;
	case TRAIT_THROWN:
		return recording->thrown;
	case TRAIT_COUNT:
		break;
	}
	return false;
}

static void size_put(struct page *page, int64_t size, struct str *out)
{
	static const struct {
		int64_t unit;
		const char *key;
	} units[] = {
		{GB, "cli.recordings.gb"}, {MB, "cli.recordings.mb"}, {0, "cli.recordings.kb"}};
	size_t i = 0;
	char number[24];

	while (size < units[i].unit) {
		i++;
	}
	if (units[i].unit == GB) {
		snprintf(number, sizeof(number), "%lld.%lld", (long long)(size / GB),
			(long long)(size % GB / (GB / 10)));
	} else {
		int64_t unit = units[i].unit ? units[i].unit : KB;

		snprintf(number, sizeof(number), "%lld", (long long)((size + unit - 1) / unit));
	}
	page_check(page, text_format(page->texts, units[i].key, TEXT_ARGS({"n", number}), 1, out));
}

static void programs_put(const struct page *page, unsigned sync, struct str *out, int *r)
{
	for (size_t i = 0; i < ARRAY_LEN(syncs) && *r == 0; i++) {
		if (sync & syncs[i].sync) {
			*r = str_appendf(out, "%s%s", out->len ? ", " : "",
				page_lookup(page, "cli.recordings.sync.", syncs[i].word, ""));
		}
	}
}

static void recording_put(
	struct page *page, const struct left_overs *left, size_t row, int64_t now_s)
{
	const struct recording *recording = &left->list.rows.items[row];
	const struct page_block line = {.indent = 4, .hang = 6};
	cleanup(str_finish) struct str name = {0}, safe = {0}, size = {0}, ago = {0}, by = {0};
	int r = recordings_name(left, row, &name);

	if (r == 0) {
		r = str_append_printable(&safe, (struct span){name.p, name.len});
	}
	programs_put(page, recording->sync, &by, &r);
	size_put(page, recording->size, &size);
	page_ago(page, recording->changed_s, now_s, &ago);
	page_check(page, r);
	if (page_error(page) != 0) {
		return;
	}
	page_put(page, PAGE_BLOCK(.indent = 2, .style = TERM_BOLD, .lead = safe.p));
	page_text(page, PAGE_BLOCK(.indent = 4, .hang = 4), "cli.recordings.line", {"size", size.p},
		{"ago", ago.p});
	if (recordings_row_crypt(left, row) != BLOCK_CRYPT_PLAIN) {
		page_text(page, PAGE_BLOCK(.indent = 4, .hang = 4),
			recordings_row_crypt(left, row) == BLOCK_CRYPT_ENCRYPTED
				? "cli.recordings.encrypted"
				: "cli.recordings.encryption-unseen");
	}
	for (int i = 0; i < TRAIT_COUNT; i++) {
		if (has(left, row, (enum trait)i)) {
			struct page_block block = line;

			block.lead = term_state_symbol(page->term, POSTURE_FAIL);
			block.style = TERM_BAD;
			page_text(page, &block, traits[i].one, {"programs", by.p ? by.p : ""});
		}
	}
}

static void advice_put(struct page *page, const struct left_overs *left)
{
	const struct page_block line = {.indent = 2, .hang = 4, .lead = "-"};

	page_text(page, PAGE_BLOCK(.style = TERM_BOLD), "cli.recordings.do");
	page_text(page, &line, "cli.recordings.delete.do");
	for (int i = 0; i < TRAIT_COUNT; i++) {
		for (size_t row = 0; row < left->list.rows.len; row++) {
			if (has(left, row, (enum trait)i)) {
				page_text(page, &line, traits[i].advice);
				break;
			}
		}
	}
	page_text(page, &line, "cli.recordings.backups.do");
}

void recordings_page(struct page *page, const struct left_overs *left, int64_t now_s)
{
	const struct recordings *list = &left->list;
	cleanup(str_finish) struct str count = {0};

	if (list->rows.len > 0) {
		page_count(page, "cli.recordings.count", list->rows.len, &count);
		page_put(page, PAGE_BLOCK(.style = TERM_BOLD, .text = count.p));
		page_gap(page);
		for (size_t i = 0; i < list->rows.len; i++) {
			recording_put(page, left, i, now_s);
		}
		page_gap(page);
		advice_put(page, left);
	} else {
		page_text(page, PAGE_BLOCK(0), "cli.recordings.none");
	}
	if (list->unseen) {
		page_text(page, PAGE_BLOCK(0), "cli.recordings.unseen");
	}
	if (list->access_unseen && list->rows.len > 0) {
		page_text(page, PAGE_BLOCK(0), "cli.recordings.access-unseen");
	}
	page_text(page, PAGE_BLOCK(.style = TERM_DIM), "cli.recordings.stays");
}

static void sync_build(struct json_build *row, unsigned sync)
{
	struct json_build list = json_build_array();

	for (size_t i = 0; i < ARRAY_LEN(syncs); i++) {
		if (sync & syncs[i].sync) {
			json_build_string(&list, NULL, syncs[i].word);
		}
	}
	json_build_join(row, "sync", &list);
}

static void row_build(
	struct json_build *rows, const struct left_overs *left, size_t i, int64_t now_s)
{
	const struct recording *recording = &left->list.rows.items[i];
	enum block_crypt crypt = recordings_row_crypt(left, i);
	int64_t age = now_s - recording->changed_s;
	struct json_build row = json_build_object();
	cleanup(str_finish) struct str path = {0};

	if (str_append_printable(&path, span_z(recording->path)) < 0) {
		path.p = NULL;
	}
	json_build_int(&row, "age_days", age > 0 ? age / CLOCK_DAY_S : 0);
	if (crypt == BLOCK_CRYPT_ENCRYPTED || crypt == BLOCK_CRYPT_PLAIN) {
		json_build_bool(&row, "encrypted", crypt == BLOCK_CRYPT_ENCRYPTED);
	} else {
		json_build_null(&row, "encrypted");
	}
	json_build_int(&row, "names", (int64_t)recording->names);
	json_build_bool(&row, "others_can_open", recording->exposed);
	json_build_string(&row, "path", path.p ? path.p : "");
	json_build_bool(&row, "shared", recording->shared);
	json_build_int(&row, "size", recording->size);
	sync_build(&row, recording->sync);
	json_build_bool(&row, "trash", recording->thrown);
	json_build_join(rows, NULL, &row);
}

int recordings_json(
	const struct left_overs *left, size_t deleted, int64_t now_s, struct json_object **ret_json)
{
	struct json_build body = json_build_object(), rows = json_build_array();

	json_build_bool(&body, "access_unseen", left->list.access_unseen);
	json_build_int(&body, "deleted", (int64_t)deleted);
	json_build_int(&body, "format", 1);
	for (size_t i = 0; i < left->list.rows.len; i++) {
		row_build(&rows, left, i, now_s);
	}
	json_build_join(&body, "recordings", &rows);
	json_build_bool(&body, "unseen", left->list.unseen);
	return json_build_finish(&body, ret_json);
}
