/* SPDX-License-Identifier: Apache-2.0 */
/*
 * {"clean": base64url of hashes, "format": 1, "key": base64url,
 *  "lists": [{"date", "hash"}], "pending": [{"absent", "hash", "listed"}]}
 * A hash is eight bytes, little-endian; alone it is written in base64url too.
 */
#include "first-seen-parts.h"
#include "base64.h"

#include <endian.h>
#include <string.h>

static int text_of_bytes(const void *bytes, size_t len, struct json_object **ret_text)
{
	cleanup(str_finish) struct str text = {.max = FIRST_SEEN_JSON_MAX};
	struct json_object *object;
	int r = base64url_append(&text, bytes, len);

	if (r < 0) {
		return r;
	}
	object = json_object_new_string_len(text.p ? text.p : "", (int)text.len);
	if (!object) {
		return -ENOMEM;
	}
	*ret_text = object;
	return 0;
}

/* Takes over value; an allocation that failed arrives as NULL. */
static int member_add(struct json_object *object, const char *name, struct json_object *value)
{
	if (!value) {
		return -ENOMEM;
	}
	if (json_object_object_add(object, name, value) < 0) {
		json_object_put(value);
		return -ENOMEM;
	}
	return 0;
}

static int hash_add(struct json_object *object, uint64_t hash)
{
	uint64_t le = htole64(hash);
	struct json_object *text = NULL;
	int r = text_of_bytes(&le, sizeof(le), &text);

	return r < 0 ? r : member_add(object, "hash", text);
}

static int item_add(struct json_object *array, uint64_t hash, const char *name_a, int64_t a,
	const char *name_b, int64_t b)
{
	cleanup(json_put) struct json_object *item = json_object_new_object();
	int r;

	if (!item) {
		return -ENOMEM;
	}
	r = hash_add(item, hash);
	if (r == 0) {
		r = member_add(item, name_a, json_object_new_int64(a));
	}
	if (r == 0 && name_b) {
		r = member_add(item, name_b, json_object_new_int64(b));
	}
	if (r < 0) {
		return r;
	}
	if (json_object_array_add(array, item) < 0) {
		return -ENOMEM;
	}
	item = NULL;
	return 0;
}

static int clean_save(const struct first_seen_look *look, struct json_object *object)
{
	cleanup(free_ptr) uint64_t *le = NULL;
	struct json_object *text = NULL;
	int r;

	le = calloc(look->clean.len + 1, sizeof(*le));
	if (!le) {
		return -ENOMEM;
	}
	for (size_t i = 0; i < look->clean.len; i++) {
		le[i] = htole64(look->clean.items[i]);
	}
	r = text_of_bytes(le, look->clean.len * sizeof(*le), &text);
	return r < 0 ? r : member_add(object, "clean", text);
}

static int lists_save(const struct first_seen_look *look, struct json_object *object)
{
	struct json_object *array = json_object_new_array();
	int r = member_add(object, "lists", array);

	for (size_t i = 0; i < look->lists.len && r == 0; i++) {
		r = item_add(array, look->lists.items[i].hash, "date", look->lists.items[i].date,
			NULL, 0);
	}
	return r;
}

static int pending_save(const struct first_seen_look *look, struct json_object *object)
{
	struct json_object *array = json_object_new_array();
	int r = member_add(object, "pending", array);

	for (size_t i = 0; i < look->pending.len && r == 0; i++) {
		const struct first_seen_pending *item = &look->pending.items[i];

		r = item_add(
			array, item->hash, "absent", item->age.absent, "listed", item->age.listed);
	}
	return r;
}

int first_seen_save(struct first_seen *memory, struct json_object **ret_object)
{
	cleanup(json_put) struct json_object *object = json_object_new_object();
	struct json_object *key = NULL;
	int r;

	if (!object) {
		return -ENOMEM;
	}
	r = member_add(object, "format", json_object_new_int(FIRST_SEEN_FORMAT));
	if (r == 0) {
		r = text_of_bytes(memory->key, sizeof(memory->key), &key);
	}
	if (r == 0) {
		r = member_add(object, "key", key);
	}
	if (r == 0) {
		r = clean_save(&memory->last, object);
	}
	if (r == 0) {
		r = lists_save(&memory->last, object);
	}
	if (r == 0) {
		r = pending_save(&memory->last, object);
	}
	if (r < 0) {
		return r;
	}
	memory->changed = false;
	*ret_object = TAKE_PTR(object);
	return 0;
}

struct stored {
	int64_t format;
	const char *key;
	const char *clean;
	struct json_object *lists;
	struct json_object *pending;
};
static const struct json_field stored_fields[] = {
	{"clean", JSON_WANT_STRING, offsetof(struct stored, clean), true, FIRST_SEEN_JSON_MAX},
	{"format", JSON_WANT_INT, offsetof(struct stored, format), true, 0},
	{"key", JSON_WANT_STRING, offsetof(struct stored, key), true, 64},
	{"lists", JSON_WANT_ARRAY, offsetof(struct stored, lists), true, FIRST_SEEN_LISTS_MAX},
	{"pending", JSON_WANT_ARRAY, offsetof(struct stored, pending), true,
		FIRST_SEEN_PENDING_MAX},
};

