/* SPDX-License-Identifier: Apache-2.0 */
#include "exempt-given.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

void exempt_given_finish(struct exempt_given *given)
{
	exemptions_finish(&given->parsed);
	json_object_put(TAKE_PTR(given->array));
	*given = (struct exempt_given){0};
}

int exempt_given_from_json(
	struct json_object *array, struct exempt_given *ret_given, struct json_error *error)
{
	struct exempt_given given = {0};
	int r = exemptions_parse_given(array, &given.parsed, error);

	if (r == 0) {
		given.array = json_object_get(array);
		*ret_given = given;
	}
	return r;
}

void exempt_given_build(const struct exempt_given *given, struct json_build *array)
{
	for (size_t i = 0; given->array && i < json_object_array_length(given->array); i++) {
		json_build_share(array, NULL, json_object_array_get_idx(given->array, i));
	}
}

static int64_t number_of(const char *id)
{
	uint64_t n = 0;

	return strncmp(id, EXEMPT_GIVEN_PREFIX, strlen(EXEMPT_GIVEN_PREFIX)) == 0 &&
			       span_u64(span_z(id + strlen(EXEMPT_GIVEN_PREFIX)), &n) == 0 &&
			       n < INT32_MAX
		       ? (int64_t)n
		       : 0;
}

static int64_t next_number(const struct exempt_given *given)
{
	int64_t last = 0;

	vec_for_each (exemption, &given->parsed.list) {
		int64_t number = number_of(exemption->id);

		last = number > last ? number : last;
	}
	return last + 1;
}

/* The one that ended first, when there is no room for another; the list's length for none */
static size_t to_forget(const struct exempt_given *given, int64_t now_s)
{
	size_t n = given->parsed.list.len, oldest = n;

	for (size_t i = 0; n >= EXEMPT_GIVEN_MAX && i < n; i++) {
		const struct exemption *one = &given->parsed.list.items[i];

		if (one->end <= now_s &&
			(oldest == n || one->end < given->parsed.list.items[oldest].end)) {
			oldest = i;
		}
	}
	return oldest;
}

/* Parsed anew as a whole: what was parsed points into it. The build is taken. */
static int replace(struct exempt_given *given, struct json_build *build)
{
	cleanup(json_put) struct json_object *array = NULL;
	struct exempt_given fresh = {0};
	int r = json_build_finish(build, &array);

	if (r == 0) {
		r = exempt_given_from_json(array, &fresh, NULL);
	}
	if (r == 0) {
		exempt_given_finish(given);
		*given = fresh;
	}
	return r;
}

/* All but the one at skip */
static struct json_build copy_but(const struct exempt_given *given, size_t skip)
{
	struct json_build array = json_build_array();

	for (size_t i = 0; i < given->parsed.list.len; i++) {
		if (i != skip) {
			json_build_share(&array, NULL, json_object_array_get_idx(given->array, i));
		}
	}
	return array;
}

static bool times_right(const struct exempt_wish *wish, int64_t start_s, int64_t now_s)
{
	return start_s >= now_s + EXEMPTION_HOME_NOTICE_S &&
	       start_s - now_s <= EXEMPTION_AHEAD_MOST_S && wish->end_s > start_s &&
	       wish->end_s - start_s <= EXEMPTION_MOST_S;
}

static void build_one(struct json_build *array, const struct exempt_wish *wish, const char *id,
	int64_t start_s, int64_t now_s)
{
	struct json_build item = json_build_object();

	json_build_int(&item, "end", wish->end_s);
	json_build_string(&item, "feature", wish->feature);
	json_build_string(&item, "id", id);
	json_build_int(&item, "noticed", now_s);
	json_build_share(&item, "persons", wish->persons);
	json_build_string(&item, "purpose", wish->purpose);
	json_build_int(&item, "start", start_s);
	json_build_join(array, NULL, &item);
}

int exempt_given_add(struct exempt_given *given, const struct exempt_wish *wish, int64_t now_s,
	const char **ret_id)
{
	int64_t start_s = wish->start_s > 0 ? wish->start_s : now_s + EXEMPTION_HOME_NOTICE_S;
	size_t forgotten = to_forget(given, now_s);
	char id[EXEMPTION_ID_MAX + 1];
	struct json_build array;
	int r;

	if (!times_right(wish, start_s, now_s)) {
		return EXEMPT_GIVEN_E_TIME;
	}
	if (given->parsed.list.len >= EXEMPT_GIVEN_MAX && forgotten == given->parsed.list.len) {
		return EXEMPT_GIVEN_E_FULL;
	}
	(void)snprintf(id, sizeof(id), EXEMPT_GIVEN_PREFIX "%" PRId64, next_number(given));
	array = copy_but(given, forgotten);
	build_one(&array, wish, id, start_s, now_s);
	r = replace(given, &array);
	if (r == 0) {
		*ret_id = given->parsed.list.items[given->parsed.list.len - 1].id;
	}
	return r > 0 ? EXEMPT_GIVEN_E_WORD : r;
}

int exempt_given_end(struct exempt_given *given, const char *id, int64_t now_s)
{
	for (size_t i = 0; i < given->parsed.list.len; i++) {
		const struct exemption one = given->parsed.list.items[i];
		struct exempt_wish wish = {.feature = exemption_feature_word(one.feature),
			.purpose = one.purpose,
			.persons = one.persons,
			.end_s = now_s};
		struct json_build array;

		if (strcmp(one.id, id) != 0 || one.end <= now_s) {
			continue;
		}
		array = copy_but(given, i);
		if (one.start < now_s) {
			build_one(&array, &wish, one.id, one.start, one.noticed);
		}
		return replace(given, &array);
	}
	return EXEMPT_GIVEN_E_NONE;
}
