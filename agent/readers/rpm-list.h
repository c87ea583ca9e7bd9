/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The packages of rpm's database, one line each: facts.h, rpm_packages. An EPOCH is always there,
 * so that no line of another kind, and none in anybody's language, is taken for one.
 */
#pragma once

#include "base.h"
#include "str.h"

#define RPM_LIST_BYTES_MAX ((size_t)8 << 20)
#define RPM_LIST_MAX 65536

struct rpm_package {
	struct span name;
	struct span evr; /* "0:1.2-3.fc40" */
	struct span arch;
};
struct rpm_list {
	struct rpm_package *items;
	size_t len;
	size_t cap;
	uint32_t *slots;
	size_t n_slots;
};
void rpm_list_finish(struct rpm_list *list);

/*
 * Pure; the list points into text. -EBADMSG for anything but such lines, or none at all;
 * -ENOSPC past RPM_LIST_MAX; -ENOMEM. Of several versions of one the newest stays.
 */
must_check int rpm_list_parse(struct span text, struct rpm_list *ret_list);
/* NULL: not installed. arch NULL: of any; then the oldest of them. */
const struct rpm_package *rpm_list_find(
	const struct rpm_list *list, struct span name, const struct span *arch);
