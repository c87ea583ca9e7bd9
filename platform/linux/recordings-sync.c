/* SPDX-License-Identifier: Apache-2.0 */
#include "recordings-sync.h"
#include "personal.h"
#include "recordings-walk.h"
#include "str.h"

#include <dirent.h>
#include <fcntl.h>
#include <fnmatch.h>
#include <string.h>

/*
 * What the clients lay into the folder they copy. Dropbox's settings are a directory ".dropbox" in
 * the home, which marks nothing; in its folder lies a file of that name.
 */
static const struct {
	const char *pattern;
	unsigned char type;
	unsigned sync;
} marks[] = {
	{"._sync_*.db", DT_REG, PERSONAL_SYNC_NEXTCLOUD},
	{".csync_journal.db", DT_REG, PERSONAL_SYNC_NEXTCLOUD},
	{".dropbox", DT_REG, PERSONAL_SYNC_DROPBOX},
	{".dropbox.cache", DT_DIR, PERSONAL_SYNC_DROPBOX},
	{".insync-trash", DT_DIR, PERSONAL_SYNC_OTHER},
	{".megaignore", DT_REG, PERSONAL_SYNC_OTHER},
	{".owncloudsync.log", DT_REG, PERSONAL_SYNC_NEXTCLOUD},
	{".stfolder", DT_DIR, PERSONAL_SYNC_SYNCTHING},
	{".sync_*.db", DT_REG, PERSONAL_SYNC_NEXTCLOUD},
};

/* Of what goes through FUSE; those that only encrypt or translate what lies on this disk are 0. */
static const struct {
	const char *fstype;
	unsigned sync;
} systems[] = {
	{"fuse.bindfs", 0},
	{"fuse.cryfs", 0},
	{"fuse.encfs", 0},
	{"fuse.gocryptfs", 0},
	{"fuse.google-drive-ocamlfuse", PERSONAL_SYNC_OTHER},
	{"fuse.gvfsd-fuse", PERSONAL_SYNC_GVFS},
	{"fuse.mergerfs", 0},
	{"fuse.ntfs-3g", 0},
	{"fuse.onedriver", PERSONAL_SYNC_ONEDRIVE},
	{"fuse.portal", 0},
	{"fuse.rclone", PERSONAL_SYNC_RCLONE},
};

unsigned recordings_sync_of_name(const char *name, unsigned char type)
{
	if (name[0] != '.') {
		return 0;
	}
	for (size_t i = 0; i < ARRAY_LEN(marks); i++) {
		if ((type == DT_UNKNOWN || type == marks[i].type) &&
			fnmatch(marks[i].pattern, name, 0) == 0) {
			return marks[i].sync;
		}
	}
	return 0;
}

unsigned recordings_sync_of_fstype(const char *fstype)
{
	for (size_t i = 0; i < ARRAY_LEN(systems); i++) {
		if (strcmp(fstype, systems[i].fstype) == 0) {
			return systems[i].sync;
		}
	}
	/* davfs2 says no more than "fuse". */
	return strncmp(fstype, "fuse.", 5) == 0 || strcmp(fstype, "fuse") == 0
		       ? PERSONAL_SYNC_UNKNOWN
		       : 0;
}

static void onedrive_take(struct span path, struct user_dir *dir)
{
	struct user_dir found = {.absolute = !span_starts(path, "~/")};
	size_t skip = found.absolute ? 1 : 2;

	if (path.len <= skip || path.len - skip > USER_DIRS_PATH_MAX ||
		(found.absolute && path.p[0] != '/') || memchr(path.p, '\0', path.len)) {
		return;
	}
	memcpy(found.path, path.p + skip, path.len - skip);
	*dir = found;
}

void recordings_sync_onedrive(struct span text, struct user_dir *dir)
{
	struct span line, name;

	while (span_next(&text, '\n', &line)) {
		struct span value = span_trim(line);

		if (!span_starts(value, "sync_dir") || !span_next(&value, '=', &name) ||
			!span_eq(span_trim(name), "sync_dir") || !value.p) {
			continue;
		}
		value = span_trim(value);
		if (value.len >= 2 && value.p[0] == '"' && value.p[value.len - 1] == '"') {
			value = (struct span){value.p + 1, value.len - 2};
		}
		onedrive_take(value, dir);
	}
}

int recordings_sync_marks(int dir, size_t *names, unsigned *sync)
{
	int fd = openat(dir, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NONBLOCK);
	DIR *stream = fd >= 0 ? fdopendir(fd) : NULL;
	struct dirent *entry;

	if (!stream) {
		int r = errno == ENOMEM ? -ENOMEM : 0;

		fd_close(&fd);
		return r;
	}
	while (*names < RECORDINGS_NAMES_MAX && (entry = readdir(stream))) {
		(*names)++;
		*sync |= recordings_sync_of_name(entry->d_name, entry->d_type);
	}
	closedir(stream);
	return 0;
}
