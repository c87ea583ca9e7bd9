/* SPDX-License-Identifier: Apache-2.0 */
#include "rules.h"

#include "former.h"
#include "json-build.h"

#include <string.h>

void rules_finish(struct rules *rules)
{
	vec_free(&rules->list);
}

static bool covers(const char *wider, const char *narrower)
{
	return wider[0] == '\0' || strcmp(wider, narrower) == 0;
}

/* What is said of something wider leaves nothing of what was said of its parts. */
static void forget_covered(struct rules *rules, const struct rule *rule)
{
	size_t kept = 0;

	for (size_t i = 0; i < rules->list.len; i++) {
		struct rule *old = &rules->list.items[i];

		if (!covers(rule->client, old->client) || !covers(rule->key, old->key)) {
			rules->list.items[kept++] = *old;
		}
	}
	rules->list.len = kept;
}

int rules_say(struct rules *rules, const char *client, const char *key, bool keep)
{
	struct rule rule = {.keep = keep};

	if (client) {
		client = enforce_client_now(client);
		if (strlen(client) > RULES_CLIENT_MAX) {
			return -EINVAL;
		}
		memcpy(rule.client, client, strlen(client) + 1);
	}
	if (client && key) {
		if (strlen(key) > RULES_KEY_MAX) {
			return -EINVAL;
		}
		memcpy(rule.key, key, strlen(key) + 1);
	}
	forget_covered(rules, &rule);
	return vec_push(&rules->list, rule, RULES_MAX);
}

bool rules_keep(const struct rules *rules, bool by_default, const char *client, const char *key)
{
	bool keep = by_default;

	vec_for_each (rule, &rules->list) {
		if (covers(rule->client, client) &&
			(rule->key[0] == '\0' || (key && strcmp(rule->key, key) == 0))) {
			keep = rule->keep;
		}
	}
	return keep;
}

bool rules_keep_any(const struct rules *rules, bool by_default)
{
	bool keep = by_default;

	vec_for_each (rule, &rules->list) {
		if (rule->client[0] == '\0') {
			keep = rule->keep;
		}
	}
	vec_for_each (rule, &rules->list) {
		keep = keep || rule->keep;
	}
	return keep;
}

struct rule_fields {
	const char *client;
	const char *key;
	bool keep;
};
static const struct json_field rule_table[] = {
	{"client", JSON_WANT_STRING, offsetof(struct rule_fields, client), true, RULES_CLIENT_MAX},
	{"keep", JSON_WANT_BOOL, offsetof(struct rule_fields, keep), true, 0},
	{"key", JSON_WANT_STRING, offsetof(struct rule_fields, key), true, RULES_KEY_MAX},
};

int rules_from_json(struct json_object *array, struct rules *ret_rules, struct json_error *error)
{
	cleanup(rules_finish) struct rules rules = {0};
	int r = 0;

	for (size_t i = 0; r == 0 && i < json_object_array_length(array); i++) {
		struct rule_fields fields = {0};
		struct rule rule = {0};

		r = json_decode(json_object_array_get_idx(array, i), rule_table,
			ARRAY_LEN(rule_table), &fields, error);
		if (r == 0) {
			rule.keep = fields.keep;
			fields.client = enforce_client_now(fields.client);
			memcpy(rule.client, fields.client, strlen(fields.client) + 1);
			memcpy(rule.key, fields.key, strlen(fields.key) + 1);
			r = vec_push(&rules.list, rule, RULES_MAX);
		}
	}
	if (r == 0) {
		*ret_rules = rules;
		rules = (struct rules){0};
	}
	return r;
}

int rules_to_json(const struct rules *rules, struct json_object **ret_array)
{
	struct json_build array = json_build_array();

	vec_for_each (rule, &rules->list) {
		struct json_build item = json_build_object();

		json_build_string(&item, "client", rule->client);
		json_build_bool(&item, "keep", rule->keep);
		json_build_string(&item, "key", rule->key);
		json_build_join(&array, NULL, &item);
	}
	return json_build_finish(&array, ret_array);
}