struct stored_item {
	const char *hash;
	int64_t date;
	int64_t absent;
	int64_t listed;
};
static const struct json_field list_fields[] = {
	{"date", JSON_WANT_INT, offsetof(struct stored_item, date), true, 0},
	{"hash", JSON_WANT_STRING, offsetof(struct stored_item, hash), true, 16},
};
static const struct json_field pending_fields[] = {
	{"absent", JSON_WANT_INT, offsetof(struct stored_item, absent), true, 0},
	{"hash", JSON_WANT_STRING, offsetof(struct stored_item, hash), true, 16},
	{"listed", JSON_WANT_INT, offsetof(struct stored_item, listed), true, 0},
};

static int bytes_load(const char *text, size_t max, char **ret_bytes, size_t *ret_len)
{
	int r = base64url_decode(span_z(text), max, ret_bytes, ret_len);

	return r == 0 || r == -ENOMEM ? r : -EBADMSG;
}

static int item_load(struct json_object *object, const struct json_field *fields, size_t n,
	struct stored_item *ret_item, uint64_t *ret_hash)
{
	cleanup(free_ptr) char *bytes = NULL;
	uint64_t le;
	size_t len;
	int r;

	r = json_decode(object, fields, n, ret_item, NULL);
	if (r != 0) {
		return r < 0 ? r : -EBADMSG;
	}
	r = bytes_load(ret_item->hash, sizeof(le), &bytes, &len);
	if (r < 0) {
		return r;
	}
	if (len != sizeof(le)) {
		return -EBADMSG;
	}
	memcpy(&le, bytes, sizeof(le));
	*ret_hash = le64toh(le);
	return 0;
}

static int clean_load(const char *text, struct first_seen_look *look)
{
	cleanup(free_ptr) char *bytes = NULL;
	size_t len = 0;
	int r = bytes_load(text, FIRST_SEEN_CLEAN_MAX * sizeof(uint64_t), &bytes, &len);

	if (r < 0) {
		return r;
	}
	if (len % sizeof(uint64_t) != 0) {
		return -EBADMSG;
	}
	for (size_t at = 0; at < len && r == 0; at += sizeof(uint64_t)) {
		uint64_t le;

		memcpy(&le, bytes + at, sizeof(le));
		r = vec_push(&look->clean, le64toh(le), FIRST_SEEN_CLEAN_MAX);
	}
	return r;
}

static int look_load(const struct stored *stored, struct first_seen_look *look)
{
	size_t n_lists = json_object_array_length(stored->lists);
	size_t n_pending = json_object_array_length(stored->pending);
	int r = clean_load(stored->clean, look);

	for (size_t i = 0; i < n_lists && r == 0; i++) {
		struct first_seen_list list;
		struct stored_item item = {0};

		r = item_load(json_object_array_get_idx(stored->lists, i), list_fields,
			ARRAY_LEN(list_fields), &item, &list.hash);
		if (r == 0) {
			list.date = item.date;
			r = vec_push(&look->lists, list, FIRST_SEEN_LISTS_MAX);
		}
	}
	for (size_t i = 0; i < n_pending && r == 0; i++) {
		struct first_seen_pending pending;
		struct stored_item item = {0};

		r = item_load(json_object_array_get_idx(stored->pending, i), pending_fields,
			ARRAY_LEN(pending_fields), &item, &pending.hash);
		if (r == 0) {
			pending.age.absent = item.absent;
			pending.age.listed = item.listed;
			r = vec_push(&look->pending, pending, FIRST_SEEN_PENDING_MAX);
		}
	}
	return r == -ENOSPC ? -EBADMSG : r;
}

int first_seen_load(struct json_object *object, struct first_seen **ret_memory)
{
	cleanup(first_seen_free_p) struct first_seen *memory = NULL;
	cleanup(free_ptr) char *key = NULL;
	struct stored stored = {0};
	size_t len = 0;
	int r;

	r = json_decode(object, stored_fields, ARRAY_LEN(stored_fields), &stored, NULL);
	if (r != 0) {
		return r < 0 ? r : -EBADMSG;
	}
	r = bytes_load(stored.key, FIRST_SEEN_KEY_LEN, &key, &len);
	if (r < 0) {
		return r;
	}
	if (len != FIRST_SEEN_KEY_LEN || stored.format != FIRST_SEEN_FORMAT) {
		return -EBADMSG;
	}
	r = first_seen_new((const uint8_t *)key, &memory);
	if (r == 0) {
		r = look_load(&stored, &memory->last);
	}
	if (r < 0) {
		return r;
	}
	first_seen_look_sort(&memory->last);
	memory->changed = false;
	*ret_memory = TAKE_PTR(memory);
	return 0;
}
