/* SPDX-License-Identifier: Apache-2.0 */
#include "scenario.h"

#include "exempt.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>

#define FILE_MAX ((size_t)8 << 20)
#define NOW_DEFAULT "2026-11-22T00:00:00Z"
#define BOOTED_MS (10 * CLOCK_DAY_S * 1000) /* every machine has been on for some days */

/* NULL in *ret_text when there is no such file */
static int text_read(const char *dir, const char *name, char **ret_text, size_t *ret_len)
{
	char path[1024];
	cleanup(fd_close) int fd = -1;

	snprintf(path, sizeof(path), "%s/%s", dir, name);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0) {
		return errno == ENOENT ? 0 : -errno;
	}
	return fd_read_all(fd, FILE_MAX, ret_text, ret_len);
}

static int json_read(const char *dir, const char *name, struct json_object **ret_object)
{
	cleanup(free_ptr) char *text = NULL;
	struct json_error error = {.where = ""};
	size_t len = 0;
	int r = text_read(dir, name, &text, &len);

	if (r != 0 || !text) {
		return r;
	}
	r = json_parse((struct span){text, len}, ret_object, &error);
	if (r > 0) {
		printf("# %s: %s at %s\n", name, error.what, error.where);
		return -EINVAL;
	}
	return r;
}

static int policy_read(const char *dir, const char *fallback, struct policy **ret_policy)
{
	cleanup(free_ptr) char *text = NULL;
	struct json_error error = {.where = ""};
	size_t len = 0;
	int r = text_read(dir, "policy.json", &text, &len);

	if (r == 0 && !text) {
		r = text_read("", fallback, &text, &len);
	}
	if (r != 0 || !text) {
		return r != 0 ? r : -ENOENT;
	}
	r = policy_parse((struct span){text, len}, ret_policy, &error);
	if (r > 0) {
		printf("# policy: %s at %s\n", error.what, error.where);
		return -EINVAL;
	}
	return r;
}

/* A word of a file, without the line's end */
static int word_read(const char *dir, const char *name, char *word, size_t size)
{
	cleanup(free_ptr) char *text = NULL;
	size_t len = 0;
	int r = text_read(dir, name, &text, &len);

	if (r == 0 && text) {
		snprintf(word, size, "%.*s", (int)strcspn(text, "\n"), text);
	}
	return r;
}

static int first_seen_read(const char *dir, struct first_seen **ret_memory)
{
	cleanup(json_put) struct json_object *object = NULL;
	int r = json_read(dir, "first-seen.json", &object);

	return r != 0 || !object ? r : first_seen_load(object, ret_memory);
}

/* {"device", "highest": RFC 3339, "policy_from": "school", "refused" or "older",
 * "used": {exemption: seconds}} */
struct scenario_agent {
	struct json_object *object; /* owned */
	struct exemption_use uses[EXEMPT_USES_MAX];
};

static void scenario_agent_finish(struct scenario_agent *agent)
{
	json_put(&agent->object);
}

static void uses_read(struct scenario_agent *agent, struct check_ctx *ctx)
{
	struct json_object *used = json_object_object_get(agent->object, "used");

	ctx->uses = agent->uses;
	if (!used) {
		return;
	}
	json_object_object_foreach(used, id, seconds)
	{
		struct exemption_use *use = &agent->uses[ctx->n_uses];

		if (ctx->n_uses == EXEMPT_USES_MAX) {
			break;
		}
		snprintf(use->id, sizeof(use->id), "%s", id);
		use->used_s = json_object_get_int64(seconds);
		ctx->n_uses++;
	}
}

static int agent_read(const char *dir, struct scenario_agent *agent, struct check_ctx *ctx)
{
	struct json_object *value = NULL;
	int r = json_read(dir, "agent.json", &agent->object);

	if (r != 0 || !agent->object) {
		return r;
	}
	if (json_object_object_get_ex(agent->object, "device", &value)) {
		ctx->device = json_object_get_string(value);
	}
	if (json_object_object_get_ex(agent->object, "highest", &value)) {
		const char *text = json_object_get_string(value);

		r = clock_parse(text, strlen(text), &ctx->highest_s);
	}
	if (json_object_object_get_ex(agent->object, "policy_from", &value)) {
		const char *word = json_object_get_string(value);

		ctx->policy_from = strcmp(word, "refused") == 0 ? CHECK_POLICY_REFUSED
				   : strcmp(word, "older") == 0 ? CHECK_POLICY_OLDER
								: CHECK_POLICY_SCHOOL;
	}
	uses_read(agent, ctx);
	return r;
}

static int ctx_fill(const char *dir, const char *policy, struct check_ctx *ctx,
	struct policy **ret_policy, struct first_seen **ret_memory)
{
	char now[32] = NOW_DEFAULT;
	int r = word_read(dir, "now", now, sizeof(now));

	if (r == 0) {
		r = clock_parse(now, strlen(now), &ctx->now.wall_s);
		ctx->now.boot_ms = BOOTED_MS;
	}
	if (r == 0) {
		r = policy_read(dir, policy, ret_policy);
	}
	if (r == 0) {
		r = first_seen_read(dir, ret_memory);
	}
	return r;
}

int scenario_run(const struct check *check, const char *dir, const struct scenario_setup *setup,
	struct scenario_result *ret_result)
{
	cleanup(policy_free_p) struct policy *policy = NULL;
	cleanup(first_seen_free_p) struct first_seen *memory = NULL;
	cleanup(json_put) struct json_object *facts_json = NULL;
	cleanup(json_put) struct json_object *people_json = NULL;
	cleanup(free_ptr) struct check_person *people = NULL;
	cleanup(free_ptr) struct media_view *media = NULL;
	cleanup(scenario_agent_finish) struct scenario_agent agent = {.object = NULL};
	cleanup(sysroot_finish) struct sysroot root = {.fd = -1};
	struct scenario_facts facts = {.object = NULL};
	struct facts_live live;
	struct check_ctx ctx = {.root = &root, .unpack = setup->unpack};
	char base[] = "/tmp/scenario-XXXXXX";
	char tree[64];
	int r, undone;

	r = ctx_fill(dir, setup->policy, &ctx, &policy, &memory);
	if (r == 0) {
		r = json_read(dir, "facts.json", &facts_json);
	}
	if (r == 0) {
		r = json_read(dir, "people.json", &people_json);
	}
	if (r == 0) {
		r = agent_read(dir, &agent, &ctx);
	}
	if (r == 0) {
		r = word_read(dir, "reason", ret_result->wanted_reason,
			sizeof(ret_result->wanted_reason));
	}
	if (r != 0) {
		return r;
	}
	if (!mkdtemp(base)) {
		return -errno;
	}
	snprintf(tree, sizeof(tree), "%s/root", base);
	facts.object = facts_json;
	facts.dir = dir;
	scenario_facts_live(&facts, &live);
	ctx.policy = policy;
	ctx.first_seen = memory;
	ctx.live = facts_json ? &live : NULL;
	r = scenario_lay_out(dir, tree);
	if (r == 0) {
		r = sysroot_open(tree, facts_json != NULL, &root);
	}
	if (r == 0) {
		r = scenario_people(&root, people_json, ctx.now, &people, &ctx.n_people);
		ctx.people = people;
	}
	if (r == 0) {
		r = scenario_media(facts_json, ctx.now, &media);
		ctx.media = media;
	}
	if (r == 0) {
		check_run(check, &ctx, &ret_result->verdict);
	}
	undone = scenario_remove(base);
	return r != 0 ? r : undone;
}
