/* SPDX-License-Identifier: Apache-2.0 */
#include "notify.h"

#include "clock.h"
#include "str.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <systemd/sd-bus.h>

#define SERVICE "org.freedesktop.Notifications"
#define OBJECT "/org/freedesktop/Notifications"
#define DBUS "org.freedesktop.DBus"
#define BUTTON "fix" /* the one action of a message */
#define MANAGER "org.freedesktop.systemd1"

struct notify {
	sd_bus *bus;
};

static void bus_close_p(sd_bus **bus)
{
	*bus = sd_bus_flush_close_unref(*bus);
}

static void reply_unref_p(sd_bus_message **message)
{
	*message = sd_bus_message_unref(*message);
}

void notify_free_p(struct notify **notify)
{
	if (*notify) {
		bus_close_p(&(*notify)->bus);
		free(*notify);
		*notify = NULL;
	}
}

static int connect_bus(const char *path, sd_bus **ret_bus)
{
	cleanup(bus_close_p) sd_bus *bus = NULL;
	cleanup(str_finish) struct str address = {0};
	int r = str_appendf(&address, "unix:path=%s", path);

	if (r == 0) {
		r = sd_bus_new(&bus);
	}
	if (r >= 0) {
		r = sd_bus_set_address(bus, address.p);
	}
	if (r >= 0) {
		r = sd_bus_set_bus_client(bus, 1);
	}
	if (r >= 0) {
		r = sd_bus_start(bus);
	}
	if (r >= 0) {
		r = sd_bus_set_method_call_timeout(bus, NOTIFY_CALL_MS * UINT64_C(1000));
	}
	if (r < 0) {
		return r;
	}
	*ret_bus = TAKE_PTR(bus);
	return 0;
}

/* Whether somebody answers to that name now, started by the bus where it can be */
static bool is_there(sd_bus *bus)
{
	cleanup(reply_unref_p) sd_bus_message *reply = NULL;

	return sd_bus_call_method(bus, SERVICE, OBJECT, SERVICE, "GetServerInformation", NULL,
		       &reply, "") >= 0;
}

/* Sleeps until the name changes hands, or for a while; the bus going away is an error. */
static int wait_a_while(sd_bus *bus, int64_t until_ms)
{
	int64_t now_ms = clock_read().boot_ms;
	int64_t again_ms =
		now_ms + NOTIFY_AGAIN_MS < until_ms ? now_ms + NOTIFY_AGAIN_MS : until_ms;
	int r = 0;

	while (r >= 0 && (now_ms = clock_read().boot_ms) < again_ms) {
		cleanup(reply_unref_p) sd_bus_message *message = NULL;

		r = sd_bus_process(bus, &message);
		if (r > 0 && message &&
			sd_bus_message_is_signal(message, DBUS, "NameOwnerChanged") > 0) {
			return 0;
		}
		if (r == 0) {
			r = sd_bus_wait(bus, (uint64_t)(again_ms - now_ms) * 1000);
		}
	}
	return r < 0 ? r : 0;
}

static int wait_for_service(sd_bus *bus)
{
	int64_t until_ms = clock_read().boot_ms + NOTIFY_WAIT_MS;
	/* first the signal, then the question: it may appear in between */
	int r = sd_bus_add_match(bus, NULL,
		"type='signal',sender='" DBUS "',member='NameOwnerChanged',arg0='" SERVICE "'",
		NULL, NULL);

	if (r >= 0) {
		r = sd_bus_add_match(bus, NULL,
			"type='signal',sender='" SERVICE "',interface='" SERVICE "'", NULL, NULL);
	}
	while (r >= 0 && !is_there(bus)) {
		if (clock_read().boot_ms >= until_ms) {
			return NOTIFY_E_NOBODY;
		}
		r = wait_a_while(bus, until_ms);
	}
	return r < 0 ? r : 0;
}

int notify_new(const char *path, struct notify **ret_notify)
{
	cleanup(notify_free_p) struct notify *notify = calloc(1, sizeof(*notify));
	int r = notify ? connect_bus(path, &notify->bus) : -ENOMEM;

	if (r == -ENOMEM) {
		return r;
	}
	if (r == 0) {
		r = wait_for_service(notify->bus);
	}
	if (r != 0) {
		/* no bus, one that is not for us, or one that ended: quiet, whatever it was */
		return r == -ENOMEM ? r : NOTIFY_E_NOBODY;
	}
	*ret_notify = TAKE_PTR(notify);
	return 0;
}

static const char *value_of(const char *line, const char *name)
{
	size_t len = strlen(name);

	return strncmp(line, name, len) == 0 && line[len] == '=' ? line + len + 1 : NULL;
}

void notify_language(struct notify *notify, char language[NOTIFY_LANGUAGE_MAX])
{
	/* locale(7): the first of these that is set */
	static const char *const names[] = {"LC_ALL", "LC_MESSAGES", "LANG"};
	char **lines = NULL;

	language[0] = '\0';
	if (sd_bus_get_property_strv(notify->bus, MANAGER, "/org/freedesktop/systemd1",
		    MANAGER ".Manager", "Environment", NULL, &lines) < 0) {
		return;
	}
	for (size_t i = 0; i < ARRAY_LEN(names) && language[0] == '\0'; i++) {
		for (char **line = lines; line && *line; line++) {
			const char *value = value_of(*line, names[i]);

			if (value) {
				(void)snprintf(language, NOTIFY_LANGUAGE_MAX, "%s", value);
			}
		}
	}
	for (char **line = lines; line && *line; line++) {
		free(*line);
	}
	free(lines);
}

