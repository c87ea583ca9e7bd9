/* SPDX-License-Identifier: Apache-2.0 */
#include "image-age.h"

#include "ostree-commit.h"

#include <stdio.h>
#include <string.h>

#define MAX_AGE_DAYS_DEFAULT 30
#define CMDLINE_MAX 4096
#define PATH_LEN_MAX 512
#define BASES_MAX 4

bool image_detect(const struct sysroot *root)
{
	return sysroot_exists(root, "run/ostree-booted") || sysroot_exists(root, "usr/lib/bootc");
}

static bool checksum_valid(const char *text)
{
	return strspn(text, "0123456789abcdef") == OSTREE_CHECKSUM_LEN;
}

/*
 * "ostree=/ostree/boot.1/NAME/CHECKSUM/0" on the kernel's command line is a link to
 * "../../../deploy/NAME/deploy/COMMIT.0" (ostree-prepare-root(1)).
 */
static int booted_find(const struct sysroot *root, char commit[OSTREE_CHECKSUM_LEN + 1])
{
	static const char key[] = "ostree=/";
	cleanup(free_ptr) char *line = NULL;
	cleanup(free_ptr) char *target = NULL;
	const char *path, *name;
	size_t len = 0;
	int r = sysroot_read(root, "proc/cmdline", CMDLINE_MAX, &line, &len);

	if (r != 0) {
		return r;
	}
	path = strstr(line, key);
	if (!path || (path != line && path[-1] != ' ')) {
		return FD_E_MISSING;
	}
	path += sizeof(key) - 1;
	line[(size_t)(path - line) + strcspn(path, " \n")] = '\0';
	r = sysroot_readlink(root, path, &target);
	if (r != 0) {
		return r == -EINVAL || r == -ENOENT ? FD_E_MISSING : r;
	}
	name = strrchr(target, '/');
	if (!name || !checksum_valid(name + 1) || name[1 + OSTREE_CHECKSUM_LEN] != '.') {
		return -EBADMSG;
	}
	snprintf(commit, OSTREE_CHECKSUM_LEN + 1, "%s", name + 1);
	return 0;
}

static int commit_read(
	const struct sysroot *root, const char *checksum, struct ostree_commit *ret_commit)
{
	cleanup(free_ptr) char *bytes = NULL;
	char path[PATH_LEN_MAX];
	size_t len = 0;
	int r;

	snprintf(path, sizeof(path), "ostree/repo/objects/%.2s/%s.commit", checksum, checksum + 2);
	r = sysroot_read(root, path, OSTREE_COMMIT_MAX, &bytes, &len);
	return r != 0 ? r : ostree_commit_parse((struct span){bytes, len}, ret_commit);
}

static int made_find(const struct sysroot *root, int64_t *ret_made)
{
	char checksum[OSTREE_CHECKSUM_LEN + 1];
	struct ostree_commit commit = {.layered = true};
	int r = booted_find(root, checksum);

	for (int i = 0; r == 0 && commit.layered; i++) {
		if (i == BASES_MAX) {
			return -EBADMSG;
		}
		r = commit_read(root, checksum, &commit);
		if (r == 0 && commit.layered && commit.parent[0] == '\0') {
			r = -EBADMSG;
		}
		memcpy(checksum, commit.parent, sizeof(checksum));
	}
	if (r == 0) {
		*ret_made = commit.made;
	}
	return r;
}

static int cannot_say(int r, struct verdict *v)
{
	switch (r) {
	case -EACCES:
	case -EPERM:
		return verdict_set(v, POSTURE_UNKNOWN, POSTURE_NOT_PERMITTED);
	case -ENOMEM:
		return r;
	case FD_E_MISSING:
		return verdict_set(v, POSTURE_UNKNOWN, POSTURE_SOURCE_MISSING);
	default:
		return verdict_set(v, POSTURE_UNKNOWN, POSTURE_FORMAT_UNKNOWN);
	}
}

int image_judge_age(const struct check_ctx *ctx, struct verdict *v)
{
	int64_t limit = CLOCK_DAY_S * policy_control_number(ctx->policy, "patch.security-updates",
					      "image_max_age_days", MAX_AGE_DAYS_DEFAULT);
	int64_t made = 0;
	int r;

	if (!ctx->live) {
		return verdict_set(v, POSTURE_UNKNOWN, POSTURE_LIVE_ONLY);
	}
	r = made_find(ctx->root, &made);
	if (r != 0) {
		return cannot_say(r, v);
	}
	if (made > ctx->now.wall_s + CLOCK_SLACK_S) {
		return verdict_set(v, POSTURE_UNKNOWN, POSTURE_CLOCK_NOT_TRUSTED);
	}
	verdict_note(v, "oldest-days", "%lld", (long long)((ctx->now.wall_s - made) / CLOCK_DAY_S));
	if (ctx->now.wall_s - made > limit) {
		return verdict_set(v, POSTURE_FAIL, POSTURE_IMAGE_OLD);
	}
	v->due_s = made + limit + 1;
	return verdict_set(v, POSTURE_PASS, POSTURE_IMAGE_RECENT);
}
