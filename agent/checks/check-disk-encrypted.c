/* SPDX-License-Identifier: Apache-2.0 */
/*
 * disk.encrypted: the file systems that hold people's files are encrypted: that of "/", of /home,
 * and of each home directory elsewhere. Judged as process 1 sees the mounts.
 */
#include "accounts.h"
#include "check.h"
#include "mount-explain.h"

#include <stdio.h>
#include <string.h>

#define UID_PEOPLE 1000 /* login.defs(5), UID_MIN */
#define UID_PEOPLE_LAST 59999
#define SEEN_MAX 64

/* /home may become a link to elsewhere. */
static const struct check_input inputs[] = {
	{CHECK_INPUT_BLOCK, NULL},
	{CHECK_INPUT_FILE, "etc/passwd"},
	{CHECK_INPUT_FILE, "home"},
};

struct tally {
	const struct mount *seen[SEEN_MAX];
	size_t n_seen;
	size_t by_crypt[BLOCK_CRYPT_PLAIN + 1];
	bool limit;
};

/* fscrypt(8) keeps its own directory at the top of a file system whose folders it encrypts. */
static bool fscrypt_used(const struct sysroot *root, const struct mount *mount)
{
	char path[4200];

	snprintf(path, sizeof(path), "%.4095s/.fscrypt", mount->point[1] ? mount->point + 1 : ".");
	return sysroot_exists(root, path);
}

static int path_take(const struct check_ctx *ctx, const struct mount_table *table, const char *path,
	struct tally *tally)
{
	const struct mount *mount = mount_table_find(table, path);
	enum block_crypt crypt;
	int r;

	if (!mount) {
		tally->by_crypt[BLOCK_CRYPT_UNKNOWN]++;
		return 0;
	}
	for (size_t i = 0; i < tally->n_seen; i++) {
		if (tally->seen[i] == mount) {
			return 0;
		}
	}
	if (tally->n_seen == SEEN_MAX) {
		tally->limit = true;
		return 0;
	}
	tally->seen[tally->n_seen++] = mount;
	r = mount_crypt_of(ctx->root, table, mount, 0, &crypt);
	if (r < 0) {
		return r;
	}
	if (crypt == BLOCK_CRYPT_PLAIN && fscrypt_used(ctx->root, mount)) {
		crypt = BLOCK_CRYPT_UNKNOWN;
	}
	tally->by_crypt[crypt]++;
	return 0;
}

/* /home is often a link to a larger disk. Links further up the path are not followed. */
static int link_take(const struct check_ctx *ctx, const struct mount_table *table, const char *path,
	struct tally *tally)
{
	cleanup(free_ptr) char *target = NULL;
	int r = sysroot_readlink(ctx->root, path, &target);

	if (r == -ENOMEM) {
		return r;
	}
	return path_take(ctx, table, r == 0 && target[0] == '/' ? target + 1 : path, tally);
}

static int homes_take(
	const struct check_ctx *ctx, const struct mount_table *table, struct tally *tally)
{
	cleanup(free_ptr) char *passwd = NULL;
	struct account account;
	struct span rest;
	size_t len = 0;
	int r = sysroot_read(ctx->root, "etc/passwd", ACCOUNTS_FILE_MAX, &passwd, &len);

	if (r != 0) {
		return r == -ENOMEM ? r : 0; /* "/" and /home are judged all the same */
	}
	rest = (struct span){passwd, len};
	while ((r = accounts_next(&rest, &account)) != ACCOUNTS_E_END) {
		cleanup(free_ptr) char *home = NULL;

		if (r != 0 || account.uid < UID_PEOPLE || account.uid > UID_PEOPLE_LAST ||
			!accounts_shell_login(account.shell) || account.home.len < 2 ||
			account.home.p[0] != '/') {
			continue;
		}
		home = span_dup((struct span){account.home.p + 1, account.home.len - 1});
		if (!home) {
			return -ENOMEM;
		}
		r = link_take(ctx, table, home, tally);
		if (r < 0) {
			return r;
		}
	}
	return 0;
}

static int judge(const struct tally *tally, struct verdict *v)
{
	if (tally->by_crypt[BLOCK_CRYPT_PLAIN] > 0) {
		verdict_note(v, "plain", "%zu", tally->by_crypt[BLOCK_CRYPT_PLAIN]);
		return verdict_set(v, POSTURE_FAIL, POSTURE_NOT_ENCRYPTED);
	}
	if (tally->by_crypt[BLOCK_CRYPT_REMOTE] > 0) {
		return verdict_set(v, POSTURE_UNKNOWN, POSTURE_REMOTE_ROOT);
	}
	if (tally->by_crypt[BLOCK_CRYPT_UNKNOWN] > 0) {
		return verdict_set(v, POSTURE_UNKNOWN, POSTURE_SOURCE_MISSING);
	}
	if (tally->limit) {
		return verdict_set(v, POSTURE_UNKNOWN, POSTURE_EVALUATION_LIMIT);
	}
	if (tally->by_crypt[BLOCK_CRYPT_ENCRYPTED] == 0) {
		return verdict_set(v, POSTURE_NA, POSTURE_NO_OWN_DISK);
	}
	return verdict_set(v, POSTURE_PASS, POSTURE_ALL_ENCRYPTED);
}

static int run(const struct check_ctx *ctx, struct verdict *v)
{
	cleanup(mount_table_finish) struct mount_table table = {.text = NULL};
	struct tally tally = {.n_seen = 0};
	int r;

	/* A /proc that lies on a disk tells nothing of this machine. */
	if (!ctx->live) {
		return verdict_set(v, POSTURE_UNKNOWN, POSTURE_LIVE_ONLY);
	}
	r = mount_crypt_table(ctx->root, &table);
	if (r != 0) {
		return mount_crypt_explain(r, v);
	}
	r = path_take(ctx, &table, "", &tally);
	if (r == 0) {
		r = link_take(ctx, &table, "home", &tally);
	}
	if (r == 0) {
		r = homes_take(ctx, &table, &tally);
	}
	return r < 0 ? r : judge(&tally, v);
}

const struct check check_disk_encrypted = {
	.id = "disk.encrypted",
	.inputs = inputs,
	.n_inputs = ARRAY_LEN(inputs),
	.run = run,
};
