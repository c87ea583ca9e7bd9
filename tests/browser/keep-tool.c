/* SPDX-License-Identifier: Apache-2.0 */
/*
 * usage: keep-tool PROFILE ROOT TIER
 *
 * Keeps a client's settings below a root directory by the very code that caretaker-hand runs, so
 * that a browser can be asked what it makes of them. Prints the changes as JSON; fails when one of
 * them was not applied. Its journal lies in the root.
 */
#include "apply.h"
#include "fd.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>

static int fail(const char *verb, const char *what, int r)
{
	fprintf(stderr, "could not %s %s: %s\n", verb, what, r < 0 ? strerror(-r) : "refused");
	return 1;
}

static int read_profile(const char *path, struct enforce_profile **ret_profile)
{
	struct json_error error = {0};
	cleanup(fd_close) int fd = open(path, O_RDONLY | O_CLOEXEC);
	cleanup(free_ptr) char *text = NULL;
	size_t len;
	int r;

	if (fd < 0) {
		return -errno;
	}
	r = fd_read_all(fd, ENFORCE_PROFILE_MAX, &text, &len);
	if (r != 0) {
		return r;
	}
	return enforce_profile_parse((struct span){text, len}, ret_profile, &error);
}

static int print_changes(const struct enforce_changes *changes)
{
	struct json_object *array;
	int status = 0;

	if (enforce_changes_to_json(changes, &array) != 0) {
		return fail("print", "changes", -ENOMEM);
	}
	puts(json_object_to_json_string_ext(array, JSON_C_TO_STRING_PLAIN));
	json_object_put(array);
	for (size_t i = 0; i < changes->len; i++) {
		if (changes->items[i].result != ENFORCE_APPLIED) {
			status = fail("keep", changes->items[i].key, 1);
		}
	}
	return status;
}

int main(int argc, char **argv)
{
	cleanup(enforce_profile_free_p) struct enforce_profile *profile = NULL;
	struct enforce_changes changes = {0};
	struct enforce_journal journal = {0};
	struct enforce_place place = {.home = -1, .owner = geteuid()};
	enum enforce_tier tier;
	int r, status;

	if (argc != 4 || enforce_tier_parse(argv[3], &tier) < 0) {
		fprintf(stderr, "usage: keep-tool PROFILE ROOT off|base|strict\n");
		return 64;
	}
	r = read_profile(argv[1], &profile);
	if (r != 0) {
		return fail("read", argv[1], r);
	}
	r = sysroot_open(argv[2], false, &place.root);
	if (r != 0) {
		return fail("open", argv[2], r);
	}
	r = enforce_journal_open(place.root.fd, &journal);
	if (r == 0) {
		r = enforce_keep(&place, profile, tier, NULL, &journal, &changes);
	}
	status = r == 0 ? print_changes(&changes) : fail("keep", argv[1], r);
	enforce_changes_finish(&changes);
	enforce_journal_finish(&journal);
	sysroot_finish(&place.root);
	return status;
}
