/* SPDX-License-Identifier: Apache-2.0 */
#include "auto-updates.h"
#include "apt-conf.h"
#include "unit-state.h"

#include <stdio.h>
#include <string.h>

#define PARTS "etc/apt/apt.conf.d"
#define PARTS_MAX 512

struct settings {
	bool enabled; /* APT::Periodic::Enable, which is on unless something is said */
	bool lists;
	bool upgrade;
	bool security;
	bool strange; /* a value that is none of its kind */
	bool damaged;
	bool refused;
};

/* apt.systemd.daily: 0 is never; a number of days, one with s, m, h or d behind it, or "always" */
static bool interval_on(const char *value, struct settings *settings)
{
	struct span number = span_z(value);
	uint64_t n;

	if (strcmp(value, "always") == 0) {
		return true;
	}
	if (number.len > 1 && strchr("smhd", number.p[number.len - 1])) {
		number.len--;
	}
	if (span_u64(number, &n) != 0) {
		settings->strange = true;
		return false;
	}
	return n > 0;
}

/* Security archives of Debian and Ubuntu have these origins; others may name themselves anything.
 */
static bool origin_own(struct span origin)
{
	static const char *const names[] = {
		"*", "Debian", "Ubuntu", "${distro_id}", "Raspbian", "Debian-Security"};

	for (size_t i = 0; i < ARRAY_LEN(names); i++) {
		if (span_eq(origin, names[i])) {
			return true;
		}
	}
	return false;
}

static bool word_secure(struct span word)
{
	return span_eq(word, "*") || (word.p && word.len > 0 &&
					     (memmem(word.p, word.len, "security", 8) ||
						     memmem(word.p, word.len, "Security", 8)));
}

bool auto_updates_origin_secure(const char *entry)
{
	const char *colon = strrchr(entry, ':');

	colon = colon ? colon : strchr(entry, ' ');
	return colon && origin_own((struct span){entry, (size_t)(colon - entry)}) &&
	       word_secure(span_z(colon + 1));
}

/* Each part has to fit; a part that says nothing of security is one that shuts it out. */
bool auto_updates_pattern_secure(const char *entry)
{
	struct span rest = span_z(entry), part;
	bool any = false;

	while (span_next(&rest, ',', &part)) {
		struct span key, value = span_trim(part);

		if (!span_next(&value, '=', &key) || !value.p) {
			return false;
		}
		key = span_trim(key);
		value = span_trim(value);
		if (span_eq(key, "origin") || span_eq(key, "o")) {
			if (!origin_own(value)) {
				return false;
			}
		} else if (!span_eq(key, "component") && !span_eq(key, "c") &&
			   !word_secure(value)) {
			return false;
		}
		any = true;
	}
	return any;
}

static void item_take(const char *key, const char *value, void *data)
{
	static const char origins[] = "unattended-upgrade::allowed-origins";
	static const char patterns[] = "unattended-upgrade::origins-pattern";
	struct settings *s = data;

	if (strcmp(key, "apt::periodic::enable") == 0) {
		s->enabled = !value || interval_on(value, s);
	} else if (strcmp(key, "apt::periodic::update-package-lists") == 0) {
		s->lists = value && interval_on(value, s);
	} else if (strcmp(key, "apt::periodic::unattended-upgrade") == 0) {
		s->upgrade = value && interval_on(value, s);
	} else if (strncmp(key, origins, sizeof(origins) - 1) == 0) {
		s->security = value && (s->security || auto_updates_origin_secure(value));
	} else if (strncmp(key, patterns, sizeof(patterns) - 1) == 0) {
		s->security = value && (s->security || auto_updates_pattern_secure(value));
	} else if (!value && (strcmp(key, "unattended-upgrade") == 0)) {
		s->security = false;
	} else if (!value && (strcmp(key, "apt") == 0 || strcmp(key, "apt::periodic") == 0)) {
		s->enabled = true;
		s->lists = s->upgrade = false;
	}
}

