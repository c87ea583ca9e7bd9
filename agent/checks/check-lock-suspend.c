/* SPDX-License-Identifier: Apache-2.0 */
/*
 * lock.suspend: a machine that wakes up, by its lid or a key, asks for the password. Where nobody
 * can put it to sleep there is nothing to ask: systemd's sleep.target is masked, or every way of
 * sleeping is (systemd-sleep.conf(5), AllowSuspend= and its like).
 */
#include "desktop.h"
#include "ini.h"

#include <stdio.h>
#include <string.h>

#define ID "lock.suspend"
#define UNITS "etc/systemd/system/"
#define CONF "etc/systemd/sleep.conf"
#define CONF_DIR CONF ".d"
#define PATH_LEN_MAX 512

static const struct check_input inputs[] = {
	{CHECK_INPUT_FILE, "etc/systemd/sleep.conf"},
	{CHECK_INPUT_FILE, "etc/systemd/sleep.conf.d"},
	{CHECK_INPUT_FILE, "etc/systemd/system"},
	{CHECK_INPUT_PEOPLE, NULL, PERSONAL_GROUP_DESKTOP},
};

/* The ways of sleeping: a unit each, and what allows it */
static const struct {
	const char *unit, *key;
} ways[] = {
	{UNITS "suspend.target", "AllowSuspend"},
	{UNITS "hibernate.target", "AllowHibernation"},
	{UNITS "hybrid-sleep.target", "AllowHybridSleep"},
	{UNITS "suspend-then-hibernate.target", "AllowSuspendThenHibernate"},
};

/* systemd.unit(5): a link to /dev/null, or an empty file */
static bool is_masked(const struct sysroot *root, const char *unit)
{
	cleanup(free_ptr) char *target = NULL;
	struct stat st;

	if (sysroot_readlink(root, unit, &target) == 0) {
		return target[0] == '/' && strcmp(target + 1, "dev/null") == 0;
	}
	return sysroot_stat(root, unit, &st) == 0 && S_ISREG(st.st_mode) && st.st_size == 0;
}

/* systemd.syntax(7): the values of a boolean that say no */
static bool says_no(struct span value)
{
	static const char *const words[] = {"0", "f", "false", "n", "no", "off"};

	for (size_t i = 0; i < ARRAY_LEN(words); i++) {
		if (span_eq(value, words[i])) {
			return true;
		}
	}
	return false;
}

static void take_conf(const struct sysroot *root, const char *path, bool *forbidden)
{
	cleanup(free_ptr) char *text = NULL;
	struct ini ini = {.rest = {NULL, 0}};
	size_t len = 0;

	if (sysroot_read(root, path, INI_FILE_MAX, &text, &len) != 0) {
		return;
	}
	ini.rest = (struct span){text, len};
	while (ini_next(&ini)) {
		for (size_t i = 0; i < ARRAY_LEN(ways); i++) {
			if (span_eq(ini.section, "Sleep") && span_eq(ini.key, ways[i].key)) {
				forbidden[i] = says_no(ini.value);
			}
		}
	}
}

static int take_all_conf(const struct sysroot *root, bool *forbidden)
{
	cleanup(sysroot_names_finish) struct sysroot_names names = {0};
	int r;

	take_conf(root, CONF, forbidden);
	r = sysroot_list(root, CONF_DIR, &names);
	for (size_t i = 0; r == 0 && i < names.len; i++) {
		char path[PATH_LEN_MAX];

		(void)snprintf(path, sizeof(path), CONF_DIR "/%s", names.names[i]);
		take_conf(root, path, forbidden);
	}
	return r == -ENOMEM ? r : 0;
}

static int sleeps_never(const struct sysroot *root, bool *ret_never)
{
	bool forbidden[ARRAY_LEN(ways)] = {false};
	bool never = true;
	int r = take_all_conf(root, forbidden);

	for (size_t i = 0; i < ARRAY_LEN(ways); i++) {
		never = never && (forbidden[i] || is_masked(root, ways[i].unit));
	}
	*ret_never = never || is_masked(root, UNITS "sleep.target");
	return r;
}

static int judge(
	const struct check_ctx *ctx, const struct personal *facts, void *data, struct verdict *v)
{
	int64_t locked = facts->values[PERSONAL_LOCK_ON_RESUME];

	(void)ctx;
	(void)data;
	if (!desktop_is_there(facts, v)) {
		return 0;
	}
	if (locked == 0) {
		return verdict_set(v, POSTURE_FAIL, POSTURE_WAKES_OPEN);
	}
	return locked == 1 ? verdict_set(v, POSTURE_PASS, POSTURE_WAKES_LOCKED)
			   : verdict_set(v, POSTURE_UNKNOWN, POSTURE_DESKTOP_UNKNOWN);
}

static int run(const struct check_ctx *ctx, struct verdict *v)
{
	bool never = false;
	int r = sleeps_never(ctx->root, &never);

	if (r < 0) {
		return r;
	}
	return never ? verdict_set(v, POSTURE_NA, POSTURE_SLEEP_OFF)
		     : people_judge(ctx, judge, NULL, v);
}

const struct check check_lock_suspend = {
	.id = ID,
	.inputs = inputs,
	.n_inputs = ARRAY_LEN(inputs),
	.run = run,
};
