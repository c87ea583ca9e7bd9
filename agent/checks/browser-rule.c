/* SPDX-License-Identifier: Apache-2.0 */
#include "browser-rule.h"

#include <string.h>

#define KEY_MAX 96
#define FIREFOX_WORDS_SINCE 153 /* "true" for true: seen of this release */

bool browser_bool_is(struct json_object *value, bool wanted)
{
	return json_object_is_type(value, json_type_boolean) &&
	       json_object_get_boolean(value) == wanted;
}

bool browser_int_is(struct json_object *value, int64_t wanted)
{
	return json_object_is_type(value, json_type_int) && json_object_get_int64(value) == wanted;
}

bool browser_text_is(struct json_object *value, const char *text)
{
	return json_object_is_type(value, json_type_string) &&
	       strcmp(json_object_get_string(value), text) == 0;
}

size_t browser_list_len(struct json_object *list)
{
	return json_object_is_type(list, json_type_array) ? json_object_array_length(list) : 0;
}

bool browser_list_has(struct json_object *list, struct span text)
{
	for (size_t i = 0; i < browser_list_len(list); i++) {
		struct json_object *one = json_object_array_get_idx(list, i);

		if (json_object_is_type(one, json_type_string) &&
			span_eq(text, json_object_get_string(one))) {
			return true;
		}
	}
	return false;
}

bool browser_firefox_bool_is(
	const struct browser_seen *seen, struct json_object *value, bool wanted)
{
	return browser_bool_is(value, wanted) || browser_int_is(value, wanted) ||
	       (seen->major >= FIREFOX_WORDS_SINCE &&
		       browser_text_is(value, wanted ? "true" : "false"));
}

/* Firefox's Preferences: {"Value", "Status"}; before, bare and always locked (Policies.sys.mjs) */
static bool pref_is(struct json_object *pref, bool wanted)
{
	struct json_object *value = browsers_member(pref, "Value"), *type;

	if (!json_object_is_type(pref, json_type_object)) {
		return browser_bool_is(pref, wanted);
	}
	type = browsers_member(pref, "Type");
	if (!browser_text_is(browsers_member(pref, "Status"), "locked") ||
		(type && !browser_text_is(type, "boolean"))) {
		return false;
	}
	return browser_bool_is(value, wanted) || (!type && browser_int_is(value, wanted));
}

static struct json_object *value_find(struct json_object *policies, const char *key)
{
	struct json_object *value = policies;
	char name[KEY_MAX];

	while (value && *key) {
		size_t n = strcspn(key, "/");

		if (n >= sizeof(name)) {
			return NULL;
		}
		memcpy(name, key, n);
		name[n] = '\0';
		value = browsers_member(value, name);
		key += n + (key[n] == '/');
	}
	return value;
}

static bool rule_holds(const struct browser_seen *seen, struct json_object *policies,
	const struct browser_rule *rule)
{
	struct json_object *value = value_find(policies, rule->key);

	switch (rule->value) {
	case BROWSER_TRUE:
	case BROWSER_FALSE:
		return seen->kind == BROWSER_FIREFOX
			       ? browser_firefox_bool_is(seen, value, rule->value == BROWSER_TRUE)
			       : browser_bool_is(value, rule->value == BROWSER_TRUE);
	case BROWSER_NUMBER:
		return json_object_is_type(value, json_type_int) &&
		       json_object_get_int64(value) >= rule->low &&
		       json_object_get_int64(value) <= rule->high;
	case BROWSER_WORD:
		return browser_text_is(value, rule->word);
	case BROWSER_PREF_TRUE:
	case BROWSER_PREF_FALSE:
		return pref_is(value, rule->value == BROWSER_PREF_TRUE);
	}
	return false;
}

enum browser_answer browser_rules_answer(const struct browser_seen *seen,
	struct json_object *policies, const struct browser_rule *rules, size_t n)
{
	unsigned family = seen->kind == BROWSER_FIREFOX ? BROWSERS_FIREFOX
			  : seen->edge			? BROWSERS_EDGE
							: BROWSERS_CHROMIUM;
	unsigned having = 0, lacking = 0;

	for (size_t i = 0; i < n; i++) {
		bool holds;

		if ((rules[i].families & family) == 0 || rules[i].way >= BROWSER_WAYS_MAX) {
			continue;
		}
		holds = rule_holds(seen, policies, &rules[i]);
		if (rules[i].way == 0 && holds) {
			return BROWSER_OPEN;
		}
		having |= rules[i].way > 0 ? 1U << rules[i].way : 0;
		lacking |= holds ? 0 : 1U << rules[i].way;
	}
	if (having == 0) {
		return BROWSER_HIDDEN;
	}
	return (having & ~lacking) ? BROWSER_KEPT : BROWSER_UNSET;
}
