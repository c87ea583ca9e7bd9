/* SPDX-License-Identifier: Apache-2.0 */
/*
 * keep-both PROFILE PLACE base|strict: keeps a client's settings in PLACE/root and PLACE/home as
 * caretaker-hand and caretaker-home would; keep-both PROFILE PLACE undo: puts them back. The
 * journals of both sides are PLACE/state/hand and PLACE/state/home. Prints each change. The
 * account's encrypted folder is PLACE_FOLDER, and none of its clients runs.
 */
#include "apply.h"
#include "dconf-update.h"
#include "fake-snapd.h"
#include "fd.h"
#include "person.h"

#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#define PLACE_FOLDER "/home/kim"

static const char *const sides[] = {[ENFORCE_SYSTEM] = "hand", [ENFORCE_USER] = "home"};

static int open_below(const char *place, const char *name)
{
	char path[PATH_MAX];

	snprintf(path, sizeof(path), "%s/%s", place, name);
	return open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
}

static int read_profile(const char *path, struct enforce_profile **ret_profile)
{
	cleanup(fd_close) int fd = open(path, O_RDONLY | O_CLOEXEC);
	cleanup(free_ptr) char *bytes = NULL;
	size_t len;
	int r = fd < 0 ? -errno : fd_read_all(fd, ENFORCE_PROFILE_MAX, &bytes, &len);

	return r != 0 ? r : enforce_profile_parse((struct span){bytes, len}, ret_profile, NULL);
}

static int do_side(const struct enforce_place *place, const struct enforce_profile *profile,
	enum enforce_tier tier, int state, struct enforce_changes *changes)
{
	cleanup(enforce_journal_finish) struct enforce_journal journal = {.dirfd = -1};
	int r = enforce_journal_open(state, &journal);

	if (r != 0) {
		return r;
	}
	return tier == ENFORCE_OFF ? enforce_undo(place, profile->id, NULL, &journal, changes)
				   : enforce_keep(place, profile, tier, NULL, &journal, changes);
}

static void print(const struct enforce_changes *changes)
{
	for (size_t i = 0; i < changes->len; i++) {
		const struct enforce_change *change = &changes->items[i];
		const char *error = enforce_error_code(change->error);

		printf("%s %s %s %s\n", enforce_result_name(change->result), error ? error : "-",
			change->path, change->key);
	}
}

int main(int argc, char **argv)
{
	cleanup(enforce_profile_free_p) struct enforce_profile *profile = NULL;
	cleanup(enforce_changes_finish) struct enforce_changes changes = {0};
	const struct enforce_person person = {.folder = PLACE_FOLDER};
	struct enforce_place place = {.home = -1,
		.owner = geteuid(),
		.compile = dconf_update,
		.plug = fake_snapd,
		.person = &person};
	enum enforce_tier tier = ENFORCE_OFF;
	char root[PATH_MAX];
	int r = 0;

	if (argc != 4 || (strcmp(argv[3], "undo") != 0 && enforce_tier_parse(argv[3], &tier) < 0)) {
		fprintf(stderr, "usage: keep-both PROFILE PLACE base|strict|undo\n");
		return 64;
	}
	snprintf(root, sizeof(root), "%s/root", argv[2]);
	place.home = open_below(argv[2], "home");
	r = place.home < 0 ? -errno : read_profile(argv[1], &profile);
	if (r == 0) {
		r = sysroot_open(root, false, &place.root);
	}
	for (int side = ENFORCE_SYSTEM; side <= ENFORCE_USER && r == 0; side++) {
		char name[32];
		int state;

		snprintf(name, sizeof(name), "state/%s", sides[side]);
		state = open_below(argv[2], name);
		place.edits = (enum enforce_scope)side;
		r = state < 0 ? -errno : do_side(&place, profile, tier, state, &changes);
		fd_close(&state);
	}
	print(&changes);
	if (r != 0) {
		fprintf(stderr, "keep-both: %s: %d\n", argv[1], r);
	}
	sysroot_finish(&place.root);
	fd_close(&place.home);
	return r == 0 ? 0 : 1;
}
