/* SPDX-License-Identifier: Apache-2.0 */
/* One directory on the way to recordings: who gets there, and what is done with what lies in it. */
#include "recordings-walk.h"
#include "homefiles.h"
#include "personal.h"
#include "recordings-sync.h"
#include "str.h"
#include "user-dirs.h"

#include <fcntl.h>
#include <linux/fscrypt.h>
#include <string.h>
#include <sys/ioctl.h>

/* A directory whose key is gone shows names without meaning: nothing can be told of it. */
static bool key_there(int fd, const struct fscrypt_get_policy_ex_arg *policy)
{
	struct fscrypt_get_key_status_arg key = {.key_spec = {.type = 0}};

	if (policy->policy.version == FSCRYPT_POLICY_V1) {
		key.key_spec.type = FSCRYPT_KEY_SPEC_TYPE_DESCRIPTOR;
		memcpy(key.key_spec.u.descriptor, policy->policy.v1.master_key_descriptor,
			sizeof(policy->policy.v1.master_key_descriptor));
	} else {
		key.key_spec.type = FSCRYPT_KEY_SPEC_TYPE_IDENTIFIER;
		memcpy(key.key_spec.u.identifier, policy->policy.v2.master_key_identifier,
			sizeof(policy->policy.v2.master_key_identifier));
	}
	return ioctl(fd, FS_IOC_GET_ENCRYPTION_KEY_STATUS, &key) == 0 &&
	       key.status == FSCRYPT_KEY_STATUS_PRESENT;
}

static void seal_look(struct recordings_walk *walk, struct recordings_level *level)
{
	struct fscrypt_get_policy_ex_arg policy = {.policy_size = sizeof(policy.policy)};

	if (ioctl(level->fd, FS_IOC_GET_ENCRYPTION_POLICY_EX, &policy) != 0) {
		return;
	}
	level->sealed = true;
	walk->tally.unseen = walk->tally.unseen || !key_there(level->fd, &policy);
}

static int level_look(struct recordings_walk *walk, struct recordings_level *level)
{
	bool others = false;
	struct stat st;
	int r;

	if (fstat(level->fd, &st) < 0) {
		walk->tally.unseen = true;
		return 0;
	}
	r = recordings_access_others(
		&walk->access, level->fd, ".", &st, RECORDINGS_ACCESS_SEARCH, &others);
	if (r < 0) {
		return r;
	}
	level->open = level->open && others;
	level->shared = level->shared || recordings_shares_have(&walk->shares, &st);
	if (walk->onedrive.st_ino != 0 && walk->onedrive.st_ino == st.st_ino &&
		walk->onedrive.st_dev == st.st_dev) {
		level->sync |= PERSONAL_SYNC_ONEDRIVE;
	}
	seal_look(walk, level);
	return recordings_sync_marks(level->fd, &walk->names, &level->sync);
}

/* A share of a folder above offers this one too. */
static bool above_shared(const struct recordings_walk *walk, int fd)
{
	cleanup(fd_close) int at = openat(fd, "..", O_PATH | O_DIRECTORY | O_CLOEXEC);
	struct stat st, last = {.st_ino = 0};

	for (int depth = 0; at >= 0 && depth < RECORDINGS_LEVELS_MAX; depth++) {
		int next;

		if (fstat(at, &st) < 0 || (st.st_ino == last.st_ino && st.st_dev == last.st_dev)) {
			return false;
		}
		if (recordings_shares_have(&walk->shares, &st)) {
			return true;
		}
		last = st;
		next = openat(at, "..", O_PATH | O_DIRECTORY | O_CLOEXEC);
		close(at);
		at = next;
	}
	return false;
}

int recordings_level_top(struct recordings_walk *walk, int fd, struct recordings_level *ret_level)
{
	struct recordings_level level = {.fd = fd, .open = true, .shared = above_shared(walk, fd)};
	int r = level_look(walk, &level);

	if (r < 0) {
		recordings_level_leave(&level);
		return r;
	}
	*ret_level = level;
	return 0;
}

/* One step down. A link, or a door that is closed, leaves it unseen. */
static int step_down(struct recordings_walk *walk, const char *name, bool *ret_there,
	struct recordings_level *level)
{
	int fd;
	int r = homefiles_open_dir(level->fd, name, &fd);

	*ret_there = r == 0;
	if (r != 0) {
		walk->tally.unseen = walk->tally.unseen || r < 0;
		return r == -ENOMEM ? r : 0;
	}
	recordings_level_leave(level);
	level->fd = fd;
	return level_look(walk, level);
}

int recordings_level_enter(struct recordings_walk *walk, const struct recordings_level *top,
	const char *path, bool *ret_there, struct recordings_level *ret_level)
{
	struct recordings_level level = *top;
	struct span rest = span_z(path), part;
	bool there = true;
	int r = 0, depth = 0;

	level.fd = fcntl(top->fd, F_DUPFD_CLOEXEC, 3);
	if (level.fd < 0) {
		walk->tally.unseen = true;
		*ret_there = false;
		return 0;
	}
	while (r == 0 && there && user_dirs_next_part(&rest, &part)) {
		cleanup(free_ptr) char *name = span_dup(part);

		if (++depth > RECORDINGS_LEVELS_MAX) {
			walk->tally.unseen = true;
			there = false;
			break;
		}
		r = name ? step_down(walk, name, &there, &level) : -ENOMEM;
	}
	if (r < 0 || !there) {
		recordings_level_leave(&level);
	}
	if (r == 0) {
		*ret_there = there;
		*ret_level = level;
	}
	return r;
}

void recordings_level_leave(struct recordings_level *level)
{
	if (level->fd >= 0) {
		close(level->fd);
		level->fd = -1;
	}
}
