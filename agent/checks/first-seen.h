/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Since when the device lacks a fix: the memory of patch.security-updates between two runs. An
 * archive's list does not say when a fix came into it, so two dates are kept for each package that
 * waits for one: that of the first list seen with a fix above the installed version, and that of
 * the last list seen without one. The age lies between the two; without the second it has no upper
 * bound, and nothing young can be proved.
 *
 * What is stored names no package: keyed 64-bit hashes of package, architecture and installed
 * version. A fix that replaces another one therefore does not start the clock again.
 */
#pragma once

#include "base.h"
#include "json.h"

#define FIRST_SEEN_FORMAT 1
#define FIRST_SEEN_KEY_LEN 16
#define FIRST_SEEN_PENDING_MAX 16384
#define FIRST_SEEN_CLEAN_MAX 65536
#define FIRST_SEEN_LISTS_MAX 64
#define FIRST_SEEN_JSON_MAX ((size_t)3 << 20)

struct first_seen;

/* key: random bytes of this device, made once and stored along */
must_check int first_seen_new(
	const uint8_t key[FIRST_SEEN_KEY_LEN], struct first_seen **ret_memory);
void first_seen_free(struct first_seen *memory);
void first_seen_free_p(struct first_seen **memory);
/* -EBADMSG when it is not what first_seen_save wrote: start with a new one then. */
must_check int first_seen_load(struct json_object *object, struct first_seen **ret_memory);
/* The caller puts the object. Clears first_seen_changed. */
must_check int first_seen_save(struct first_seen *memory, struct json_object **ret_object);
/* Something is to be saved. */
bool first_seen_changed(const struct first_seen *memory);

/* For the check. One look: begin, all lists, all packages, end; abandoned when end is not called.
 */
uint64_t first_seen_hash(
	const struct first_seen *memory, struct span a, struct span b, struct span c);
void first_seen_begin(struct first_seen *memory);
/* A list that this look read in full, and the date of its archive */
must_check int first_seen_take_list(struct first_seen *memory, uint64_t list, int64_t date);
/* An installed package that no list has a fix for */
must_check int first_seen_take_clean(struct first_seen *memory, uint64_t package);
struct first_seen_age {
	int64_t listed; /* a fix was listed by then at the latest: wall second */
	int64_t absent; /* none was listed then; 0 when that cannot be said */
};
/* An installed package with a fix in this list, of this date: what is known of the fix's age. */
must_check int first_seen_take_pending(struct first_seen *memory, uint64_t package, uint64_t list,
	int64_t date, struct first_seen_age *ret_age);
void first_seen_end(struct first_seen *memory);
