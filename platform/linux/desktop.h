/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Inside of personal-desktop.c and desktop-*.c alone: which desktops can be signed in to, and one
 * reader for each. A reader leaves NOT_SEEN what it cannot tell; only -ENOMEM is an error.
 */
#pragma once

#include "personal.h"
#include "str.h"

#define DESKTOP_SESSIONS_MAX 32
#define DESKTOP_NAMES_MAX 96

enum desktop_kind {
	DESKTOP_CINNAMON,
	DESKTOP_GNOME,
	DESKTOP_KDE,
	DESKTOP_MATE,
	DESKTOP_OTHER, /* one that is not known here */
	DESKTOP_SWAY,
	DESKTOP_XFCE,
};

struct desktop_session {
	enum desktop_kind kind;
	char names[DESKTOP_NAMES_MAX + 1]; /* XDG_CURRENT_DESKTOP, parts by ":" */
};
struct desktop_sessions {
	struct desktop_session items[DESKTOP_SESSIONS_MAX]; /* each once */
	size_t len;
	bool unread; /* there may be more */
};
/* What a display manager offers: xsessions and wayland-sessions that are neither hidden nor lack
 * their program. */
must_check int desktop_sessions_read(
	const struct sysroot *root, struct desktop_sessions *ret_sessions);
must_check int desktop_sessions_watch(personal_path_fn fn, void *data);

/* Facts of one desktop, as personal.h has them */
struct desktop_facts {
	int64_t lock_after_s, lock_fixed, lock_on_resume, autorun_off, autorun_fixed, location_off;
};

struct desktop_reader {
	int (*read)(const struct personal_place *place, const struct desktop_session *session,
		struct desktop_facts *facts);
	int (*watch)(const struct personal_place *place, personal_path_fn fn, void *data);
};
extern const struct desktop_reader desktop_glib; /* GNOME, Cinnamon, MATE */
extern const struct desktop_reader desktop_kde;
extern const struct desktop_reader desktop_sway;
extern const struct desktop_reader desktop_xfce;