bool notify_has_buttons(struct notify *notify)
{
	cleanup(reply_unref_p) sd_bus_message *reply = NULL;
	const char *word = NULL;

	if (sd_bus_call_method(notify->bus, SERVICE, OBJECT, SERVICE, "GetCapabilities", NULL,
		    &reply, "") < 0 ||
		sd_bus_message_enter_container(reply, 'a', "s") < 0) {
		return false;
	}
	while (sd_bus_message_read_basic(reply, 's', &word) > 0) {
		if (strcmp(word, "actions") == 0) {
			return true;
		}
	}
	return false;
}

bool notify_cuts_off(struct notify *notify)
{
	cleanup(reply_unref_p) sd_bus_message *reply = NULL;
	const char *name = NULL;

	return sd_bus_call_method(notify->bus, SERVICE, OBJECT, SERVICE, "GetServerInformation",
		       NULL, &reply, "") >= 0 &&
	       sd_bus_message_read_basic(reply, 's', &name) > 0 &&
	       strcmp(name, "Xfce Notify Daemon") == 0;
}

int notify_show(struct notify *notify, const struct notify_text *text, uint32_t *ret_id)
{
	cleanup(reply_unref_p) sd_bus_message *call = NULL;
	cleanup(reply_unref_p) sd_bus_message *reply = NULL;
	int r = sd_bus_message_new_method_call(
		notify->bus, &call, SERVICE, OBJECT, SERVICE, "Notify");

	/* its own id, no icon of ours, normal urgency, as long as the desktop likes */
	if (r >= 0) {
		r = sd_bus_message_append(call, "susss", "Caretaker", 0U, "dialog-information",
			text->title, text->body);
	}
	if (r >= 0) {
		r = text->action ? sd_bus_message_append(call, "as", 2, BUTTON, text->action)
				 : sd_bus_message_append(call, "as", 0);
	}
	if (r >= 0) {
		r = sd_bus_message_append(
			call, "a{sv}i", 1, "urgency", "y", 1, text->stays ? 0 : -1);
	}
	if (r >= 0) {
		r = sd_bus_call(notify->bus, call, 0, NULL, &reply);
	}
	if (r >= 0) {
		r = sd_bus_message_read_basic(reply, 'u', ret_id);
	}
	return r >= 0 ? 0 : r == -ENOMEM ? r : NOTIFY_E_NOBODY;
}

/* Whether this signal is one; NOTIFY_E_NOBODY when the name of who shows messages changed hands */
static int event_read(sd_bus_message *message, struct notify_event *ret_event, bool *ret_found)
{
	struct notify_event event = {0};
	int r;

	*ret_found = false;
	if (sd_bus_message_is_signal(message, DBUS, "NameOwnerChanged") > 0) {
		return NOTIFY_E_NOBODY;
	}
	event.pressed = sd_bus_message_is_signal(message, SERVICE, "ActionInvoked") > 0;
	if (!event.pressed &&
		sd_bus_message_is_signal(message, SERVICE, "NotificationClosed") <= 0) {
		return 0;
	}
	r = sd_bus_message_read_basic(message, 'u', &event.id);
	if (r > 0) {
		*ret_event = event;
		*ret_found = true;
	}
	return 0;
}

int notify_wait(struct notify *notify, struct notify_event *ret_event)
{
	bool found = false;
	int r = 0;

	while (r >= 0) {
		cleanup(reply_unref_p) sd_bus_message *message = NULL;

		r = sd_bus_process(notify->bus, &message);
		if (r > 0 && message) {
			int answer = event_read(message, ret_event, &found);

			if (answer != 0 || found) {
				return answer;
			}
		} else if (r == 0) {
			r = sd_bus_wait(notify->bus, UINT64_MAX);
		}
	}
	return r == -ENOMEM ? r : NOTIFY_E_NOBODY;
}

/* Each asks the person first: gnome-session (also of Cinnamon and MATE), Plasma, xfce4-session */
static const struct leave {
	const char *service, *path, *interface;
	const char *member[2]; /* to sign out, to start the computer again */
	const char *types;
} leaves[] = {
	{"org.gnome.SessionManager", "/org/gnome/SessionManager", "org.gnome.SessionManager",
		{"Logout", "Reboot"}, "u"},
	{"org.kde.LogoutPrompt", "/LogoutPrompt", "org.kde.LogoutPrompt",
		{"promptLogout", "promptReboot"}, ""},
	/* its question offers both */
	{"org.xfce.SessionManager", "/org/xfce/SessionManager", "org.xfce.Session.Manager",
		{"Logout", "Logout"}, "bb"},
};

int notify_ask_to_leave(struct notify *notify, bool restart)
{
	for (size_t i = 0; i < ARRAY_LEN(leaves); i++) {
		const struct leave *leave = &leaves[i];
		cleanup(reply_unref_p) sd_bus_message *call = NULL;
		int r = sd_bus_message_new_method_call(notify->bus, &call, leave->service,
			leave->path, leave->interface, leave->member[restart]);

		/* u: 0, ask first; bb: ask first, and keep what is open */
		if (r >= 0 && strcmp(leave->types, "u") == 0 && !restart) {
			r = sd_bus_message_append(call, "u", 0U);
		} else if (r >= 0 && strcmp(leave->types, "bb") == 0) {
			r = sd_bus_message_append(call, "bb", 1, 1);
		}
		if (r == -ENOMEM) {
			return r;
		}
		if (r >= 0 && sd_bus_call(notify->bus, call, 0, NULL, NULL) >= 0) {
			return 0;
		}
	}
	return NOTIFY_E_NOBODY;
}
