/* SPDX-License-Identifier: Apache-2.0 */
#include "gvdb.h"

#include "str.h"

#include <string.h>

#define HEADER_SIZE 24
#define ROOT_OFFSET 16
#define BLOOM_SHIFT_BITS 27 /* of the bloom filter's word count; above it lies its shift */
#define ITEM_SIZE 24
#define NO_PARENT UINT32_MAX
#define KEY_PARTS_MAX 256

#define ITEM_HASH 0
#define ITEM_PARENT 4
#define ITEM_KEY_START 8
#define ITEM_KEY_SIZE 12
#define ITEM_TYPE 14
#define ITEM_VALUE 16

static uint32_t u32_at(const char *p)
{
	const unsigned char *b = (const unsigned char *)p;

	return (uint32_t)b[0] | (uint32_t)b[1] << 8 | (uint32_t)b[2] << 16 | (uint32_t)b[3] << 24;
}

static uint16_t u16_at(const char *p)
{
	const unsigned char *b = (const unsigned char *)p;

	return (uint16_t)(b[0] | b[1] << 8);
}

/* {start, end} of a part of the file */
static bool deref(struct span file, const char *pointer, struct span *ret_part)
{
	uint32_t start = u32_at(pointer), end = u32_at(pointer + 4);

	if (start > end || end > file.len) {
		return false;
	}
	*ret_part = (struct span){file.p + start, end - start};
	return true;
}

static int open_table(struct span file, struct span part, bool swapped, struct gvdb *ret_gvdb)
{
	size_t n_bloom, n_buckets, left;

	if (part.len < 8) {
		return GVDB_E_FORMAT;
	}
	n_bloom = u32_at(part.p) & ((1U << BLOOM_SHIFT_BITS) - 1);
	n_buckets = u32_at(part.p + 4);
	left = part.len - 8;
	if (n_bloom > left / 4 || n_buckets > left / 4 - n_bloom) {
		return GVDB_E_FORMAT;
	}
	left -= 4 * (n_bloom + n_buckets);
	if (left % ITEM_SIZE != 0) {
		return GVDB_E_FORMAT;
	}
	*ret_gvdb = (struct gvdb){.file = file,
		.buckets = {part.p + 8 + 4 * n_bloom, 4 * n_buckets},
		.items = {part.p + part.len - left, left},
		.swapped = swapped};
	return 0;
}

int gvdb_open(struct span file, struct gvdb *ret_gvdb)
{
	struct span root;
	bool little, swapped;

	if (file.len < HEADER_SIZE) {
		return GVDB_E_FORMAT;
	}
	/* "GVariant" as two numbers of the writer's order, which is that of the values too */
	little = memcmp(file.p, "GVariant", 8) == 0;
	if ((!little && memcmp(file.p, "raVGtnai", 8) != 0) || u32_at(file.p + 8) != 0 ||
		!deref(file, file.p + ROOT_OFFSET, &root)) {
		return GVDB_E_FORMAT;
	}
	swapped = little != (__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__);
	return open_table(file, root, swapped, ret_gvdb);
}

static uint32_t hash_of(const char *key)
{
	uint32_t hash = 5381;

	for (; *key; key++) {
		hash = hash * 33 + (uint32_t)(int32_t)(signed char)*key;
	}
	return hash;
}

/* An item holds the key's last part, its parents what comes before. */
static bool item_is(const struct gvdb *gvdb, const char *item, struct span key)
{
	size_t n_items = gvdb->items.len / ITEM_SIZE;

	for (int parts = 0; parts < KEY_PARTS_MAX; parts++) {
		uint32_t start = u32_at(item + ITEM_KEY_START);
		uint32_t parent = u32_at(item + ITEM_PARENT);
		size_t size = u16_at(item + ITEM_KEY_SIZE);

		if (size > key.len || start > gvdb->file.len || size > gvdb->file.len - start ||
			memcmp(gvdb->file.p + start, key.p + key.len - size, size) != 0) {
			return false;
		}
		key.len -= size;
		if (parent == NO_PARENT) {
			return key.len == 0;
		}
		if (parent >= n_items || size == 0) {
			return false;
		}
		item = gvdb->items.p + (size_t)parent * ITEM_SIZE;
	}
	return false;
}

static const char *find(const struct gvdb *gvdb, const char *key, char type)
{
	size_t n_buckets = gvdb->buckets.len / 4, n_items = gvdb->items.len / ITEM_SIZE;
	uint32_t hash = hash_of(key);
	size_t bucket, i, end = n_items;

	if (n_buckets == 0) {
		return NULL;
	}
	bucket = hash % n_buckets;
	i = u32_at(gvdb->buckets.p + 4 * bucket);
	if (bucket + 1 < n_buckets && u32_at(gvdb->buckets.p + 4 * (bucket + 1)) < n_items) {
		end = u32_at(gvdb->buckets.p + 4 * (bucket + 1));
	}
	for (; i < end; i++) {
		const char *item = gvdb->items.p + i * ITEM_SIZE;

		if (u32_at(item + ITEM_HASH) == hash && item[ITEM_TYPE] == type &&
			item_is(gvdb, item, span_z(key))) {
			return item;
		}
	}
	return NULL;
}

int gvdb_table(const struct gvdb *gvdb, const char *key, struct gvdb *ret_table)
{
	const char *item = find(gvdb, key, 'H');
	struct span part;

	if (!item) {
		return GVDB_E_NONE;
	}
	if (!deref(gvdb->file, item + ITEM_VALUE, &part)) {
		return GVDB_E_FORMAT;
	}
	return open_table(gvdb->file, part, gvdb->swapped, ret_table);
}

int gvdb_value(const struct gvdb *gvdb, const char *key, struct gvariant *ret_value)
{
	const char *item = find(gvdb, key, 'v');
	struct gvariant boxed = {.type = span_z("v"), .swapped = gvdb->swapped};

	if (!item) {
		return GVDB_E_NONE;
	}
	if (!deref(gvdb->file, item + ITEM_VALUE, &boxed.bytes) ||
		gvariant_unbox(&boxed, ret_value) != 0) {
		return GVDB_E_FORMAT;
	}
	return 0;
}

bool gvdb_has_value(const struct gvdb *gvdb, const char *key)
{
	return find(gvdb, key, 'v') != NULL;
}
