/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Shows texts through the user's own session bus, with the user's own rights: Notify of
 * org.freedesktop.Notifications (Desktop Notifications Specification 1.2). The one place with
 * D-Bus.
 */
#pragma once

#include "base.h"

/* The desktop, and with it whoever shows messages, comes up a while after the sign-in. */
#define NOTIFY_WAIT_MS 600000
/* A service that the bus starts may not be able to yet: asked for again. */
#define NOTIFY_AGAIN_MS 15000
#define NOTIFY_CALL_MS 10000
#define NOTIFY_LANGUAGE_MAX 64

enum notify_outcome {
	NOTIFY_E_NOBODY = 1, /* no session bus, or nobody on it who shows messages */
};

struct notify;
/* Connects, and waits for somebody who shows messages. NOTIFY_E_NOBODY, -errno */
must_check int notify_new(const char *path, struct notify **ret_notify);
void notify_free_p(struct notify **notify);
/* As LC_MESSAGES or LANG of the user's service manager say; empty when it does not */
void notify_language(struct notify *notify, char language[NOTIFY_LANGUAGE_MAX]);
/* Whether who shows messages shows buttons, too */
bool notify_has_buttons(struct notify *notify);

/*
 * Whether it cuts a text off after a few lines: xfce4-notifyd 0.7.3 shows six of some 30 letters,
 * and no way to the rest.
 */
bool notify_cuts_off(struct notify *notify);

struct notify_text {
	const char *title, *body;
	const char *action; /* the words on its button; NULL for none */
	bool stays;	    /* until somebody closes it, where the desktop lets it */
};
/* NOTIFY_E_NOBODY, -errno. ret_id: for as long as it is shown */
must_check int notify_show(struct notify *notify, const struct notify_text *text, uint32_t *ret_id);

/* A button was pressed, or a message is shown no more */
struct notify_event {
	uint32_t id;
	bool pressed;
};
/* Sleeps until there is one. NOTIFY_E_NOBODY when who shows them is gone, -errno */
must_check int notify_wait(struct notify *notify, struct notify_event *ret_event);

/*
 * Has the desktop ask the person whether to sign out, or to start the computer again: nothing ends
 * without their word. NOTIFY_E_NOBODY when no desktop that can be asked is here, -errno
 */
must_check int notify_ask_to_leave(struct notify *notify, bool restart);
