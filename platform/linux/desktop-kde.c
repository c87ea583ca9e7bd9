/* SPDX-License-Identifier: Apache-2.0 */
/*
 * KDE Plasma: kscreenlockerrc, whose keys and defaults are those of kscreenlocker's kcfg. Autolock
 * off, or no password wanted (Lock, and since Plasma 6 RequirePassword), is no lock; within
 * LockGrace seconds after it locked nobody is asked. Plasma starts nothing from a medium: its
 * automounter mounts, and its notifier only offers to open.
 *
 * XDG_CONFIG_DIRS of a session is not seen; its default, /etc/xdg, is taken.
 */
#include "desktop.h"
#include "homefiles.h"
#include "kconfig.h"

#include <stdio.h>

#define GROUP "Daemon"
#define MINUTE_S 60
#define GRACE_MAX_S 300
#define PATH_LEN_MAX 64

/* Read in this order: what holds for all programs, then the locker's own */
static const struct {
	const char *name;
	bool home;
} files[] = {
	{"etc/xdg/kdeglobals", false},
	{".config/kdeglobals", true},
	{"etc/xdg/kscreenlockerrc", false},
	{".config/kscreenlockerrc", true},
};

struct cascade {
	char *bytes[ARRAY_LEN(files)]; /* NULL: not there */
	size_t len[ARRAY_LEN(files)];
	bool unread;
};

static void cascade_finish(struct cascade *cascade)
{
	for (size_t i = 0; i < ARRAY_LEN(files); i++) {
		free(cascade->bytes[i]);
	}
}

static int cascade_read(const struct personal_place *place, struct cascade *cascade)
{
	for (size_t i = 0; i < ARRAY_LEN(files); i++) {
		char **bytes = &cascade->bytes[i];
		size_t *len = &cascade->len[i];
		int r = files[i].home ? homefiles_read(place->home, files[i].name, KCONFIG_FILE_MAX,
						bytes, len)
				      : sysroot_read(place->root, files[i].name, KCONFIG_FILE_MAX,
						bytes, len);

		if (r == -ENOMEM) {
			return r;
		}
		cascade->unread = cascade->unread || (r != 0 && r != FD_E_MISSING);
	}
	return 0;
}

/* fixed: a file of the machine says so; one of the person's own they can change again. */
static struct kconfig_value ask(const struct cascade *cascade, const char *name, bool *fixed)
{
	const struct kconfig_key key = {GROUP, name};
	struct kconfig_value value = {.there = false};
	bool by_machine = false;

	for (size_t i = 0; i < ARRAY_LEN(files); i++) {
		if (cascade->bytes[i] && !value.immutable) {
			kconfig_take(
				(struct span){cascade->bytes[i], cascade->len[i]}, &key, &value);
			by_machine = value.immutable && !files[i].home;
		}
	}
	*fixed = *fixed && by_machine;
	return value;
}

static void judge(const struct cascade *cascade, struct desktop_facts *facts)
{
	bool fixed = true, asks_fixed = true, resume_fixed = true, asks, autolock;
	struct kconfig_value value = ask(cascade, "Autolock", &fixed);
	int64_t timeout, grace;

	autolock = kconfig_bool(&value, true);
	value = ask(cascade, "Timeout", &fixed);
	timeout = kconfig_number(&value, 5);
	value = ask(cascade, "LockGrace", &fixed);
	grace = kconfig_number(&value, 5);
	grace = grace < 0 ? 0 : grace > GRACE_MAX_S ? GRACE_MAX_S : grace;
	value = ask(cascade, "Lock", &asks_fixed);
	asks = kconfig_bool(&value, true);
	value = ask(cascade, "RequirePassword", &asks_fixed);
	asks = kconfig_bool(&value, true) && asks;
	value = ask(cascade, "LockOnResume", &resume_fixed);

	facts->lock_after_s =
		autolock && asks && timeout > 0 ? timeout * MINUTE_S + grace : PERSONAL_ABSENT;
	facts->lock_fixed = fixed && asks_fixed;
	facts->lock_on_resume = kconfig_bool(&value, true) && asks;
}

static int kde_read(const struct personal_place *place, const struct desktop_session *session,
	struct desktop_facts *facts)
{
	cleanup(cascade_finish) struct cascade cascade = {.unread = false};
	int r = cascade_read(place, &cascade);

	(void)session;
	if (r == 0 && !cascade.unread) {
		judge(&cascade, facts);
	}
	facts->autorun_off = 1;
	facts->autorun_fixed = 1;
	return r;
}

static int kde_watch(const struct personal_place *place, personal_path_fn fn, void *data)
{
	int r = 0;

	(void)place;
	for (size_t i = 0; r == 0 && i < ARRAY_LEN(files); i++) {
		char path[PATH_LEN_MAX];

		(void)snprintf(
			path, sizeof(path), "%s/%s", files[i].home ? "~" : "", files[i].name);
		r = fn(path, data);
	}
	return r;
}

const struct desktop_reader desktop_kde = {.read = kde_read, .watch = kde_watch};
