/* SPDX-License-Identifier: Apache-2.0 */
#include "scan-schedule.h"
#include "ini.h"
#include "schedule-day.h"
#include "unit-state.h"

#include <stdio.h>
#include <string.h>

struct walk {
	const struct check_ctx *ctx;
	int64_t days;
	bool debian; /* its cron and run-parts take no names with a dot */
	struct scan_schedule *schedule;
};

static bool day_any(const struct walk *walk,
	bool (*falls)(const void *, const struct schedule_date *), const void *plan)
{
	int64_t today = walk->ctx->now.wall_s / CLOCK_DAY_S;

	for (int64_t i = 0; i < walk->days; i++) {
		struct schedule_date date = schedule_date_of(today - i);

		if (falls(plan, &date)) {
			return true;
		}
	}
	return false;
}

static bool cron_falls(const void *plan, const struct schedule_date *date)
{
	return cron_falls_on(plan, date);
}

static bool calendar_falls(const void *plan, const struct schedule_date *date)
{
	return calendar_falls_on(plan, date);
}

static void command_take(struct walk *walk, const struct scan_command *command, bool often)
{
	struct scan_schedule *schedule = walk->schedule;

	if (command->coverage == SCAN_NONE) {
		return;
	}
	if (!often) {
		schedule->n_rare++;
		return;
	}
	schedule->n_part += command->coverage == SCAN_PART;
	schedule->n_unseen += command->coverage == SCAN_UNSEEN;
	schedule->n_full += command->coverage == SCAN_FULL;
	if (command->coverage == SCAN_FULL && command->log[0] &&
		schedule->n_logs < SCAN_SCHEDULE_LOGS_MAX) {
		memcpy(schedule->logs[schedule->n_logs++], command->log, sizeof(command->log));
	}
}

/* NULL in *ret_text when it is not there or cannot be read */
static int text_read(struct walk *walk, const char *path, char **ret_text, size_t *ret_len)
{
	int r = sysroot_read(walk->ctx->root, path, SCAN_SCHEDULE_FILE_MAX, ret_text, ret_len);

	walk->schedule->refused = walk->schedule->refused || r == -EACCES || r == -EPERM;
	walk->schedule->damaged = walk->schedule->damaged ||
				  (r != 0 && r != FD_E_MISSING && r != -EACCES && r != -EPERM);
	return r == -ENOMEM ? r : 0;
}

/*
 * What a command starts is often a script of the machine's own: one step further is looked, below
 * the places where programs lie, and not into what is no script.
 */
static int command_follow(struct walk *walk, struct span line, struct scan_command *command)
{
	cleanup(free_ptr) char *text = NULL;
	char path[SCAN_LOG_PATH_MAX + 1];
	struct span first;
	size_t len = 0;
	int r;

	scan_command_parse(line, command);
	line = span_trim(line);
	if (command->coverage != SCAN_NONE || !span_next(&line, ' ', &first) || first.len < 2 ||
		first.len > sizeof(path) || first.p[0] != '/' ||
		span_starts((struct span){first.p + 1, first.len - 1}, "home/")) {
		return 0;
	}
	snprintf(path, sizeof(path), "%.*s", (int)first.len - 1, first.p + 1);
	r = sysroot_read(walk->ctx->root, path, SCAN_SCHEDULE_FILE_MAX, &text, &len);
	if (r == 0 && len > 2 && text[0] == '#' && text[1] == '!') {
		scan_script_parse((struct span){text, len}, command);
	}
	return r == -ENOMEM ? r : 0;
}

static int crontab_take(struct walk *walk, const char *path, bool with_user)
{
	cleanup(free_ptr) char *text = NULL;
	struct span rest, line;
	size_t len = 0;
	int r = text_read(walk, path, &text, &len);

	rest = (struct span){text, text ? len : 0};
	while (r == 0 && rest.p && span_next(&rest, '\n', &line)) {
		struct scan_command command;
		struct cron_line cron;
		int parsed = cron_parse(line, with_user, &cron);

		if (parsed != 0) {
			/* A line that is not understood matters only when it names a scanner. */
			scan_command_parse(line, &command);
			walk->schedule->damaged =
				walk->schedule->damaged ||
				(parsed == SCHEDULE_E_FORMAT && command.coverage != SCAN_NONE);
			continue;
		}
		r = command_follow(walk, cron.command, &command);
		if (r == 0 && command.coverage != SCAN_NONE) {
			command_take(walk, &command, day_any(walk, cron_falls, &cron));
		}
	}
	return r;
}

