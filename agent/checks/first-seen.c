/* SPDX-License-Identifier: Apache-2.0 */
#include "first-seen.h"
#include "first-seen-parts.h"
#include "siphash.h"

#include <string.h>

int first_seen_new(const uint8_t key[FIRST_SEEN_KEY_LEN], struct first_seen **ret_memory)
{
	struct first_seen *memory = calloc(1, sizeof(*memory));

	if (!memory) {
		return -ENOMEM;
	}
	memcpy(memory->key, key, FIRST_SEEN_KEY_LEN);
	memory->changed = true;
	*ret_memory = memory;
	return 0;
}

void first_seen_look_finish(struct first_seen_look *look)
{
	vec_free(&look->lists);
	vec_free(&look->pending);
	vec_free(&look->clean);
}

void first_seen_free(struct first_seen *memory)
{
	if (!memory) {
		return;
	}
	first_seen_look_finish(&memory->last);
	first_seen_look_finish(&memory->next);
	free(memory);
}

void first_seen_free_p(struct first_seen **memory)
{
	first_seen_free(*memory);
}

bool first_seen_changed(const struct first_seen *memory)
{
	return memory->changed;
}

static void bytes_add(uint8_t *buf, size_t size, size_t *len, struct span s)
{
	for (size_t i = 0; i < s.len && *len < size; i++) {
		buf[(*len)++] = (uint8_t)s.p[i];
	}
	if (*len < size) {
		buf[(*len)++] = 0; /* keeps "a","bc" and "ab","c" apart */
	}
}

uint64_t first_seen_hash(
	const struct first_seen *memory, struct span a, struct span b, struct span c)
{
	uint8_t buf[512];
	size_t len = 0;

	bytes_add(buf, sizeof(buf), &len, a);
	bytes_add(buf, sizeof(buf), &len, b);
	bytes_add(buf, sizeof(buf), &len, c);
	return siphash(memory->key, buf, len);
}

void first_seen_begin(struct first_seen *memory)
{
	first_seen_look_finish(&memory->next);
}

int first_seen_take_list(struct first_seen *memory, uint64_t list, int64_t date)
{
	const struct first_seen_list item = {.hash = list, .date = date};

	return vec_push(&memory->next.lists, item, FIRST_SEEN_LISTS_MAX);
}

int first_seen_take_clean(struct first_seen *memory, uint64_t package)
{
	return vec_push(&memory->next.clean, package, FIRST_SEEN_CLEAN_MAX);
}

static int hash_order(uint64_t a, uint64_t b)
{
	return a < b ? -1 : a > b;
}

static int clean_order(const void *a, const void *b)
{
	return hash_order(*(const uint64_t *)a, *(const uint64_t *)b);
}

static int pending_order(const void *a, const void *b)
{
	const struct first_seen_pending *pa = a, *pb = b;

	return hash_order(pa->hash, pb->hash);
}

static int list_order(const void *a, const void *b)
{
	const struct first_seen_list *la = a, *lb = b;

	return hash_order(la->hash, lb->hash);
}

/* The date of this list in the last look, when the package was there too and had no fix; else 0. */
static int64_t last_clean(const struct first_seen_look *last, uint64_t package, uint64_t list)
{
	const struct first_seen_list wanted = {.hash = list};
	const struct first_seen_list *found;

	if (last->clean.len == 0 || last->lists.len == 0 ||
		!bsearch(&package, last->clean.items, last->clean.len, sizeof(package),
			clean_order)) {
		return 0;
	}
	found = bsearch(&wanted, last->lists.items, last->lists.len, sizeof(wanted), list_order);
	return found ? found->date : 0;
}

static struct first_seen_age age_now(
	const struct first_seen_look *last, uint64_t package, uint64_t list, int64_t date)
{
	const struct first_seen_pending wanted = {.hash = package};
	const struct first_seen_pending *old = NULL;
	struct first_seen_age age = {.listed = date};

	if (last->pending.len > 0) {
		old = bsearch(&wanted, last->pending.items, last->pending.len, sizeof(wanted),
			pending_order);
	}
	if (!old) {
		age.absent = last_clean(last, package, list);
	} else {
		age.absent = old->age.absent;
		age.listed = old->age.listed < date ? old->age.listed : date;
	}
	/* A list that went back in time proves nothing */
	if (age.absent > age.listed) {
		age.absent = 0;
	}
	return age;
}

static int64_t lower(int64_t a, int64_t b)
{
	return a < b ? a : b;
}

int first_seen_take_pending(struct first_seen *memory, uint64_t package, uint64_t list,
	int64_t date, struct first_seen_age *ret_age)
{
	struct first_seen_pending item = {.hash = package};
	struct first_seen_pending *same = NULL;
	int r;

	item.age = age_now(&memory->last, package, list, date);
	if (memory->next.pending.len > 0) {
		same = &memory->next.pending.items[memory->next.pending.len - 1];
	}
	if (same && same->hash == package) {
		/* In several lists: the oldest counts, and each must have been looked at */
		same->age.listed = lower(same->age.listed, item.age.listed);
		same->age.absent = lower(same->age.absent, item.age.absent);
		*ret_age = same->age;
		return 0;
	}
	r = vec_push(&memory->next.pending, item, FIRST_SEEN_PENDING_MAX);
	if (r == 0) {
		*ret_age = item.age;
	}
	return r;
}

void first_seen_look_sort(struct first_seen_look *look)
{
	if (look->lists.len > 0) {
		qsort(look->lists.items, look->lists.len, sizeof(*look->lists.items), list_order);
	}
	if (look->pending.len > 0) {
		qsort(look->pending.items, look->pending.len, sizeof(*look->pending.items),
			pending_order);
	}
	if (look->clean.len > 0) {
		qsort(look->clean.items, look->clean.len, sizeof(*look->clean.items), clean_order);
	}
}

static bool bytes_same(const void *a, size_t n_a, const void *b, size_t n_b, size_t size)
{
	return n_a == n_b && (n_a == 0 || memcmp(a, b, n_a * size) == 0);
}

static bool looks_same(const struct first_seen_look *a, const struct first_seen_look *b)
{
	return bytes_same(a->lists.items, a->lists.len, b->lists.items, b->lists.len,
		       sizeof(*a->lists.items)) &&
	       bytes_same(a->pending.items, a->pending.len, b->pending.items, b->pending.len,
		       sizeof(*a->pending.items)) &&
	       bytes_same(a->clean.items, a->clean.len, b->clean.items, b->clean.len,
		       sizeof(*a->clean.items));
}

void first_seen_end(struct first_seen *memory)
{
	first_seen_look_sort(&memory->next);
	if (looks_same(&memory->last, &memory->next)) {
		first_seen_look_finish(&memory->next);
		return;
	}
	first_seen_look_finish(&memory->last);
	memory->last = memory->next;
	memory->next = (struct first_seen_look){0};
	memory->changed = true;
}
