/* SPDX-License-Identifier: Apache-2.0 */
#include "media-program.h"

#include "fd.h"
#include "media-parts.h"
#include "meeting-programs.h"
#include "recorders.h"
#include "str.h"

#include <fcntl.h>
#include <limits.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>

#define CGROUP_MAX ((size_t)16384) /* of lines that are at most 4,096 bytes each */

static const char *const codes[] = {
#define X(name, code) [MEDIA_KIND_##name] = (code),
	MEDIA_KINDS(X)
#undef X
};

static const char *const browsers[] = {
	"MicrosoftEdge",
	"WebKitWebProcess",
	"brave",
	"brave-browser",
	"chrome",
	"chromium",
	"chromium-browser",
	"com.brave.Browser",
	"com.google.Chrome",
	"com.microsoft.Edge",
	"com.opera.Opera",
	"com.vivaldi.Vivaldi",
	"epiphany",
	"falkon",
	"firefox",
	"firefox-bin",
	"firefox-esr",
	"google-chrome",
	"google-chrome-stable",
	"io.github.ungoogled_software.ungoogled_chromium",
	"io.gitlab.librewolf-community",
	"librewolf",
	"microsoft-edge",
	"msedge",
	"opera",
	"org.chromium.Chromium",
	"org.gnome.Epiphany",
	"org.mozilla.firefox",
	"vivaldi",
	"vivaldi-bin",
};

/*
 * Beside those of recorders.h: what takes pictures or sound from a device. arecord and parecord are
 * other names of aplay's and pacat's files, which a process is known by.
 */
static const char *const recorders[] = {"aplay", "arecord", "audacity", "cheese", "ffmpeg",
	"fswebcam", "gnome-sound-recorder", "gst-launch-1.0", "guvcview", "kamoso", "motion", "obs",
	"org.gnome.Cheese", "org.gnome.Snapshot", "org.gnome.SoundRecorder", "org.kde.kamoso",
	"pacat", "parecord", "pw-cat", "pw-record", "snapshot", "v4l2-ctl", "webcamoid",
#define X(package, id) package, id,
	RECORDERS_FLATPAKS(X)
#undef X
#define X(package) package,
		RECORDERS_OTHERS(X)
#undef X
};

static const char *const daemons[] = {
	"jackd",
	"jackdbus",
	"pipewire",
	"pipewire-media-session",
	"pipewire-pulse",
	"pulseaudio",
	"wireplumber",
};

const char *media_kind_code(enum media_kind kind)
{
	return codes[kind];
}

int media_kind_parse(struct span word, enum media_kind *ret_kind)
{
	for (size_t i = 0; i < MEDIA_KIND_DAEMON; i++) {
		if (span_eq(word, codes[i])) {
			*ret_kind = (enum media_kind)i;
			return 0;
		}
	}
	return -EINVAL;
}

static bool is_one_of(struct span name, const char *const *names, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		if (span_eq(name, names[i])) {
			return true;
		}
	}
	return false;
}

enum media_kind media_program_name(struct span name)
{
	if (meeting_programs_name(name)) {
		return MEDIA_KIND_CONFERENCING;
	}
	if (is_one_of(name, browsers, ARRAY_LEN(browsers))) {
		return MEDIA_KIND_BROWSER;
	}
	if (is_one_of(name, recorders, ARRAY_LEN(recorders))) {
		return MEDIA_KIND_RECORDER;
	}
	return is_one_of(name, daemons, ARRAY_LEN(daemons)) ? MEDIA_KIND_DAEMON : MEDIA_KIND_OTHER;
}

static bool cut(struct span *s, const char *prefix)
{
	if (!span_starts(*s, prefix)) {
		return false;
	}
	*s = (struct span){s->p + strlen(prefix), s->len - strlen(prefix)};
	return true;
}

/* "app-flatpak-us.zoom.Zoom-4711.scope", "snap.zoom-client.zoom-client-UUID.scope" */
static enum media_kind unit_kind(struct span unit)
{
	struct span name = unit;
	size_t n;