static bool name_taken(const struct walk *walk, const char *name)
{
	size_t len = strlen(name);

	return walk->debian ? !strchr(name, '.') && name[len - 1] != '~'
			    : name[0] != '.' && name[len - 1] != '~';
}

typedef int (*file_fn)(struct walk *walk, const char *path);

static int dir_each(struct walk *walk, const char *dir, file_fn fn)
{
	cleanup(sysroot_names_finish) struct sysroot_names names = {0};
	int r = sysroot_list(walk->ctx->root, dir, &names);

	if (r != 0) {
		walk->schedule->refused = walk->schedule->refused || r == -EACCES || r == -EPERM;
		return r == -ENOMEM ? r : 0;
	}
	walk->schedule->damaged = walk->schedule->damaged || names.len > SCAN_SCHEDULE_NAMES_MAX;
	for (size_t i = 0; r == 0 && i < names.len && i < SCAN_SCHEDULE_NAMES_MAX; i++) {
		char path[320];

		if (name_taken(walk, names.names[i])) {
			snprintf(path, sizeof(path), "%s/%.255s", dir, names.names[i]);
			r = fn(walk, path);
		}
	}
	return r;
}

static int crontab_of_all(struct walk *walk, const char *path)
{
	return crontab_take(walk, path, true);
}

/* run-parts(8) starts what may be executed */
static int script_take(struct walk *walk, const char *path)
{
	cleanup(free_ptr) char *text = NULL;
	struct scan_command command = {.coverage = SCAN_NONE};
	struct stat st;
	size_t len = 0;
	int r = 0;

	if (sysroot_stat(walk->ctx->root, path, &st) == 0 && (st.st_mode & S_IXUSR)) {
		r = text_read(walk, path, &text, &len);
	}
	if (text) {
		scan_script_parse((struct span){text, len}, &command);
	}
	command_take(walk, &command, true);
	return r;
}

static bool cron_there(const struct sysroot *root)
{
	static const char *const daemons[] = {"usr/sbin/cron", "usr/sbin/crond", "usr/sbin/anacron",
		"usr/bin/crond", "usr/lib/systemd/system-generators/systemd-crontab-generator"};

	for (size_t i = 0; i < ARRAY_LEN(daemons); i++) {
		if (sysroot_exists(root, daemons[i])) {
			return true;
		}
	}
	return false;
}

static int cron_walk(struct walk *walk)
{
	static const char *const roots[] = {
		"var/spool/cron/crontabs/root", "var/spool/cron/root", "var/spool/cron/tabs/root"};
	static const char *const parts[] = {
		"etc/cron.daily", "etc/cron.hourly", "etc/cron.weekly", "etc/cron.monthly"};
	int r;

	if (!cron_there(walk->ctx->root)) {
		return 0;
	}
	r = crontab_take(walk, "etc/crontab", true);
	if (r == 0) {
		r = dir_each(walk, "etc/cron.d", crontab_of_all);
	}
	for (size_t i = 0; r == 0 && i < ARRAY_LEN(roots); i++) {
		r = crontab_take(walk, roots[i], false);
	}
	for (size_t i = 0; r == 0 && i < ARRAY_LEN(parts); i++) {
		r = dir_each(walk, parts[i], script_take);
	}
	return r;
}

static const char *const unit_dirs[] = {"etc/systemd/system", "run/systemd/system",
	"usr/local/lib/systemd/system", "usr/lib/systemd/system", "lib/systemd/system"};

/* The unit's own file; what drop-ins add is not read, and makes the unit one not understood */
static int unit_read(struct walk *walk, const char *unit, char **ret_text, size_t *ret_len)
{
	int r = 0;

	for (size_t i = 0; r == 0 && !*ret_text && i < ARRAY_LEN(unit_dirs); i++) {
		char path[64 + UNIT_NAME_MAX];

		snprintf(path, sizeof(path), "%s/%s", unit_dirs[i], unit);
		r = sysroot_read(walk->ctx->root, path, SCAN_SCHEDULE_FILE_MAX, ret_text, ret_len);
		r = r == -ENOMEM ? r : 0;
	}
	return r;
}

static bool has_drop_ins(const struct sysroot *root, const char *unit)
{
	for (size_t i = 0; i < ARRAY_LEN(unit_dirs); i++) {
		char path[80 + UNIT_NAME_MAX];

		snprintf(path, sizeof(path), "%s/%s.d", unit_dirs[i], unit);
		if (sysroot_exists(root, path)) {
			return true;
		}
	}
	return false;
}

