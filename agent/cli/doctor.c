/* SPDX-License-Identifier: Apache-2.0 */
#include "doctor.h"

#include "config.h"

#include <grp.h>
#include <pwd.h>
#include <stdio.h>
#include <string.h>

/* ARCHITECTURE.md, "Paths" */
struct place {
	const char *item;
	const char *path;
	mode_t type;
	mode_t mode;
	const char *owner;
	const char *group;
};

static const struct place places[] = {
	{"control-socket", CARETAKER_RUNDIR "/control.sock", S_IFSOCK, 0666, "root", "root"},
	{"firewall-socket", CARETAKER_RUNDIR "/firewall.sock", S_IFSOCK, 0600, "root", "root"},
	{"hand-socket", CARETAKER_RUNDIR "/hand.sock", S_IFSOCK, 0600, "root", "root"},
	{"home-socket", CARETAKER_RUNDIR "/home.sock", S_IFSOCK, 0666, "root", "root"},
	{"legacy-socket", CARETAKER_RUNDIR "/legacy.sock", S_IFSOCK, 0600, "root", "root"},
	{"spool", CARETAKER_SPOOLDIR "/inbox", S_IFDIR, 0770, "_caretaker", "root"},
	{"spool", CARETAKER_SPOOLDIR "/outbox", S_IFDIR, 0750, "root", "_caretaker"},
	{"state", CARETAKER_STATEDIR, S_IFDIR, 0700, "root", "root"},
	{"state", CARETAKER_STATEDIR "/firewall", S_IFDIR, 0700, "root", "root"},
	{"state", CARETAKER_STATEDIR "/key", S_IFDIR, 0700, "root", "root"},
	{"state", CARETAKER_STATEDIR "/undo", S_IFDIR, 0700, "root", "root"},
};

struct program {
	const char *item;
	const char *path;
};

static const struct program programs[] = {
	{"program", CARETAKER_LIBEXECDIR "/caretaker-courier"},
	{"program", CARETAKER_LIBEXECDIR "/caretaker-firewall"},
	{"program", CARETAKER_LIBEXECDIR "/caretaker-hand"},
	{"program", CARETAKER_LIBEXECDIR "/caretaker-home"},
	{"program", CARETAKER_LIBEXECDIR "/caretaker-legacy"},
	{"program", CARETAKER_LIBEXECDIR "/caretaker-seal"},
	{"program", CARETAKER_LIBEXECDIR "/caretaker-unpack"},
	{"program", CARETAKER_LIBEXECDIR "/caretakerd"},
};

/* Below a root directory fd, paths have no leading slash. */
static const char *below(const char *path)
{
	return path + (path[0] == '/');
}

static int item_add(struct doctor_items *items, const char *word, enum doctor_finding finding,
	const char *path, const char *what)
{
	struct doctor_item item = {.item = word, .finding = finding};

	snprintf(item.detail, sizeof(item.detail), "%s%s%s", path, *what ? ": " : "", what);
	return vec_push(items, item, DOCTOR_ITEMS_MAX);
}

/* What is wrong with it, "" for nothing. */
static void place_judge(const struct place *place, const struct stat *st, char *ret, size_t size)
{
	const struct passwd *owner = getpwnam(place->owner);
	const struct group *group = getgrnam(place->group);

	ret[0] = '\0';
	if ((st->st_mode & S_IFMT) != place->type) {
		snprintf(ret, size, "another kind of file");
	} else if (owner == NULL || group == NULL) {
		snprintf(ret, size, "no account %s", owner == NULL ? place->owner : place->group);
	} else if (st->st_uid != owner->pw_uid || st->st_gid != group->gr_gid) {
		snprintf(ret, size, "owner %u:%u, not %s:%s", (unsigned)st->st_uid,
			(unsigned)st->st_gid, place->owner, place->group);
	} else if ((st->st_mode & 07777) != place->mode) {
		snprintf(ret, size, "mode %04o, not %04o", (unsigned)(st->st_mode & 07777),
			(unsigned)place->mode);
	}
}

static int stat_failed(struct doctor_items *items, const char *word, const char *path, int r)
{
	if (r == -EACCES || r == -EPERM) {
		return item_add(items, word, DOCTOR_NOT_SEEN, path, "");
	}
	return item_add(items, word, DOCTOR_BAD, path, strerror(r < 0 ? -r : ENOENT));
}

static int place_look(
	const struct sysroot *root, const struct place *place, struct doctor_items *items)
{
	char wrong[DOCTOR_DETAIL_MAX];
	struct stat st;
	int r = sysroot_stat(root, below(place->path), &st);

	if (r != 0) {
		return stat_failed(items, place->item, place->path, r);
	}
	place_judge(place, &st, wrong, sizeof(wrong));
	return item_add(items, place->item, *wrong ? DOCTOR_BAD : DOCTOR_OK, place->path, wrong);
}

static int program_look(
	const struct sysroot *root, const struct program *program, struct doctor_items *items)
{
	struct stat st;
	int r = sysroot_stat(root, below(program->path), &st);

	if (r != 0) {
		return stat_failed(items, program->item, program->path, r);
	}
	if (!S_ISREG(st.st_mode) || !(st.st_mode & 0111)) {
		return item_add(items, program->item, DOCTOR_BAD, program->path, "not a program");
	}
	if (st.st_uid != 0 || (st.st_mode & 0022)) {
		return item_add(items, program->item, DOCTOR_BAD, program->path,
			"others than root can change it");
	}
	return item_add(items, program->item, DOCTOR_OK, program->path, "");
}

int doctor_look(const struct sysroot *root, struct doctor_items *items)
{
	int r = 0;

	for (size_t i = 0; i < ARRAY_LEN(places) && r == 0; i++) {
		r = place_look(root, &places[i], items);
	}
	for (size_t i = 0; i < ARRAY_LEN(programs) && r == 0; i++) {
		r = program_look(root, &programs[i], items);
	}
	return r;
}