	if (cut(&name, "snap.")) {
		(void)span_next(&unit, '.', &name);
		(void)span_next(&unit, '.', &name);
	} else if (cut(&name, "app-flatpak-")) {
		for (n = name.len; n > 0 && name.p[n - 1] != '-'; n--) {
		}
		name.len = n > 0 ? n - 1 : name.len;
	} else {
		return MEDIA_KIND_OTHER;
	}
	return media_program_name(name);
}

/* The last part of a path, and what stands before it */
static struct span last_part(struct span *path)
{
	size_t n = path->len;
	struct span part;

	while (n > 0 && path->p[n - 1] != '/') {
		n--;
	}
	part = (struct span){path->p + n, path->len - n};
	path->len = n > 0 ? n - 1 : 0;
	return part;
}

enum media_kind media_program_judge(struct span exe, struct span cgroup)
{
	static const char deleted[] = " (deleted)"; /* replaced while it runs, proc_pid_exe(5) */
	enum media_kind kind;
	struct span line, folder;

	while (span_next(&cgroup, '\n', &line)) {
		kind = unit_kind(last_part(&line));
		if (kind != MEDIA_KIND_OTHER && kind != MEDIA_KIND_DAEMON) {
			return kind;
		}
	}
	if (exe.len > strlen(deleted) &&
		memcmp(exe.p + exe.len - strlen(deleted), deleted, strlen(deleted)) == 0) {
		exe.len -= strlen(deleted);
	}
	folder = exe;
	kind = media_program_name(last_part(&folder));
	if (kind == MEDIA_KIND_OTHER) {
		/* what helps a program lies beside it: /opt/zoom/aomhost */
		kind = media_program_name(last_part(&folder));
		kind = kind == MEDIA_KIND_DAEMON ? MEDIA_KIND_OTHER : kind;
	}
	return kind;
}

/* The kernel hands a file as short as this out at once. */
static size_t read_cgroup(int dir, char bytes[CGROUP_MAX])
{
	cleanup(fd_close) int fd = openat(dir, "cgroup", O_RDONLY | O_CLOEXEC);
	ssize_t n = fd < 0 ? -1 : read(fd, bytes, CGROUP_MAX);

	return n > 0 ? (size_t)n : 0;
}

/* Of a file on a server that is gone, too, without asking it */
static bool stat_exe(int dir, const char *name, struct statx *ret_st)
{
	return statx(dir, name, AT_STATX_DONT_SYNC | AT_NO_AUTOMOUNT,
		       STATX_INO | STATX_MODE | STATX_UID, ret_st) == 0;
}

static uint64_t device_of(const struct statx *st)
{
	return makedev(st->stx_dev_major, st->stx_dev_minor);
}

void media_program_look(int proc, pid_t pid, struct media_program *ret_program)
{
	char name[MEDIA_PID_SIZE], exe[PATH_MAX], cgroup[CGROUP_MAX];
	struct media_program program = {.kind = MEDIA_KIND_OTHER, .uid = (uid_t)-1};
	cleanup(fd_close) int dir = -1;
	struct statx file;
	struct stat st;
	size_t len;
	ssize_t n;

	*ret_program = program;
	media_pid_write(pid, name);
	dir = openat(proc, name, O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (dir < 0 || fstat(dir, &st) < 0) {
		return;
	}
	program.uid = st.st_uid;
	n = readlinkat(dir, "exe", exe, sizeof(exe));
	len = read_cgroup(dir, cgroup);
	program.kind = media_program_judge(
		(struct span){exe, n > 0 ? (size_t)n : 0}, (struct span){cgroup, len});
	if (stat_exe(dir, "exe", &file)) {
		program.device = device_of(&file);
		program.inode = file.stx_ino;
	}
	if (program.kind == MEDIA_KIND_DAEMON &&
		(program.inode == 0 || file.stx_uid != 0 || (file.stx_mode & 022) != 0)) {
		program.kind = MEDIA_KIND_OTHER;
	}
	*ret_program = program;
}

bool media_program_is(int proc, pid_t pid, const struct media_program *program)
{
	char path[MEDIA_PID_SIZE + sizeof("/exe")];
	struct statx file;

	if (program->inode == 0) {
		return false;
	}
	media_pid_write(pid, path);
	memcpy(path + strlen(path), "/exe", sizeof("/exe"));
	return stat_exe(proc, path, &file) && file.stx_ino == program->inode &&
	       device_of(&file) == program->device;
}
