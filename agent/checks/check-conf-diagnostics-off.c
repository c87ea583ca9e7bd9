/* SPDX-License-Identifier: Apache-2.0 */
/*
 * conf.diagnostics-off: neither the system, nor a browser, nor a person's desktop sends reports of
 * crashes or usage to their makers. Channels that are not installed do not count.
 */
#include "browser-gate.h"
#include "people.h"
#include "units.h"

#include <string.h>

#define ID "conf.diagnostics-off"
#define FILE_MAX ((size_t)64 << 10)

static const struct check_input inputs[] = {
	BROWSERS_INPUTS,
	{CHECK_INPUT_FILE, "etc/abrt/abrt.conf"},
	{CHECK_INPUT_FILE, "etc/default/apport"},
	{CHECK_INPUT_FILE, "etc/popularity-contest.conf"},
	{CHECK_INPUT_FILE, "etc/systemd/system"},
	{CHECK_INPUT_FILE, "etc/systemd/system/multi-user.target.wants"},
	{CHECK_INPUT_FILE, "etc/systemd/system/paths.target.wants"},
	{CHECK_INPUT_FILE, "sys/fs/cgroup/system.slice"},
	{CHECK_INPUT_FILE, "usr/bin/whoopsie"},
	{CHECK_INPUT_FILE, "usr/sbin/popularity-contest"},
	{CHECK_INPUT_FILE, "usr/share/apport/apport"},
	{CHECK_INPUT_PEOPLE, NULL, PERSONAL_GROUP_CLIENTS},
};

static const struct browser_rule rules[] = {
	{BROWSERS_CHROMIUM, 0, "MetricsReportingEnabled", BROWSER_TRUE, 0, 0, NULL},
	{BROWSERS_CHROMIUM, 1, "MetricsReportingEnabled", BROWSER_FALSE, 0, 0, NULL},
	{BROWSERS_FIREFOX, 1, "DisableTelemetry", BROWSER_TRUE, 0, 0, NULL},
};

struct look {
	size_t n; /* channels installed */
	bool on, refused, damaged;
};

struct channel {
	const char *program; /* its presence */
	const char *file;
	const char *key;
	const char *on;	  /* the value that sends; NULL: any but "no" and none at all */
	bool by_default;  /* without the key it sends */
	const char *unit; /* whose mask stops it; NULL: none */
};

/* Files of shell variables, or "key = value": the last line with the key counts. */
static const struct channel channels[] = {
	{"usr/sbin/popularity-contest", "etc/popularity-contest.conf", "PARTICIPATE", NULL, false,
		NULL},
	{"usr/share/apport/apport", "etc/default/apport", "enabled", "1", true, "apport.service"},
	{"usr/sbin/abrtd", "etc/abrt/abrt.conf", "AutoreportingEnabled", "yes", false,
		"abrtd.service"},
};

static bool value_sends(struct span value, const struct channel *channel)
{
	if (value.len >= 2 && (value.p[0] == '"' || value.p[0] == '\'')) {
		value = (struct span){value.p + 1, value.len - 2};
	}
	return channel->on ? span_eq(value, channel->on) : value.len > 0 && !span_eq(value, "no");
}

static bool text_on(struct span text, const struct channel *channel)
{
	bool on = channel->by_default;
	struct span line, key;

	while (span_next(&text, '\n', &line)) {
		line = span_trim(line);
		if (line.len == 0 || line.p[0] == '#' || !span_next(&line, '=', &key) || !line.p) {
			continue;
		}
		if (span_eq(span_trim(key), channel->key)) {
			on = value_sends(span_trim(line), channel);
		}
	}
	return on;
}

static int channel_take(
	const struct check_ctx *ctx, const struct channel *channel, struct look *look)
{
	cleanup(free_ptr) char *text = NULL;
	enum unit_state unit = UNIT_ENABLED;
	size_t len = 0;
	int r;

	if (!sysroot_exists(ctx->root, channel->program)) {
		return 0;
	}
	look->n++;
	r = channel->unit ? units_look(ctx->root, channel->unit, ctx->live != NULL, &unit) : 0;
	if (r != 0 || unit == UNIT_OFF) {
		return r;
	}
	r = sysroot_read(ctx->root, channel->file, FILE_MAX, &text, &len);
	if (r != 0 && r != FD_E_MISSING) {
		look->refused = look->refused || r == -EACCES || r == -EPERM;
		look->damaged = look->damaged || !look->refused;
		return r == -ENOMEM ? r : 0;
	}
	look->on = look->on || text_on((struct span){text, text ? len : 0}, channel);
	return 0;
}

