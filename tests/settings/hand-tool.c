/* SPDX-License-Identifier: Apache-2.0 */
/*
 * usage: hand-tool keep|plan|undo PROFILE STATE TIER
 *
 * Keeps a client's settings of this machine, or puts them back, as caretakerd has caretaker-hand do
 * it: what a plan asks to be written goes through hand_answer. The changes are printed as JSON. For
 * a root of a test's own, in which it is the machine (chroot).
 */
#include "fd.h"
#include "hand.h"
#include "ipc.h"
#include "plan.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>

static int fail(const char *verb, int r)
{
	fprintf(stderr, "could not %s: %s\n", verb, r < 0 ? strerror(-r) : "refused");
	return 1;
}

static int read_profile(const char *path, struct enforce_profile **ret_profile)
{
	cleanup(fd_close) int fd = open(path, O_RDONLY | O_CLOEXEC);
	cleanup(free_ptr) char *text = NULL;
	size_t len;
	int r = fd < 0 ? -errno : fd_read_all(fd, ENFORCE_PROFILE_MAX, &text, &len);

	return r != 0 ? r : enforce_profile_parse((struct span){text, len}, ret_profile, NULL);
}

static int ask(const struct hand_config *config, enum ipc_type type, struct json_object *body)
{
	cleanup(json_put) struct json_object *answer = NULL;
	unsigned got;
	int r = hand_answer(config, (unsigned)type, body, &got, &answer);

	if (r == 0) {
		puts(json_object_to_json_string_ext(answer, JSON_C_TO_STRING_PLAIN));
	}
	return r == 0 && got != IPC_HAND_DONE ? 1 : r;
}

static int keep(const struct hand_config *config, const struct enforce_profile *profile,
	enum enforce_tier tier)
{
	cleanup(enforce_plan_finish) struct enforce_plan plan = {0};
	cleanup(json_put) struct json_object *writes = NULL;
	struct enforce_place place = {.root = config->root, .home = -1, .owner = geteuid()};
	int r = enforce_plan(&place, profile, tier, NULL, &plan);

	if (r == 0) {
		r = enforce_plan_writes(&place, profile, tier, &plan, &writes);
	}
	for (size_t i = 0; r == 0 && i < json_object_array_length(writes); i++) {
		r = ask(config, IPC_HAND_WRITE, json_object_array_get_idx(writes, i));
	}
	return r;
}

static int plan(const struct hand_config *config, const struct enforce_profile *profile,
	enum enforce_tier tier)
{
	cleanup(enforce_plan_finish) struct enforce_plan found = {0};
	struct json_object *changes = NULL;
	struct enforce_place place = {.root = config->root, .home = -1, .owner = geteuid()};
	int r = enforce_plan(&place, profile, tier, NULL, &found);

	if (r == 0) {
		r = enforce_changes_to_json(&found.changes, &changes);
	}
	if (r == 0) {
		printf("{\"changes\":%s}\n",
			json_object_to_json_string_ext(changes, JSON_C_TO_STRING_PLAIN));
	}
	json_object_put(changes);
	return r;
}

static int undo(const struct hand_config *config)
{
	cleanup(json_put) struct json_object *body = json_object_new_object();

	return body ? ask(config, IPC_HAND_UNDO, body) : -ENOMEM;
}

int main(int argc, char **argv)
{
	cleanup(enforce_profile_free_p) struct enforce_profile *profile = NULL;
	struct hand_config config = {.listener = -1, .state = -1, .root = {.fd = -1}};
	enum enforce_tier tier;
	int r;

	if (argc != 5 || enforce_tier_parse(argv[4], &tier) < 0) {
		fprintf(stderr, "usage: hand-tool keep|plan|undo PROFILE STATE TIER\n");
		return 64;
	}
	config.state = fd_open_dir(AT_FDCWD, argv[3]);
	r = config.state < 0 ? config.state : read_profile(argv[2], &profile);
	if (r == 0) {
		r = sysroot_open("/", true, &config.root);
	}
	if (r == 0) {
		r = strcmp(argv[1], "keep") == 0   ? keep(&config, profile, tier)
		    : strcmp(argv[1], "plan") == 0 ? plan(&config, profile, tier)
						   : undo(&config);
	}
	sysroot_finish(&config.root);
	fd_close(&config.state);
	return r == 0 ? 0 : fail(argv[1], r);
}