static int service_take(struct walk *walk, const char *service, struct scan_command *best)
{
	cleanup(free_ptr) char *text = NULL;
	struct ini ini = {.rest = {"", 0}, .section = {"", 0}};
	size_t len = 0;
	int r = unit_read(walk, service, &text, &len);

	ini.rest = (struct span){text, text ? len : 0};
	while (r == 0 && text && ini_next(&ini)) {
		struct scan_command one;

		if (!span_eq(ini.section, "Service") || !span_eq(ini.key, "ExecStart")) {
			continue;
		}
		while (ini.value.len > 0 && strchr("@-:+!", ini.value.p[0])) {
			ini.value = (struct span){ini.value.p + 1, ini.value.len - 1};
		}
		r = command_follow(walk, ini.value, &one);
		if (r == 0 && one.coverage > best->coverage) {
			*best = one;
		}
	}
	return r;
}

/* OnCalendar=; what counts from the boot or from its last time comes round often enough */
static bool timer_often(struct walk *walk, struct span text)
{
	struct ini ini = {.rest = text, .section = {"", 0}};
	bool often = false;

	while (ini_next(&ini)) {
		struct calendar calendar;

		if (!span_eq(ini.section, "Timer") || !span_starts(ini.key, "On")) {
			continue;
		}
		if (!span_eq(ini.key, "OnCalendar")) {
			often = often || span_starts(ini.key, "OnUnit") ||
				span_starts(ini.key, "OnBoot") || span_starts(ini.key, "OnStartup");
		} else if (ini.value.len == 0) {
			often = false; /* an empty one takes back those before */
		} else if (calendar_parse(ini.value, &calendar) == 0) {
			often = often || day_any(walk, calendar_falls, &calendar);
		} else {
			walk->schedule->damaged = true;
		}
	}
	return often;
}

static void service_name(struct span timer_text, const char *timer, char *buf, size_t size)
{
	struct ini ini = {.rest = timer_text, .section = {"", 0}};

	snprintf(buf, size, "%.*s.service", (int)(strlen(timer) - strlen(".timer")), timer);
	while (ini_next(&ini)) {
		if (span_eq(ini.section, "Timer") && span_eq(ini.key, "Unit") &&
			ini.value.len < size) {
			snprintf(buf, size, "%.*s", (int)ini.value.len, ini.value.p);
		}
	}
}

static int timer_take(struct walk *walk, const char *timer)
{
	cleanup(free_ptr) char *text = NULL;
	struct scan_command command = {.coverage = SCAN_NONE};
	char service[UNIT_NAME_MAX + 1];
	enum unit_enablement enablement = UNIT_DISABLED;
	size_t len = 0;
	int r = unit_look_enablement(walk->ctx->root, timer, &enablement);

	if (r < 0 || enablement != UNIT_ENABLED) {
		return r;
	}
	r = unit_read(walk, timer, &text, &len);
	if (r < 0 || !text) {
		return r;
	}
	service_name((struct span){text, len}, timer, service, sizeof(service));
	if (!unit_name_valid(service)) {
		return 0;
	}
	r = service_take(walk, service, &command);
	if (r == 0 && command.coverage != SCAN_NONE) {
		walk->schedule->damaged = walk->schedule->damaged ||
					  has_drop_ins(walk->ctx->root, timer) ||
					  has_drop_ins(walk->ctx->root, service);
		command_take(walk, &command, timer_often(walk, (struct span){text, len}));
	}
	return r;
}

static int timers_walk(struct walk *walk)
{
	int r = 0;

	for (size_t i = 0; r == 0 && i < ARRAY_LEN(unit_dirs); i++) {
		cleanup(sysroot_names_finish) struct sysroot_names names = {0};
		char dir[64];

		snprintf(dir, sizeof(dir), "%s/timers.target.wants", unit_dirs[i]);
		if (sysroot_list(walk->ctx->root, dir, &names) != 0) {
			continue;
		}
		for (size_t n = 0; r == 0 && n < names.len && n < SCAN_SCHEDULE_NAMES_MAX; n++) {
			size_t len = strlen(names.names[n]);

			if (unit_name_valid(names.names[n]) && len > 6 &&
				strcmp(names.names[n] + len - 6, ".timer") == 0) {
				r = timer_take(walk, names.names[n]);
			}
		}
	}
	return r;
}

int scan_schedule_read(
	const struct check_ctx *ctx, int64_t days, struct scan_schedule *ret_schedule)
{
	struct scan_schedule schedule = {.n_full = 0};
	struct walk walk = {.ctx = ctx,
		.days = days,
		.debian = sysroot_exists(ctx->root, "etc/debian_version"),
		.schedule = &schedule};
	int r = timers_walk(&walk);

	if (r == 0) {
		r = cron_walk(&walk);
	}
	if (r == 0) {
		*ret_schedule = schedule;
	}
	return r;
}