/* Ubuntu's sender of what apport gathered */
static int whoopsie_take(const struct check_ctx *ctx, struct look *look)
{
	static const char *const units[] = {"whoopsie.path", "whoopsie.service"};
	int r = 0;

	if (!sysroot_exists(ctx->root, "usr/bin/whoopsie")) {
		return 0;
	}
	look->n++;
	for (size_t i = 0; r == 0 && i < ARRAY_LEN(units); i++) {
		enum unit_state state = UNIT_ABSENT;

		r = units_look(ctx->root, units[i], ctx->live != NULL, &state);
		look->on = look->on || state == UNIT_ENABLED || state == UNIT_RUNNING;
	}
	return r;
}

static enum browser_answer judge(
	const struct browser_seen *seen, struct json_object *policies, const struct policy *policy)
{
	(void)policy;
	return browser_rules_answer(seen, policies, rules, ARRAY_LEN(rules));
}

static int person_judge(
	const struct check_ctx *ctx, const struct personal *facts, void *data, struct verdict *v)
{
	int64_t on = facts->values[PERSONAL_REPORTS_ON];

	(void)ctx;
	(void)data;
	if (on > 0) {
		return verdict_set(v, POSTURE_FAIL, POSTURE_DIAGNOSTICS_ON);
	}
	if (on < 0 || facts->values[PERSONAL_REPORTS_UNSEEN] != 0) {
		return verdict_set(v, POSTURE_UNKNOWN, POSTURE_SETTINGS_NOT_READ);
	}
	return facts->values[PERSONAL_REPORTS_CHANNELS] > 0
		       ? verdict_set(v, POSTURE_PASS, POSTURE_DIAGNOSTICS_OFF)
		       : verdict_set(v, POSTURE_NA, POSTURE_NO_DIAGNOSTICS);
}

static bool desktop_there(const struct sysroot *root)
{
	static const char *const sessions[] = {"usr/share/wayland-sessions", "usr/share/xsessions",
		"usr/local/share/wayland-sessions", "usr/local/share/xsessions"};

	for (size_t i = 0; i < ARRAY_LEN(sessions); i++) {
		if (sysroot_exists(root, sessions[i])) {
			return true;
		}
	}
	return false;
}

/* What the system, the browsers and the people say, as one: the worst */
static int combine(const struct look *look, const struct verdict *browsers,
	const struct verdict *people, struct verdict *v)
{
	if (look->on || browsers->state == POSTURE_FAIL || people->state == POSTURE_FAIL) {
		return verdict_set(v, POSTURE_FAIL, POSTURE_DIAGNOSTICS_ON);
	}
	if (look->refused || look->damaged) {
		return verdict_set(v, POSTURE_UNKNOWN,
			look->refused ? POSTURE_NOT_PERMITTED : POSTURE_FORMAT_UNKNOWN);
	}
	if (browsers->state == POSTURE_UNKNOWN) {
		return verdict_set(v, POSTURE_UNKNOWN, browsers->reason);
	}
	if (people->state == POSTURE_UNKNOWN) {
		return verdict_set(v, POSTURE_UNKNOWN, people->reason);
	}
	return look->n > 0 || browsers->state == POSTURE_PASS || people->state == POSTURE_PASS
		       ? verdict_set(v, POSTURE_PASS, POSTURE_DIAGNOSTICS_OFF)
		       : verdict_set(v, POSTURE_NA, POSTURE_NO_DIAGNOSTICS);
}

static int run(const struct check_ctx *ctx, struct verdict *v)
{
	static const struct browser_gate gate = {
		.judge = judge, .kept = POSTURE_DIAGNOSTICS_OFF, .open = POSTURE_DIAGNOSTICS_ON};
	struct verdict browsers = {.state = POSTURE_UNKNOWN};
	struct verdict people = {.state = POSTURE_NA};
	struct look look = {.n = 0};
	int r = 0;

	for (size_t i = 0; r == 0 && i < ARRAY_LEN(channels); i++) {
		r = channel_take(ctx, &channels[i], &look);
	}
	if (r == 0) {
		r = whoopsie_take(ctx, &look);
	}
	if (r == 0) {
		r = browser_gate_run(&gate, ctx, &browsers);
	}
	if (r == 0 && desktop_there(ctx->root)) {
		r = people_judge(ctx, person_judge, NULL, &people);
	}
	return r == 0 ? combine(&look, &browsers, &people, v) : r;
}

const struct check check_conf_diagnostics_off = {
	.id = ID,
	.inputs = inputs,
	.n_inputs = ARRAY_LEN(inputs),
	.run = run,
};
