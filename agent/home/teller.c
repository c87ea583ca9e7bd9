/* SPDX-License-Identifier: Apache-2.0 */
#include "teller.h"

#include "clock.h"
#include "home-watch.h"
#include "json-build.h"
#include "personal-json.h"

#include <string.h>

#define FACTS_FORMAT 1

struct teller {
	struct teller_config config;
	struct home_watch *watch;
	struct loop_source *settle;
	int64_t since_ms; /* boot clock of the first change that was not looked at; 0 for none */
	unsigned groups;
	struct personal facts; /* as last told */
};

void teller_free(struct teller *teller)
{
	if (teller) {
		home_watch_free(teller->watch);
		loop_source_free(teller->settle);
		free(teller);
	}
}

static void teller_free_p(struct teller **teller)
{
	teller_free(*teller);
}

static int watch_path(const char *path, void *data)
{
	struct teller *teller = data;
	const struct enforce_place place = {.root = teller->config.root,
		.home = teller->config.home,
		.owner = teller->config.uid};

	return home_watch_add(teller->watch, &place, path);
}

/* Watches first: what changes while it is looked at is seen afterwards. */
static int look(struct teller *teller, bool always)
{
	const struct personal_place place = {.root = &teller->config.root,
		.home = teller->config.home,
		.uid = teller->config.uid,
		.now_s = clock_read().wall_s};
	struct personal facts;
	bool other;
	int r;

	home_watch_begin(teller->watch);
	r = personal_watch(&place, teller->groups, watch_path, teller);
	home_watch_end(teller->watch);
	if (r == 0) {
		r = personal_read(&place, teller->groups, &facts);
	}
	if (r < 0) {
		return r;
	}
	other = memcmp(facts.values, teller->facts.values, sizeof(facts.values)) != 0;
	teller->facts = facts;
	return always || (other && teller->groups != 0)
		       ? teller->config.changed(teller->config.data)
		       : 0;
}

static int on_settled(struct loop_source *source, void *data)
{
	struct teller *teller = data;

	(void)source;
	teller->since_ms = 0;
	return look(teller, false);
}

static int on_watch(void *data)
{
	struct teller *teller = data;
	int64_t now_ms = clock_read().boot_ms;
	int64_t left_ms;

	if (teller->since_ms == 0) {
		teller->since_ms = now_ms;
	}
	left_ms = teller->since_ms + TELLER_SETTLE_MAX_MS - now_ms;
	if (left_ms < 0) {
		left_ms = 0;
	}
	return loop_timer_set(
		teller->settle, left_ms < TELLER_SETTLE_MS ? left_ms : TELLER_SETTLE_MS);
}

int teller_new(struct loop *loop, const struct teller_config *config, struct teller **ret_teller)
{
	cleanup(teller_free_p) struct teller *teller = calloc(1, sizeof(*teller));
	int r;

	if (!teller) {
		return -ENOMEM;
	}
	teller->config = *config;
	personal_init(&teller->facts);
	r = home_watch_new(loop, on_watch, teller, &teller->watch);
	if (r == 0) {
		home_watch_see_made(teller->watch);
		r = loop_add_timer(loop, on_settled, teller, &teller->settle);
	}
	if (r == 0) {
		*ret_teller = TAKE_PTR(teller);
	}
	return r;
}

int teller_want(struct teller *teller, struct json_object *groups)
{
	unsigned wanted = 0;

	for (size_t i = 0; groups && i < json_object_array_length(groups); i++) {
		struct json_object *word = json_object_array_get_idx(groups, i);
		enum personal_group group;

		if (!json_object_is_type(word, json_type_string)) {
			return JSON_E_TYPE;
		}
		if (personal_group_parse(span_z(json_object_get_string(word)), &group) == 0) {
			wanted |= 1U << group;
		}
	}
	teller->groups = wanted;
	return look(teller, groups != NULL);
}

int teller_body(const struct teller *teller, struct json_object **ret_body)
{
	struct json_build build = json_build_object();
	struct json_object *facts = NULL;
	int r = personal_to_json(&teller->facts, teller->groups, &facts);

	if (r < 0) {
		json_build_drop(&build);
		return r;
	}
	json_build_take(&build, "facts", facts);
	json_build_int(&build, "format", FACTS_FORMAT);
	return json_build_finish(&build, ret_body);
}
