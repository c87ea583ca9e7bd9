/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Facts of the desktop: lock.idle, lock.suspend, usb.no-autorun, conf.location-off. Which session
 * somebody signs in to is theirs to choose at each sign-in, so every one that is offered has to be
 * right: the worst counts. One that is not known here leaves not seen what the others do not
 * settle.
 */
#include "desktop.h"
#include "personal-parts.h"

static const struct desktop_reader *reader_of(enum desktop_kind kind)
{
	switch (kind) {
	case DESKTOP_CINNAMON:
	case DESKTOP_GNOME:
	case DESKTOP_MATE:
		return &desktop_glib;
	case DESKTOP_KDE:
		return &desktop_kde;
	case DESKTOP_SWAY:
		return &desktop_sway;
	case DESKTOP_XFCE:
		return &desktop_xfce;
	case DESKTOP_OTHER:
		break;
	}
	return NULL;
}

/* No before not seen before yes */
static int64_t worse_answer(int64_t a, int64_t b)
{
	if (a == 0 || b == 0) {
		return 0;
	}
	return a == PERSONAL_NOT_SEEN || b == PERSONAL_NOT_SEEN ? PERSONAL_NOT_SEEN : 1;
}

/* Never before not seen before the longest */
static int64_t worse_delay(int64_t a, int64_t b)
{
	if (a == PERSONAL_ABSENT || b == PERSONAL_ABSENT) {
		return PERSONAL_ABSENT;
	}
	if (a == PERSONAL_NOT_SEEN || b == PERSONAL_NOT_SEEN) {
		return PERSONAL_NOT_SEEN;
	}
	return a > b ? a : b;
}

static int read_session(const struct personal_place *place, const struct desktop_session *session,
	struct desktop_facts *worst)
{
	const struct desktop_reader *reader = reader_of(session->kind);
	struct desktop_facts facts = {PERSONAL_NOT_SEEN, PERSONAL_NOT_SEEN, PERSONAL_NOT_SEEN,
		PERSONAL_NOT_SEEN, PERSONAL_NOT_SEEN, PERSONAL_NOT_SEEN};
	int r = reader ? reader->read(place, session, &facts) : 0;

	if (r == 0) {
		worst->lock_after_s = worse_delay(worst->lock_after_s, facts.lock_after_s);
		worst->lock_fixed = worse_answer(worst->lock_fixed, facts.lock_fixed);
		worst->lock_on_resume = worse_answer(worst->lock_on_resume, facts.lock_on_resume);
		worst->autorun_off = worse_answer(worst->autorun_off, facts.autorun_off);
		worst->autorun_fixed = worse_answer(worst->autorun_fixed, facts.autorun_fixed);
		worst->location_off = worse_answer(worst->location_off, facts.location_off);
	}
	return r;
}

static int desktop_read(const struct personal_place *place, struct personal *personal)
{
	struct desktop_facts worst = {0, 1, 1, 1, 1, 1};
	struct desktop_sessions sessions;
	int64_t *values = personal->values;
	int r = desktop_sessions_read(place->root, &sessions);

	for (size_t i = 0; r == 0 && i < sessions.len; i++) {
		r = read_session(place, &sessions.items[i], &worst);
	}
	if (r < 0) {
		return r;
	}
	if (sessions.len == 0) {
		values[PERSONAL_DESKTOP] = sessions.unread ? PERSONAL_NOT_SEEN : 0;
		return 0;
	}
	values[PERSONAL_DESKTOP] = 1;
	if (sessions.unread) {
		worst.lock_after_s = worse_delay(worst.lock_after_s, PERSONAL_NOT_SEEN);
		worst.lock_on_resume = worse_answer(worst.lock_on_resume, PERSONAL_NOT_SEEN);
		worst.autorun_off = worse_answer(worst.autorun_off, PERSONAL_NOT_SEEN);
		worst.location_off = worse_answer(worst.location_off, PERSONAL_NOT_SEEN);
	}
	values[PERSONAL_LOCK_AFTER_S] = worst.lock_after_s;
	values[PERSONAL_LOCK_FIXED] = worst.lock_fixed;
	values[PERSONAL_LOCK_ON_RESUME] = worst.lock_on_resume;
	values[PERSONAL_AUTORUN_OFF] = worst.autorun_off;
	values[PERSONAL_AUTORUN_FIXED] = worst.autorun_fixed;
	values[PERSONAL_LOCATION_OFF] = worst.location_off;
	return 0;
}

static int desktop_watch(const struct personal_place *place, personal_path_fn fn, void *data)
{
	struct desktop_sessions sessions;
	int r = desktop_sessions_read(place->root, &sessions);

	if (r == 0) {
		r = desktop_sessions_watch(fn, data);
	}
	for (size_t i = 0; r == 0 && i < sessions.len; i++) {
		const struct desktop_reader *reader = reader_of(sessions.items[i].kind);

		r = reader ? reader->watch(place, fn, data) : 0;
	}
	return r;
}

const struct personal_collector personal_desktop = {.read = desktop_read, .watch = desktop_watch};
