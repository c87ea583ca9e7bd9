/* SPDX-License-Identifier: Apache-2.0 */
/*
 * disk.encrypted: the file systems that hold people's files are encrypted: that of "/", of /home,
 * and of each home directory elsewhere. Judged as process 1 sees the mounts.
 */
#include "accounts.h"
#include "block-crypt.h"
#include "check.h"
#include "mount-table.h"

#include <stdio.h>
#include <string.h>

#define UID_PEOPLE 1000 /* login.defs(5), UID_MIN */
#define UID_PEOPLE_LAST 59999
#define SEEN_MAX 64

static const struct check_input inputs[] = {
	{CHECK_INPUT_BLOCK, NULL},
	{CHECK_INPUT_FILE, "etc/passwd"},
};

enum fs_kind {
	FS_DEVICE, /* on the block device that its number names */
	FS_SOURCE, /* on the block device that its source names */
	FS_MEMORY,
	FS_IMAGE, /* read-only: nobody's files */
	FS_REMOTE,
	FS_OVERLAY,
	FS_ENCRYPTED,
	FS_UNSEEN, /* may encrypt by itself */
};

static const struct {
	const char *fstype;
	enum fs_kind kind;
} kinds[] = {
	{"9p", FS_REMOTE},
	{"afs", FS_REMOTE},
	{"bcachefs", FS_UNSEEN},
	{"btrfs", FS_SOURCE},
	{"ceph", FS_REMOTE},
	{"cifs", FS_REMOTE},
	{"ecryptfs", FS_ENCRYPTED},
	{"erofs", FS_IMAGE},
	{"fuse.gocryptfs", FS_ENCRYPTED},
	{"fuse.sshfs", FS_REMOTE},
	{"iso9660", FS_IMAGE},
	{"nfs", FS_REMOTE},
	{"nfs4", FS_REMOTE},
	{"overlay", FS_OVERLAY},
	{"ramfs", FS_MEMORY},
	{"rootfs", FS_MEMORY},
	{"smb3", FS_REMOTE},
	{"squashfs", FS_IMAGE},
	{"tmpfs", FS_MEMORY},
	{"virtiofs", FS_REMOTE},
	{"zfs", FS_UNSEEN},
};

static enum fs_kind kind_of(const char *fstype)
{
	for (size_t i = 0; i < ARRAY_LEN(kinds); i++) {
		if (strcmp(kinds[i].fstype, fstype) == 0) {
			return kinds[i].kind;
		}
	}
	return strncmp(fstype, "fuse.", 5) == 0 ? FS_UNSEEN : FS_DEVICE;
}

/* btrfs may span several devices, all named below /sys/fs/btrfs/UUID/devices (sysfs-fs-btrfs). */
static int btrfs_crypt(const struct sysroot *root, const char *source, enum block_crypt *ret_crypt)
{
	cleanup(sysroot_names_finish) struct sysroot_names uuids = {0};
	const char *base = strrchr(source, '/');
	enum block_crypt worst;
	int r;

	r = block_crypt_of_source(root, source, &worst);
	if (r < 0) {
		return r;
	}
	r = sysroot_list(root, "sys/fs/btrfs", &uuids);
	if (r == -ENOMEM) {
		return r;
	}
	for (size_t i = 0; i < uuids.len && base; i++) {
		cleanup(sysroot_names_finish) struct sysroot_names devices = {0};
		char path[512];

		snprintf(path, sizeof(path), "sys/fs/btrfs/%.255s/devices", uuids.names[i]);
		r = sysroot_list(root, path, &devices);
		if (r == -ENOMEM) {
			return r;
		}
		/* One alone is the source itself; of several, whose they are is not asked further
		 */
		for (size_t d = 0; r == 0 && devices.len > 1 && d < devices.len; d++) {
			char device[NAME_MAX + 8];
			enum block_crypt one;

			snprintf(device, sizeof(device), "dev/%.255s", devices.names[d]);
			r = block_crypt_of_source(root, device, &one);
			if (r < 0) {
				return r;
			}
			worst = one > worst ? one : worst;
		}
	}
	*ret_crypt = worst;
	return 0;
}

/* A live system lays memory over an image; a container shows paths of its host, not seen from here.
 */
static enum block_crypt overlay_crypt(const struct mount_table *table, const struct mount *mount)
{
	cleanup(free_ptr) char *upper = mount_option(mount, "upperdir");
	const struct mount *below;

	if (!upper) {
		return BLOCK_CRYPT_NONE; /* nothing can be written to it */
	}
	below = upper[0] == '/' ? mount_table_find(table, upper + 1) : NULL;
	if (below && below != mount && kind_of(below->fstype) == FS_MEMORY) {
		return BLOCK_CRYPT_NONE;
	}
	return BLOCK_CRYPT_UNKNOWN;
}

static int mount_crypt(const struct check_ctx *ctx, const struct mount_table *table,
	const struct mount *mount, enum block_crypt *ret_crypt)
{
	switch (kind_of(mount->fstype)) {
	case FS_DEVICE:
		return block_crypt_of_device(ctx->root, mount->major, mount->minor, ret_crypt);
	case FS_SOURCE:
		return btrfs_crypt(ctx->root, mount->source + (mount->source[0] == '/'), ret_crypt);
	case FS_MEMORY:
	case FS_IMAGE:
		*ret_crypt = BLOCK_CRYPT_NONE;
		return 0;
	case FS_REMOTE:
		*ret_crypt = BLOCK_CRYPT_REMOTE;
		return 0;
	case FS_OVERLAY:
		*ret_crypt = overlay_crypt(table, mount);
		return 0;
	case FS_ENCRYPTED:
		*ret_crypt = BLOCK_CRYPT_ENCRYPTED;
		return 0;
	case FS_UNSEEN:
		break;
	}
	*ret_crypt = BLOCK_CRYPT_UNKNOWN;
	return 0;
}

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
	r = mount_crypt(ctx, table, mount, &crypt);
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

static int table_read(const struct sysroot *root, struct mount_table *ret_table, struct verdict *v)
{
	char *text = NULL;
	size_t len = 0;
	int r = sysroot_read(root, "proc/1/mountinfo", MOUNT_TABLE_BYTES_MAX, &text, &len);

	if (r == -ENOMEM) {
		return r;
	}
	if (r != 0) {
		verdict_set(v, POSTURE_UNKNOWN,
			r == -EACCES || r == -EPERM ? POSTURE_NOT_PERMITTED
						    : POSTURE_SOURCE_MISSING);
		return 1;
	}
	r = mount_table_parse(text, len, ret_table);
	if (r == -ENOMEM) {
		return r;
	}
	if (r < 0) {
		verdict_set(v, POSTURE_UNKNOWN, POSTURE_FORMAT_UNKNOWN);
		return 1;
	}
	return 0;
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
	r = table_read(ctx->root, &table, v);
	if (r != 0) {
		return r < 0 ? r : 0;
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
