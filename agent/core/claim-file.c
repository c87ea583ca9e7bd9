/* SPDX-License-Identifier: Apache-2.0 */
#include "claim-file.h"

#include "json-build.h"
#include "personal-json.h"

#define FORMAT 1
#define UID_LAST UINT32_C(4294967294)

void claims_list_finish(struct claims_list *list)
{
	vec_free(&list->rows);
}

struct claim *claims_list_find(const struct claims_list *list, uid_t uid)
{
	vec_for_each (claim, &list->rows) {
		if (claim->person.uid == uid) {
			return claim;
		}
	}
	return NULL;
}

static int64_t day_of(int64_t wall_s)
{
	return wall_s - wall_s % CLOCK_DAY_S;
}

struct row_fields {
	int64_t day;
	struct json_object *facts;
	bool local;
	int64_t uid;
};
#define FIELD(type, name, max)                                            \
	{                                                                 \
#		name, type, offsetof(struct row_fields, name), true, max \
	}
static const struct json_field row_table[] = {
	FIELD(JSON_WANT_INT, day, 0),
	FIELD(JSON_WANT_OBJECT, facts, 0),
	FIELD(JSON_WANT_BOOL, local, 0),
	FIELD(JSON_WANT_INT, uid, UID_LAST),
};
#undef FIELD

static int read_row(struct json_object *object, struct claims_list *list)
{
	struct row_fields fields = {0};
	struct claim claim = {.local = false};
	int r = json_decode(object, row_table, ARRAY_LEN(row_table), &fields, NULL);

	if (r == 0) {
		r = personal_from_json(fields.facts, &claim.person.facts, NULL);
	}
	if (r != 0) {
		return r;
	}
	claim.local = fields.local;
	claim.person.uid = (uid_t)fields.uid;
	claim.person.said_s = day_of(fields.day);
	if (claims_list_find(list, claim.person.uid)) {
		return JSON_E_SYNTAX;
	}
	return vec_push(&list->rows, claim, CHECK_PEOPLE_MAX);
}

struct file_fields {
	int64_t format;
	struct json_object *people;
};
static const struct json_field file_table[] = {
	{"format", JSON_WANT_INT, offsetof(struct file_fields, format), true, FORMAT},
	{"people", JSON_WANT_ARRAY, offsetof(struct file_fields, people), true, CHECK_PEOPLE_MAX},
};

int claim_file_parse(struct span text, struct claims_list *ret_list)
{
	cleanup(json_put) struct json_object *object = NULL;
	cleanup(claims_list_finish) struct claims_list list = {0};
	struct file_fields fields = {0};
	int r = json_parse(text, &object, NULL);

	if (r == 0) {
		r = json_decode(object, file_table, ARRAY_LEN(file_table), &fields, NULL);
	}
	for (size_t i = 0; r == 0 && i < json_object_array_length(fields.people); i++) {
		r = read_row(json_object_array_get_idx(fields.people, i), &list);
	}
	if (r == 0) {
		*ret_list = list;
		list = (struct claims_list){0};
	}
	return r;
}

static void write_row(const struct claim *claim, struct json_build *array)
{
	struct json_build item = json_build_object();
	struct json_object *facts = NULL;

	json_build_int(&item, "day", day_of(claim->person.said_s));
	json_build_take(&item, "facts",
		personal_to_json(&claim->person.facts, ~0U, &facts) == 0 ? facts : NULL);
	json_build_bool(&item, "local", claim->local);
	json_build_int(&item, "uid", (int64_t)claim->person.uid);
	json_build_join(array, NULL, &item);
}

int claim_file_write(const struct claims_list *list, struct str *out)
{
	cleanup(json_put) struct json_object *object = NULL;
	struct json_build build = json_build_object();
	struct json_build array = json_build_array();
	int r;

	vec_for_each (claim, &list->rows) {
		if (claim->person.said_s > 0) {
			write_row(claim, &array);
		}
	}
	json_build_int(&build, "format", FORMAT);
	json_build_join(&build, "people", &array);
	r = json_build_finish(&build, &object);
	return r == 0 ? json_write_canonical(object, out) : r;
}
