/* SPDX-License-Identifier: Apache-2.0 */
/* Session files are Desktop Entries (freedesktop.org's specification), as display managers read
 * them. */
#include "desktop.h"
#include "ini.h"

#include <stdio.h>
#include <string.h>

#define SESSION_FILE_MAX ((size_t)64 << 10)
#define SESSION_PATH_MAX 512

static const char *const session_dirs[] = {
	"usr/local/share/wayland-sessions",
	"usr/local/share/xsessions",
	"usr/share/wayland-sessions",
	"usr/share/xsessions",
};

/* What a session calls itself; the whole name, so that "Budgie:GNOME" is no GNOME. */
static const struct {
	const char *name;
	enum desktop_kind kind;
} kinds[] = {
	{"GNOME", DESKTOP_GNOME},
	{"GNOME-Classic", DESKTOP_GNOME},
	{"KDE", DESKTOP_KDE},
	{"MATE", DESKTOP_MATE},
	{"X-Cinnamon", DESKTOP_CINNAMON},
	{"XFCE", DESKTOP_XFCE},
	{"sway", DESKTOP_SWAY},
	{"ubuntu", DESKTOP_GNOME},
};

/* Some session files have no DesktopNames: their program then says which it is. */
static const struct {
	const char *program, *names;
} programs[] = {
	{"cinnamon-session-cinnamon", "X-Cinnamon"},
	{"cinnamon-session-cinnamon2d", "X-Cinnamon"},
	{"gnome-session", "GNOME"},
	{"mate-session", "MATE"},
	{"startplasma-wayland", "KDE"},
	{"startplasma-x11", "KDE"},
	{"startxfce4", "XFCE"},
	{"sway", "sway"},
};

struct entry {
	struct span names, exec, try_exec;
	bool hidden;
};

static void read_entry(struct span text, struct entry *entry)
{
	struct ini ini = {.rest = text};

	while (ini_next(&ini)) {
		if (!span_eq(ini.section, "Desktop Entry")) {
			continue;
		}
		if (span_eq(ini.key, "DesktopNames")) {
			entry->names = ini.value;
		} else if (span_eq(ini.key, "Exec")) {
			entry->exec = ini.value;
		} else if (span_eq(ini.key, "TryExec")) {
			entry->try_exec = ini.value;
		} else if (span_eq(ini.key, "Hidden") || span_eq(ini.key, "NoDisplay")) {
			entry->hidden = entry->hidden || span_eq(ini.value, "true");
		}
	}
}

static bool has_program(const struct sysroot *root, struct span program)
{
	static const char *const dirs[] = {"usr/local/bin", "usr/bin", "bin"};
	char path[SESSION_PATH_MAX];

	if (program.len == 0 || program.len > SESSION_PATH_MAX / 2) {
		return program.len == 0;
	}
	if (program.p[0] == '/') {
		(void)snprintf(path, sizeof(path), "%.*s", (int)program.len - 1, program.p + 1);
		return sysroot_exists(root, path);
	}
	for (size_t i = 0; i < ARRAY_LEN(dirs); i++) {
		(void)snprintf(path, sizeof(path), "%s/%.*s", dirs[i], (int)program.len, program.p);
		if (sysroot_exists(root, path)) {
			return true;
		}
	}
	return false;
}

/* A word of a command line, without its folder */
static const char *names_of_program(struct span exec)
{
	struct span word;

	while (span_next(&exec, ' ', &word)) {
		const char *slash = word.len > 0 ? memrchr(word.p, '/', word.len) : NULL;
		struct span name = word;

		if (slash) {
			name.p = slash + 1;
			name.len = word.len - (size_t)(name.p - word.p);
		}
		for (size_t i = 0; i < ARRAY_LEN(programs); i++) {
			if (span_eq(name, programs[i].program)) {
				return programs[i].names;
			}
		}
	}
	return "";
}

static enum desktop_kind kind_of(const char *names)
{
	struct span rest = span_z(names), first = {NULL, 0};

	if (!span_next(&rest, ':', &first)) {
		return DESKTOP_OTHER;
	}
	for (size_t i = 0; i < ARRAY_LEN(kinds); i++) {
		if (span_eq(first, kinds[i].name)) {
			return kinds[i].kind;
		}
	}
	return DESKTOP_OTHER;
}

static void add(struct desktop_sessions *sessions, const struct desktop_session *session)
{
	for (size_t i = 0; i < sessions->len; i++) {
		if (strcmp(sessions->items[i].names, session->names) == 0) {
			return;
		}
	}
	if (sessions->len == DESKTOP_SESSIONS_MAX) {
		sessions->unread = true;
		return;
	}
	sessions->items[sessions->len++] = *session;
}

/* DesktopNames is a list by ";", which becomes XDG_CURRENT_DESKTOP by ":". */
static void take_names(struct span names, struct desktop_session *session)
{
	size_t len = 0;

	for (size_t i = 0; i < names.len && len < DESKTOP_NAMES_MAX; i++) {
		session->names[len++] = names.p[i] == ';' ? ':' : names.p[i];
	}
	while (len > 0 && session->names[len - 1] == ':') {
		len--;
	}
	session->names[len] = '\0';
}

static int read_session(const struct sysroot *root, const char *dir, const char *name,
	struct desktop_sessions *sessions)
{
	cleanup(free_ptr) char *text = NULL;
	struct desktop_session session = {.kind = DESKTOP_OTHER};
	struct entry entry = {.hidden = false};
	char path[SESSION_PATH_MAX];
	size_t len = 0;
	int r;

	(void)snprintf(path, sizeof(path), "%s/%s", dir, name);
	r = sysroot_read(root, path, SESSION_FILE_MAX, &text, &len);
	if (r != 0) {
		/* a link to nothing is how an administrator takes a session away */
		sessions->unread = sessions->unread || r != FD_E_MISSING;
		return r == -ENOMEM ? r : 0;
	}
	read_entry((struct span){text, len}, &entry);
	if (entry.hidden || !has_program(root, entry.try_exec)) {
		return 0;
	}
	take_names(
		entry.names.len > 0 ? entry.names : span_z(names_of_program(entry.exec)), &session);
	session.kind = kind_of(session.names);
	add(sessions, &session);
	return 0;
}

static bool is_session(const char *name)
{
	size_t len = strlen(name), suffix = strlen(".desktop");

	return len > suffix && strcmp(name + len - suffix, ".desktop") == 0;
}

int desktop_sessions_read(const struct sysroot *root, struct desktop_sessions *ret_sessions)
{
	struct desktop_sessions sessions = {.len = 0};
	int r = 0;

	for (size_t i = 0; r == 0 && i < ARRAY_LEN(session_dirs); i++) {
		cleanup(sysroot_names_finish) struct sysroot_names names = {0};

		r = sysroot_list(root, session_dirs[i], &names);
		if (r != 0) {
			sessions.unread = sessions.unread || r != FD_E_MISSING;
			r = r == -ENOMEM ? r : 0;
			continue;
		}
		for (size_t j = 0; r == 0 && j < names.len; j++) {
			if (is_session(names.names[j])) {
				r = read_session(root, session_dirs[i], names.names[j], &sessions);
			}
		}
	}
	if (r == 0) {
		*ret_sessions = sessions;
	}
	return r;
}

int desktop_sessions_watch(personal_path_fn fn, void *data)
{
	int r = 0;

	for (size_t i = 0; r == 0 && i < ARRAY_LEN(session_dirs); i++) {
		char path[SESSION_PATH_MAX];

		(void)snprintf(path, sizeof(path), "/%s/", session_dirs[i]);
		r = fn(path, data);
	}
	return r;
}
