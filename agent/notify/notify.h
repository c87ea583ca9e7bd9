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
/* NOTIFY_E_NOBODY, -errno */
must_check int notify_show(struct notify *notify, const char *title, const char *body);
