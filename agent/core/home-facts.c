/* SPDX-License-Identifier: Apache-2.0 */
#include "home-facts.h"

#include "personal-json.h"

#define FORMAT 1

struct facts_fields {
	struct json_object *facts;
	int64_t format;
};
static const struct json_field facts_table[] = {
	{"facts", JSON_WANT_OBJECT, offsetof(struct facts_fields, facts), true, 0},
	{"format", JSON_WANT_INT, offsetof(struct facts_fields, format), true, FORMAT},
};

int home_facts_read(struct json_object *body, struct personal *ret_facts)
{
	struct facts_fields fields = {0};
	int r = json_decode(body, facts_table, ARRAY_LEN(facts_table), &fields, NULL);

	return r == 0 ? personal_from_json(fields.facts, ret_facts, NULL) : r;
}
