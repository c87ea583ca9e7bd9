/* SPDX-License-Identifier: Apache-2.0 */
#include "leader.h"

#include "answer.h"

#include <string.h>

static int64_t number_of(struct json_object *object, const char *key)
{
	struct json_object *value = NULL;

	return json_object_object_get_ex(object, key, &value) ? json_object_get_int64(value) : 0;
}

static int empty(struct json_object *object, const char *key)
{
	return answer_add(object, key, json_object_new_array());
}

int leader_hide_fleet(struct json_object *fleet)
{
	static const char *const counts[] = {"total", "passing", "failing", "unknown", "silent"};
	static const char *const lists[] = {"worst", "trend"};
	struct json_object *devices = NULL;
	bool few;
	int r = empty(fleet, "newly_failing");

	r = r != 0 ? r : empty(fleet, "silent");
	if (r != 0 || !json_object_object_get_ex(fleet, "devices", &devices)) {
		return r;
	}
	few = number_of(devices, "total") < LEADER_LEAST;
	for (size_t i = 0; r == 0 && few && i < ARRAY_LEN(counts); i++) {
		r = answer_add_int(devices, counts[i], 0);
	}
	for (size_t i = 0; r == 0 && few && i < ARRAY_LEN(lists); i++) {
		r = empty(fleet, lists[i]);
	}
	if (r == 0 && few) {
		r = answer_add_int(fleet, "newly_failing_total", 0);
	}
	return r != 0 || !few ? r : answer_add(fleet, "hidden", json_object_new_boolean(true));
}

/* The smallest of those that are shown, or n when none is */
static size_t find_smallest(
	struct json_object *list, const bool *hidden, size_t n, const char *count)
{
	size_t found = n;

	for (size_t i = 0; i < n; i++) {
		struct json_object *item = json_object_array_get_idx(list, i);

		if (!hidden[i] && number_of(item, count) > 0 &&
			(found == n ||
				number_of(item, count) <
					number_of(json_object_array_get_idx(list, found), count))) {
			found = i;
		}
	}
	return found;
}

/* Which groups to hide: small ones, and one more where the rest would be told by subtraction. */
static void mark_small(struct json_object *list, bool *hidden, size_t n, const char *count)
{
	int64_t sum = 0;
	size_t more;

	for (size_t i = 0; i < n; i++) {
		int64_t devices = number_of(json_object_array_get_idx(list, i), count);

		hidden[i] = devices > 0 && devices < LEADER_LEAST;
		sum += hidden[i] ? devices : 0;
	}
	if (sum > 0 && sum < LEADER_LEAST) {
		more = find_smallest(list, hidden, n, count);
		if (more < n) {
			hidden[more] = true;
		}
	}
}

static int hide_in(struct json_object *list, const char *count, const char *const *keys)
{
	size_t n = json_object_array_length(list);
	cleanup(free_ptr) bool *hidden = calloc(n + 1, sizeof(*hidden));
	int r = hidden ? 0 : -ENOMEM;

	if (r == 0) {
		mark_small(list, hidden, n, count);
	}
	for (size_t i = 0; r == 0 && i < n; i++) {
		struct json_object *item = json_object_array_get_idx(list, i);

		for (size_t k = 0; r == 0 && hidden[i] && keys[k]; k++) {
			r = answer_add_null(item, keys[k]);
		}
	}
	return r;
}

int leader_hide_groups(struct json_object *groups)
{
	static const char *const keys[] = {
		"devices", "passing", "failing", "unknown", "silent", NULL};
	struct json_object *list = NULL;

	return json_object_object_get_ex(groups, "groups", &list) ? hide_in(list, "devices", keys)
								  : 0;
}

static int64_t total_of(struct json_object *list)
{
	int64_t total = 0;

	for (size_t i = 0; i < json_object_array_length(list); i++) {
		total += number_of(json_object_array_get_idx(list, i), "total");
	}
	return total;
}

int leader_hide_control(struct json_object *control)
{
	static const char *const keys[] = {"failing", "total", NULL};
	static const char *const states[] = {"pass", "fail", "unknown", "na", "exempt", "error"};
	struct json_object *list = NULL, *counts = NULL;
	bool few;
	int r = empty(control, "failing");

	if (r != 0 || !json_object_object_get_ex(control, "groups", &list) ||
		!json_object_object_get_ex(control, "counts", &counts)) {
		return r;
	}
	few = total_of(list) < LEADER_LEAST;
	r = hide_in(list, "total", keys);
	for (size_t i = 0; r == 0 && few && i < ARRAY_LEN(states); i++) {
		r = answer_add_int(counts, states[i], 0);
	}
	return r != 0 || !few ? r : empty(control, "trend");
}
