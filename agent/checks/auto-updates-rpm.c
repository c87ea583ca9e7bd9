/* SPDX-License-Identifier: Apache-2.0 */
#include "auto-updates.h"
#include "ini.h"
#include "unit-state.h"

#include <string.h>
#include <strings.h>

struct wish {
	const char *section;
	const char *key;
	char value[96]; /* the last one said; empty for none */
	bool damaged;
	bool refused;
};

static int file_ask(const struct sysroot *root, const char *path, struct wish *wishes, size_t n)
{
	cleanup(free_ptr) char *text = NULL;
	struct ini ini = {0};
	size_t len = 0;
	int r = sysroot_read(root, path, INI_FILE_MAX, &text, &len);

	if (r != 0) {
		wishes->refused = wishes->refused || r == -EACCES || r == -EPERM;
		wishes->damaged = wishes->damaged || r != FD_E_MISSING;
		return r == -ENOMEM ? r : 0;
	}
	ini.rest = (struct span){text, len};
	while (ini_next(&ini)) {
		for (size_t i = 0; i < n; i++) {
			if (!span_eq(ini.section, wishes[i].section) ||
				!span_eq(ini.key, wishes[i].key)) {
				continue;
			}
			if (ini.value.len >= sizeof(wishes[i].value)) {
				wishes->damaged = true;
				continue;
			}
			memcpy(wishes[i].value, ini.value.p, ini.value.len);
			wishes[i].value[ini.value.len] = '\0';
		}
	}
	return 0;
}

static int any_enabled(
	const struct sysroot *root, const char *const *units, size_t n, bool *ret_enabled)
{
	*ret_enabled = false;
	for (size_t i = 0; i < n; i++) {
		enum unit_enablement state = UNIT_NOT_INSTALLED;
		int r = unit_look_enablement(root, units[i], &state);

		if (r < 0) {
			return r;
		}
		*ret_enabled = *ret_enabled || state == UNIT_ENABLED;
	}
	return 0;
}

static bool is_yes(const char *value)
{
	return strcasecmp(value, "yes") == 0 || strcasecmp(value, "true") == 0 ||
	       strcmp(value, "1") == 0 || strcasecmp(value, "on") == 0;
}

static int unreadable(const struct wish *wishes, struct verdict *v)
{
	return verdict_set(v, POSTURE_UNKNOWN,
		wishes->refused ? POSTURE_NOT_PERMITTED : POSTURE_FORMAT_UNKNOWN);
}

int auto_updates_judge_dnf(const struct sysroot *root, struct verdict *v)
{
	static const char *const always[] = {"dnf-automatic-install.timer"};
	static const char *const timers[] = {"dnf-automatic.timer", "dnf5-automatic.timer"};
	struct wish wishes[] = {
		{.section = "commands", .key = "apply_updates"},
		{.section = "commands", .key = "upgrade_type"},
	};
	bool on = false, installs = false;
	int r = file_ask(
		root, "usr/share/dnf5/dnf5-plugins/automatic.conf", wishes, ARRAY_LEN(wishes));

	if (r == 0) {
		r = file_ask(root, "etc/dnf/automatic.conf", wishes, ARRAY_LEN(wishes));
	}
	if (r == 0) {
		r = any_enabled(root, timers, ARRAY_LEN(timers), &on);
	}
	if (r == 0) {
		r = any_enabled(root, always, ARRAY_LEN(always), &installs);
	}
	if (r < 0) {
		return r;
	}
	if (!installs && !on) {
		return verdict_set(v, POSTURE_FAIL, POSTURE_AUTO_UPDATES_OFF);
	}
	if (wishes->damaged || wishes->refused) {
		return unreadable(wishes, v);
	}
	if (!installs && !is_yes(wishes[0].value)) {
		return verdict_set(v, POSTURE_FAIL, POSTURE_AUTO_UPDATES_OFF);
	}
	if (wishes[1].value[0] && strcmp(wishes[1].value, "default") != 0 &&
		strcmp(wishes[1].value, "security") != 0) {
		return verdict_set(v, POSTURE_UNKNOWN, POSTURE_FORMAT_UNKNOWN);
	}
	return verdict_set(v, POSTURE_PASS, POSTURE_AUTO_UPDATES_ON);
}

/* A value of /etc/sysconfig stands in quotes. */
static bool quoted_yes(const char *value)
{
	return is_yes(value) || strcmp(value, "\"true\"") == 0 || strcmp(value, "\"yes\"") == 0;
}

int auto_updates_judge_zypper(const struct sysroot *root, struct verdict *v)
{
	static const char *const timers[] = {"os-update.timer", "transactional-update.timer"};
	static const char *const jobs[] = {"etc/cron.daily/opensuse.org-online_update",
		"etc/cron.weekly/opensuse.org-online_update"};
	struct wish wishes[] = {
		{.section = "", .key = "AOU_ENABLE_CRONJOB"},
		{.section = "", .key = "AOU_PATCH_CATEGORIES"},
	};
	bool on = false, job = false;
	int r = file_ask(root, "etc/sysconfig/automatic_online_update", wishes, ARRAY_LEN(wishes));

	if (r == 0) {
		r = any_enabled(root, timers, ARRAY_LEN(timers), &on);
	}
	if (r < 0) {
		return r;
	}
	if (on) {
		return verdict_set(v, POSTURE_PASS, POSTURE_AUTO_UPDATES_ON);
	}
	for (size_t i = 0; i < ARRAY_LEN(jobs); i++) {
		job = job || sysroot_exists(root, jobs[i]);
	}
	if (job && (wishes->damaged || wishes->refused)) {
		return unreadable(wishes, v);
	}
	if (!job || !quoted_yes(wishes[0].value)) {
		return verdict_set(v, POSTURE_FAIL, POSTURE_AUTO_UPDATES_OFF);
	}
	/* Quotes alone: all categories */
	return strlen(wishes[1].value) <= 2 || strstr(wishes[1].value, "security")
		       ? verdict_set(v, POSTURE_PASS, POSTURE_AUTO_UPDATES_ON)
		       : verdict_set(v, POSTURE_FAIL, POSTURE_AUTO_UPDATES_NO_SECURITY);
}

int auto_updates_judge_image(const struct sysroot *root, struct verdict *v)
{
	static const char *const whole[] = {"bootc-fetch-apply-updates.timer", "zincati.service"};
	static const char *const staging[] = {"rpm-ostreed-automatic.timer"};
	struct wish policy = {.section = "Daemon", .key = "AutomaticUpdatePolicy"};
	bool by_itself = false, timer = false;
	int r = any_enabled(root, whole, ARRAY_LEN(whole), &by_itself);

	if (r == 0) {
		r = any_enabled(root, staging, ARRAY_LEN(staging), &timer);
	}
	if (r == 0) {
		r = file_ask(root, "etc/rpm-ostreed.conf", &policy, 1);
	}
	if (r < 0) {
		return r;
	}
	if (by_itself) {
		return verdict_set(v, POSTURE_NA, POSTURE_IMAGE_BASED);
	}
	if (timer && (policy.damaged || policy.refused)) {
		return unreadable(&policy, v);
	}
	if (timer && (strcmp(policy.value, "stage") == 0 || strcmp(policy.value, "apply") == 0)) {
		return verdict_set(v, POSTURE_NA, POSTURE_IMAGE_BASED);
	}
	return verdict_set(v, POSTURE_FAIL, POSTURE_AUTO_UPDATES_OFF);
}
