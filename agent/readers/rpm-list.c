/* SPDX-License-Identifier: Apache-2.0 */
#include "rpm-list.h"

#include "evr.h"
#include "vec.h"

#include <string.h>

#define SLOT_EMPTY UINT32_MAX

void rpm_list_finish(struct rpm_list *list)
{
	free(list->items);
	free(list->slots);
	*list = (struct rpm_list){0};
}

static bool span_same(struct span a, struct span b)
{
	return a.len == b.len && memcmp(a.p, b.p, a.len) == 0;
}

/* FNV-1a: the names come from a database that only root writes */
static uint32_t name_hash(struct span name)
{
	uint32_t hash = 2166136261U;

	for (size_t i = 0; i < name.len; i++) {
		hash = (hash ^ (uint8_t)name.p[i]) * 16777619U;
	}
	return hash;
}

const struct rpm_package *rpm_list_find(
	const struct rpm_list *list, struct span name, const struct span *arch)
{
	const struct rpm_package *found = NULL;
	size_t mask = list->n_slots - 1;

	for (size_t at = name_hash(name) & mask; list->slots[at] != SLOT_EMPTY;
		at = (at + 1) & mask) {
		const struct rpm_package *package = &list->items[list->slots[at]];

		if (span_same(package->name, name) && (!arch || span_same(package->arch, *arch)) &&
			(!found || evr_compare(EVR_RPM, package->evr, found->evr) < 0)) {
			found = package;
		}
	}
	return found;
}

/* Kernels stay beside each other: the newest is the one that counts. */
static void package_place(struct rpm_list *list, uint32_t i)
{
	const struct rpm_package *package = &list->items[i];
	size_t mask = list->n_slots - 1;
	size_t at = name_hash(package->name) & mask;

	for (; list->slots[at] != SLOT_EMPTY; at = (at + 1) & mask) {
		const struct rpm_package *other = &list->items[list->slots[at]];

		if (span_same(other->name, package->name) &&
			span_same(other->arch, package->arch)) {
			if (evr_compare(EVR_RPM, package->evr, other->evr) > 0) {
				list->slots[at] = i;
			}
			return;
		}
	}
	list->slots[at] = i;
}

static int slots_build(struct rpm_list *list)
{
	size_t n = 64;

	while (n < list->len * 2) {
		n *= 2;
	}
	list->slots = malloc(n * sizeof(*list->slots));
	if (!list->slots) {
		return -ENOMEM;
	}
	list->n_slots = n;
	memset(list->slots, 0xff, n * sizeof(*list->slots));
	for (size_t i = 0; i < list->len; i++) {
		package_place(list, (uint32_t)i);
	}
	return 0;
}

/* "0:1.2-3": what a translated or a broken answer does not look like */
static bool evr_valid(struct span evr)
{
	const char *colon = evr.len ? memchr(evr.p, ':', evr.len) : NULL;
	const char *dash = evr.len ? memrchr(evr.p, '-', evr.len) : NULL;
	uint64_t epoch;

	return colon && dash && colon + 1 < dash && dash + 1 < evr.p + evr.len &&
	       span_u64((struct span){evr.p, (size_t)(colon - evr.p)}, &epoch) == 0;
}

static int line_parse(struct span line, struct rpm_package *ret_package)
{
	struct rpm_package package = {.name = {NULL, 0}};

	if (memchr(line.p, '\0', line.len) || !span_next(&line, '\t', &package.name) ||
		!span_next(&line, '\t', &package.evr) || !span_next(&line, '\t', &package.arch) ||
		line.p) {
		return -EBADMSG;
	}
	if (package.name.len == 0 || package.arch.len == 0 || !evr_valid(package.evr)) {
		return -EBADMSG;
	}
	*ret_package = package;
	return 0;
}

int rpm_list_parse(struct span text, struct rpm_list *ret_list)
{
	cleanup(rpm_list_finish) struct rpm_list list = {0};
	VEC(struct rpm_package) vec = {NULL, 0, 0};
	struct span line;
	int r = text.len > 0 && text.p[text.len - 1] == '\n' ? 0 : -EBADMSG;

	text.len -= text.len > 0;
	while (r == 0 && span_next(&text, '\n', &line)) {
		struct rpm_package package;

		r = line.len == 0 ? -EBADMSG : line_parse(line, &package);
		if (r == 0) {
			r = vec_push(&vec, package, RPM_LIST_MAX);
		}
		list.items = vec.items;
		list.len = vec.len;
	}
	if (r == 0) {
		r = slots_build(&list);
	}
	if (r == 0) {
		*ret_list = list;
		list = (struct rpm_list){0};
	}
	return r;
}
