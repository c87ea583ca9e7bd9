/* SPDX-License-Identifier: Apache-2.0 */
#include "recordings-access.h"
#include "posix-acl.h"
#include "str.h"

#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/xattr.h>

#define LIST_MAX ((size_t)4 << 20)
/* login.defs(5): below are accounts of the system, above and at 65534 is nobody */
#define UID_PEOPLE 1000
#define UID_NOBODY 65534

void recordings_access_finish(struct recordings_access *access)
{
	free(access->passwd);
	free(access->group);
	access->passwd = access->group = NULL;
}

static bool uid_person(uint64_t uid)
{
	return uid >= UID_PEOPLE && uid != UID_NOBODY;
}

/* One line of either file: its first fields. False when it has fewer than four. */
static bool line_split(struct span line, struct span fields[4])
{
	for (size_t i = 0; i < 4; i++) {
		if (!span_next(&line, ':', &fields[i])) {
			return false;
		}
	}
	return true;
}

/* NAME:PASSWORD:UID:GID:... of this name; false when there is none */
static bool account_find(struct span passwd, struct span name, uint64_t *ret_uid)
{
	struct span line, fields[4];

	while (span_next(&passwd, '\n', &line)) {
		if (line_split(line, fields) && fields[0].len == name.len &&
			memcmp(fields[0].p, name.p, name.len) == 0) {
			return span_u64(fields[2], ret_uid) == 0;
		}
	}
	return false;
}

static bool first_group_of_others(struct span passwd, uid_t uid, gid_t gid)
{
	struct span line, fields[4];
	uint64_t own, first;

	while (span_next(&passwd, '\n', &line)) {
		if (line_split(line, fields) && span_u64(fields[2], &own) == 0 &&
			span_u64(fields[3], &first) == 0 && first == gid && own != uid &&
			uid_person(own)) {
			return true;
		}
	}
	return false;
}

/* A member whom passwd does not know is one of a directory, and so a person. */
static bool members_others(struct span passwd, struct span members, uid_t uid)
{
	struct span name;
	uint64_t own;

	while (span_next(&members, ',', &name)) {
		if (name.len > 0 &&
			(!account_find(passwd, name, &own) || (own != uid && uid_person(own)))) {
			return true;
		}
	}
	return false;
}

bool recordings_group_shared(struct span passwd, struct span group, uid_t uid, gid_t gid)
{
	struct span line, fields[4];
	bool found = gid == uid; /* a group of one's own, which systemd makes up without a line */
	uint64_t own;

	if (first_group_of_others(passwd, uid, gid)) {
		return true;
	}
	while (span_next(&group, '\n', &line)) {
		if (!line_split(line, fields) || span_u64(fields[2], &own) != 0 || own != gid) {
			continue;
		}
		found = true;
		if (members_others(passwd, fields[3], uid)) {
			return true;
		}
	}
	return !found;
}

static int lists_read(struct recordings_access *access)
{
	int r;

	if (access->listed) {
		return 0;
	}
	access->listed = true;
	r = sysroot_read(
		access->root, "etc/passwd", LIST_MAX, &access->passwd, &access->passwd_len);
	if (r == 0) {
		r = sysroot_read(
			access->root, "etc/group", LIST_MAX, &access->group, &access->group_len);
	}
	access->unseen = access->unseen || (r != 0 && r != FD_E_MISSING);
	return r == -ENOMEM ? r : 0;
}

struct question {
	struct recordings_access *access;
	const struct stat *st;
	unsigned right;
	bool others;
	int error;
};

static void group_ask(struct question *question, gid_t gid)
{
	struct recordings_access *access = question->access;

	if (question->others || question->error < 0) {
		return;
	}
	question->error = lists_read(access);
	if (question->error == 0) {
		question->others =
			recordings_group_shared((struct span){access->passwd, access->passwd_len},
				(struct span){access->group, access->group_len}, access->uid, gid);
	}
}

static void entry_take(const struct posix_acl_entry *entry, void *data)
{
	struct question *question = data;

	if (!(entry->permissions & question->right)) {
		return;
	}
	switch (entry->tag) {
	case POSIX_ACL_USER:
		question->others = question->others ||
				   (entry->id != question->access->uid && uid_person(entry->id));
		break;
	case POSIX_ACL_GROUP_OBJ:
		group_ask(question, question->st->st_gid);
		break;
	case POSIX_ACL_GROUP:
		group_ask(question, entry->id);
		break;
	case POSIX_ACL_USER_OBJ:
	case POSIX_ACL_OTHER:
	case POSIX_ACL_MASK:
		break;
	}
}

/* By its name below the directory, since nothing but directories is opened */
static ssize_t list_read(int dir, const char *name, char *buf, size_t size)
{
	char path[64 + NAME_MAX];

	snprintf(path, sizeof(path), "/proc/self/fd/%d/%s", dir, name);
	return lgetxattr(path, POSIX_ACL_XATTR, buf, size);
}

int recordings_access_others(struct recordings_access *access, int dir, const char *name,
	const struct stat *st, unsigned right, bool *ret_others)
{
	struct question question = {.access = access, .st = st, .right = right};
	char bytes[POSIX_ACL_BYTES_MAX];
	ssize_t n;

	if ((st->st_mode & right) != 0 || (st->st_uid != access->uid && uid_person(st->st_uid) &&
						  (st->st_mode & right << 6) != 0)) {
		*ret_others = true;
		return 0;
	}
	n = list_read(dir, name, bytes, sizeof(bytes));
	if (n >= 0) {
		struct span list = {bytes, (size_t)n};

		access->unseen = access->unseen || posix_acl_each(list, entry_take, &question) != 0;
	} else if (errno == ENODATA || errno == EOPNOTSUPP) {
		if (st->st_mode & right << 3) {
			group_ask(&question, st->st_gid);
		}
	} else {
		access->unseen = true;
	}
	if (question.error == 0) {
		*ret_others = question.others;
	}
	return question.error;
}
