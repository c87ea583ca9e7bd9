/* SPDX-License-Identifier: Apache-2.0 */
/*
 * disk.swap-encrypted: what leaves memory for a disk is encrypted there. Hibernation writes to an
 * active swap area too, so the areas in use tell about both.
 */
#include "block-crypt.h"
#include "check.h"
#include "mount-crypt.h"
#include "swap-table.h"

#include <stdio.h>
#include <string.h>

#define BACKING_MAX ((size_t)4096)

static const struct check_input inputs[] = {
	{CHECK_INPUT_BLOCK, NULL},
	{CHECK_INPUT_FILE, "etc/fstab"},
};

struct tally {
	size_t n;
	size_t by_crypt[BLOCK_CRYPT_PLAIN + 1];
};

/* A zram device may write idle pages out to a disk (admin-guide/blockdev/zram.rst, writeback). */
static int zram_crypt(const struct sysroot *root, const char *name, enum block_crypt *ret_crypt)
{
	cleanup(free_ptr) char *backing = NULL;
	char path[64 + NAME_MAX];
	size_t len = 0;
	int r;

	snprintf(path, sizeof(path), "sys/block/%.255s/backing_dev", name);
	r = sysroot_read(root, path, BACKING_MAX, &backing, &len);
	if (r == -ENOMEM) {
		return r;
	}
	*ret_crypt = r == 0 || r == FD_E_MISSING ? BLOCK_CRYPT_NONE : BLOCK_CRYPT_UNKNOWN;
	if (r != 0) {
		return 0;
	}
	backing[strcspn(backing, "\n")] = '\0';
	if (backing[0] == '/') {
		return block_crypt_of_source(root, backing + 1, 0, ret_crypt);
	}
	*ret_crypt = strcmp(backing, "none") == 0 ? BLOCK_CRYPT_NONE : BLOCK_CRYPT_UNKNOWN;
	return 0;
}

static bool is_deleted(const char *path)
{
	static const char end[] = " (deleted)";
	size_t len = strlen(path);

	return len > strlen(end) && strcmp(path + len - strlen(end), end) == 0;
}

/* A swap file is as safe as the device below its file system. */
static int swap_take(const struct sysroot *root, const struct swap *swap, struct tally *tally)
{
	struct span below = {swap->path.p + 1, swap->path.len - 1};
	cleanup(free_ptr) char *path = span_dup(below);
	enum block_crypt crypt = BLOCK_CRYPT_UNKNOWN;
	int r = 0;

	if (!path) {
		return -ENOMEM;
	}
	mount_unescape(path);
	if (is_deleted(path)) {
		crypt = BLOCK_CRYPT_UNKNOWN; /* where it was may be covered by now */
	} else if (swap->file) {
		r = mount_crypt_of_file(root, path, 0, &crypt);
	} else if (strncmp(path, "dev/zram", 8) == 0) {
		r = zram_crypt(root, path + 4, &crypt);
	} else {
		r = block_crypt_of_source(root, path, 0, &crypt);
	}
	tally->n++;
	tally->by_crypt[crypt]++;
	return r;
}

static int judge(const struct tally *tally, struct verdict *v)
{
	if (tally->by_crypt[BLOCK_CRYPT_PLAIN] > 0 || tally->by_crypt[BLOCK_CRYPT_REMOTE] > 0) {
		return verdict_set(v, POSTURE_FAIL, POSTURE_SWAP_PLAIN);
	}
	if (tally->by_crypt[BLOCK_CRYPT_UNKNOWN] > 0) {
		return verdict_set(v, POSTURE_UNKNOWN, POSTURE_SOURCE_MISSING);
	}
	if (tally->n == 0) {
		return verdict_set(v, POSTURE_NA, POSTURE_NO_SWAP);
	}
	return verdict_set(v, POSTURE_PASS, POSTURE_SWAP_ENCRYPTED);
}

static int swaps_take(const struct sysroot *root, struct span text, struct tally *tally)
{
	struct swap swap;
	int r = swap_table_begin(&text);

	while (r == 0) {
		r = swap_table_next(&text, &swap);
		if (r == 0) {
			r = swap_take(root, &swap, tally);
		}
	}
	return r;
}

static int run(const struct check_ctx *ctx, struct verdict *v)
{
	cleanup(free_ptr) char *text = NULL;
	struct tally tally = {.n = 0};
	size_t len = 0;
	int r;

	if (!ctx->live) {
		return verdict_set(v, POSTURE_UNKNOWN, POSTURE_LIVE_ONLY);
	}
	r = sysroot_read(ctx->root, "proc/swaps", SWAP_TABLE_MAX, &text, &len);
	if (r == -ENOMEM) {
		return r;
	}
	if (r == FD_E_MISSING) { /* a kernel without swapping */
		return sysroot_exists(ctx->root, "proc/1")
			       ? verdict_set(v, POSTURE_NA, POSTURE_NO_SWAP)
			       : verdict_set(v, POSTURE_UNKNOWN, POSTURE_SOURCE_MISSING);
	}
	if (r != 0) {
		return verdict_set(v, POSTURE_UNKNOWN,
			r == -EACCES || r == -EPERM ? POSTURE_NOT_PERMITTED
						    : POSTURE_FORMAT_UNKNOWN);
	}
	r = swaps_take(ctx->root, (struct span){text, len}, &tally);
	if (r < 0) {
		return r;
	}
	if (r == SWAP_TABLE_E_FORMAT && tally.by_crypt[BLOCK_CRYPT_PLAIN] == 0) {
		return verdict_set(v, POSTURE_UNKNOWN, POSTURE_FORMAT_UNKNOWN);
	}
	return judge(&tally, v);
}

const struct check check_disk_swap_encrypted = {
	.id = "disk.swap-encrypted",
	.inputs = inputs,
	.n_inputs = ARRAY_LEN(inputs),
	.run = run,
};
