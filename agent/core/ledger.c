/* SPDX-License-Identifier: Apache-2.0 */
#include "ledger.h"

#include "clock.h"
#include "fd.h"
#include "json-build.h"
#include "report.h"
#include "spool-dir.h"
#include "spool.h"

#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>

#define ENTRY_MAX (REPORT_MAX * 2 + 256) /* a payload's quotes are escaped */
#define SUFFIX ".json"
#define NUMBER_LEN 8

struct entry_name {
	char text[NUMBER_LEN + sizeof(SUFFIX)];
};

static struct entry_name name_of(int64_t sequence)
{
	struct entry_name name = {{0}};

	(void)snprintf(name.text, sizeof(name.text), "%08u" SUFFIX,
		(unsigned)(sequence % (SPOOL_NUMBER_MAX + 1)));
	return name;
}

static int parse_name(struct span name, int64_t *ret_number, int *ret_kind)
{
	uint64_t number;

	if (name.len != NUMBER_LEN + sizeof(SUFFIX) - 1 ||
		!span_eq((struct span){name.p + NUMBER_LEN, name.len - NUMBER_LEN}, SUFFIX) ||
		span_u64((struct span){name.p, NUMBER_LEN}, &number) != 0) {
		return -EINVAL;
	}
	*ret_number = (int64_t)number;
	*ret_kind = 0;
	return 0;
}

static int list(int dirfd, struct spool_dir *ret_dir)
{
	return spool_dir_list(dirfd, parse_name, ret_dir);
}

int ledger_add(int dirfd, int64_t sequence, int64_t wall_s, struct span payload)
{
	cleanup(str_finish) struct str text = {.max = ENTRY_MAX};
	cleanup(json_put) struct json_object *object = NULL;
	struct json_build build = json_build_object();
	struct entry_name name = name_of(sequence);
	int r;

	json_build_int(&build, "at", wall_s);
	json_build_int(&build, "format", 1);
	json_build_span(&build, "report", payload);
	json_build_int(&build, "sequence", sequence);
	r = json_build_finish(&build, &object);
	if (r == 0) {
		r = json_write_canonical(object, &text);
	}
	if (r == 0) {
		r = fd_write_atomic(dirfd, name.text, text.p, text.len, 0600);
	}
	return r == 0 ? ledger_prune(dirfd, wall_s) : r;
}

static bool too_old(int dirfd, const char *name, int64_t wall_s)
{
	struct stat st;

	/* the file was written when its report was accepted */
	return fstatat(dirfd, name, &st, AT_SYMLINK_NOFOLLOW) == 0 &&
	       st.st_mtim.tv_sec < wall_s - LEDGER_DAYS * CLOCK_DAY_S;
}

int ledger_prune(int dirfd, int64_t wall_s)
{
	cleanup(spool_dir_finish) struct spool_dir dir = {0};
	int r = list(dirfd, &dir);

	/* Oldest first: the one that stays ends the walk, and the newest always stays. */
	for (size_t i = 0; r == 0 && i + 1 < dir.len; i++) {
		struct entry_name name = name_of(dir.entries[i].number);

		if (dir.len - i <= LEDGER_MAX && !too_old(dirfd, name.text, wall_s)) {
			break;
		}
		if (unlinkat(dirfd, name.text, 0) < 0 && errno != ENOENT) {
			r = -errno;
		}
	}
	return r;
}

struct fields {
	int64_t at;
	int64_t format;
	const char *report;
	int64_t sequence;
};
static const struct json_field table[] = {
	{"at", JSON_WANT_INT, offsetof(struct fields, at), true, 0},
	{"format", JSON_WANT_INT, offsetof(struct fields, format), true, 1},
	{"report", JSON_WANT_STRING, offsetof(struct fields, report), true, REPORT_MAX},
	{"sequence", JSON_WANT_INT, offsetof(struct fields, sequence), true, 0},
};

/* Positive when the entry is damaged */
static int add_entry(int dirfd, int64_t number, struct json_build *array, size_t *bytes)
{
	cleanup(json_put) struct json_object *object = NULL;
	cleanup(free_ptr) char *text = NULL;
	struct entry_name name = name_of(number);
	struct json_build item;
	struct fields fields;
	size_t len;
	int r;

	r = fd_read_regular(dirfd, name.text, ENTRY_MAX, &text, &len);
	if (r == 0) {
		r = json_parse((struct span){text, len}, &object, NULL);
	}
	if (r == 0) {
		r = json_decode(object, table, ARRAY_LEN(table), &fields, NULL);
	}
	if (r != 0) {
		return r;
	}
	*bytes += len;
	item = json_build_object();
	json_build_int(&item, "at", fields.at);
	json_build_string(&item, "report", fields.report);
	json_build_int(&item, "sequence", fields.sequence);
	json_build_join(array, NULL, &item);
	return 0;
}

int ledger_list(int dirfd, struct json_object **ret_array)
{
	cleanup(spool_dir_finish) struct spool_dir dir = {0};
	struct json_build array = json_build_array();
	size_t bytes = 0;
	int r = list(dirfd, &dir);

	for (size_t i = dir.len; r >= 0 && i > 0 && bytes < LEDGER_LIST_MAX; i--) {
		r = add_entry(dirfd, dir.entries[i - 1].number, &array, &bytes);
	}
	if (r < 0) {
		json_build_drop(&array);
		return r;
	}
	return json_build_finish(&array, ret_array);
}

int ledger_highest(int dirfd, int64_t *ret_sequence)
{
	cleanup(spool_dir_finish) struct spool_dir dir = {0};
	int r = list(dirfd, &dir);

	if (r == 0) {
		*ret_sequence = dir.len > 0 ? dir.entries[dir.len - 1].number : 0;
	}
	return r;
}

int ledger_clear(int dirfd)
{
	cleanup(spool_dir_finish) struct spool_dir dir = {0};
	int r = list(dirfd, &dir);

	for (size_t i = 0; r == 0 && i < dir.len; i++) {
		struct entry_name name = name_of(dir.entries[i].number);

		if (unlinkat(dirfd, name.text, 0) < 0 && errno != ENOENT) {
			r = -errno;
		}
	}
	return r;
}