static int file_take(const struct sysroot *root, const char *path, struct settings *s)
{
	cleanup(free_ptr) char *text = NULL;
	size_t len = 0;
	int r = sysroot_read(root, path, APT_CONF_FILE_MAX, &text, &len);

	if (r == 0) {
		r = apt_conf_parse((struct span){text, len}, item_take, s);
		s->damaged = s->damaged || r != 0;
		return 0;
	}
	if (r == -EACCES || r == -EPERM) {
		s->refused = true;
	} else if (r != FD_E_MISSING) {
		s->damaged = true;
	}
	return r == -ENOMEM ? r : 0;
}

/* In apt's order: the parts by name, then the file itself. */
static int settings_read(const struct sysroot *root, struct settings *s)
{
	cleanup(sysroot_names_finish) struct sysroot_names names = {0};
	int r = sysroot_list(root, PARTS, &names);

	if (r != 0) {
		s->refused = r == -EACCES || r == -EPERM;
		s->damaged = r != FD_E_MISSING;
	}
	s->damaged = s->damaged || names.len > PARTS_MAX;
	r = r == -ENOMEM ? r : 0;
	for (size_t i = 0; r == 0 && i < names.len && i < PARTS_MAX; i++) {
		char path[512];

		if (apt_conf_name_read(names.names[i])) {
			snprintf(path, sizeof(path), PARTS "/%s", names.names[i]);
			r = file_take(root, path, s);
		}
	}
	return r == 0 ? file_take(root, "etc/apt/apt.conf", s) : r;
}

/* Of the two timers the worse one counts. */
static int timers_look(const struct sysroot *root, enum unit_enablement *ret_worst)
{
	enum unit_enablement lists = UNIT_NOT_INSTALLED, upgrade = UNIT_NOT_INSTALLED;
	int r = unit_look_enablement(root, "apt-daily.timer", &lists);

	if (r == 0) {
		r = unit_look_enablement(root, "apt-daily-upgrade.timer", &upgrade);
	}
	if (r == 0) {
		*ret_worst = lists < upgrade ? lists : upgrade;
	}
	return r;
}

int auto_updates_judge_apt(const struct sysroot *root, struct verdict *v)
{
	struct settings s = {.enabled = true};
	enum unit_enablement timers = UNIT_NOT_INSTALLED;
	int r = settings_read(root, &s);

	if (r == 0) {
		r = timers_look(root, &timers);
	}
	if (r < 0) {
		return r;
	}
	if (s.refused || s.damaged || s.strange) {
		return verdict_set(v, POSTURE_UNKNOWN,
			s.refused ? POSTURE_NOT_PERMITTED : POSTURE_FORMAT_UNKNOWN);
	}
	if (!s.enabled || !s.lists || !s.upgrade ||
		!sysroot_exists(root, "usr/bin/unattended-upgrade")) {
		/* Other programs may do the same, each by settings of its own. */
		return sysroot_exists(root, "usr/bin/mintupdate-automation")
			       ? verdict_set(v, POSTURE_UNKNOWN, POSTURE_MANAGER_UNKNOWN)
			       : verdict_set(v, POSTURE_FAIL, POSTURE_AUTO_UPDATES_OFF);
	}
	if (!s.security) {
		return verdict_set(v, POSTURE_FAIL, POSTURE_AUTO_UPDATES_NO_SECURITY);
	}
	if (timers == UNIT_ENABLED) {
		return verdict_set(v, POSTURE_PASS, POSTURE_AUTO_UPDATES_ON);
	}
	if (timers == UNIT_NOT_INSTALLED && sysroot_exists(root, "etc/cron.daily/apt-compat") &&
		!sysroot_exists(root, "usr/lib/systemd/systemd")) {
		return verdict_set(v, POSTURE_UNKNOWN, POSTURE_MANAGER_UNKNOWN);
	}
	return verdict_set(v, POSTURE_FAIL, POSTURE_AUTO_UPDATES_OFF);
}
