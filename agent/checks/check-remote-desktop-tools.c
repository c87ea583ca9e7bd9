/* SPDX-License-Identifier: Apache-2.0 */
/*
 * remote.desktop-tools: no program waits for somebody elsewhere to see or move this desktop, save
 * those of the policy's list "allowed". Judged is what starts by itself or runs as a service: a
 * program that a person starts for one session is theirs to see.
 */
#include "ini.h"
#include "people.h"
#include "remote-tools.h"
#include "units.h"

#include <stdio.h>
#include <string.h>

#define ID "remote.desktop-tools"
#define GRD_FILE_MAX ((size_t)64 << 10)
#define NAMES_MAX 4096

static const struct check_input inputs[] = {
	{CHECK_INPUT_FILE, "etc/gnome-remote-desktop/grd.conf"},
	{CHECK_INPUT_FILE, "etc/systemd/system"},
	{CHECK_INPUT_FILE, "etc/systemd/system/graphical.target.wants"},
	{CHECK_INPUT_FILE, "etc/systemd/system/multi-user.target.wants"},
	{CHECK_INPUT_FILE, "etc/systemd/system/sockets.target.wants"},
	{CHECK_INPUT_FILE, "sys/fs/cgroup/system.slice"},
	{CHECK_INPUT_PEOPLE, NULL, PERSONAL_GROUP_REMOTE},
};

static const char *const wants[] = {
	"etc/systemd/system/graphical.target.wants",
	"etc/systemd/system/multi-user.target.wants",
	"etc/systemd/system/sockets.target.wants",
	"lib/systemd/system/graphical.target.wants",
	"lib/systemd/system/multi-user.target.wants",
	"usr/lib/systemd/system/graphical.target.wants",
	"usr/lib/systemd/system/multi-user.target.wants",
};

struct look {
	unsigned tools;
	bool refused;
};

/* A template's instances are found by name, and its mask is the template's. */
static int template_masked(const struct check_ctx *ctx, const char *unit, bool *ret_masked)
{
	cleanup(free_ptr) char *target = NULL;
	const char *at = strchr(unit, '@'), *dot = strrchr(unit, '.');
	char path[320];
	int r;

	*ret_masked = false;
	if (!at || !dot || dot < at) {
		return 0;
	}
	snprintf(path, sizeof(path), "etc/systemd/system/%.*s%s", (int)(at + 1 - unit), unit, dot);
	r = sysroot_readlink(ctx->root, path, &target);
	*ret_masked = r == 0 && target[0] == '/' && strcmp(target + 1, "dev/null") == 0;
	return r == -ENOMEM ? r : 0;
}

static int unit_take(const struct check_ctx *ctx, const char *unit, struct look *look)
{
	unsigned tools = remote_tools_of_unit(unit);
	enum unit_state state = UNIT_ENABLED;
	bool masked = false;
	int r;

	if (tools == 0 || strlen(unit) > UNITS_NAME_MAX) {
		return 0;
	}
	r = template_masked(ctx, unit, &masked);
	if (r == 0 && !strchr(unit, '@')) {
		r = units_look(ctx->root, unit, ctx->live != NULL, &state);
	}
	if (r == 0 && !masked && (state == UNIT_ENABLED || state == UNIT_RUNNING)) {
		look->tools |= tools;
	}
	return r;
}

static int dir_take(const struct check_ctx *ctx, const char *dir, struct look *look)
{
	cleanup(sysroot_names_finish) struct sysroot_names names = {0};
	int r = sysroot_list(ctx->root, dir, &names);

	if (r != 0) {
		look->refused = look->refused || r == -EACCES || r == -EPERM;
		return r == -ENOMEM ? r : 0;
	}
	for (size_t i = 0; r == 0 && i < names.len && i < NAMES_MAX; i++) {
		r = unit_take(ctx, names.names[i], look);
	}
	return r;
}

/* A control group is there while its unit is loaded; whether a process is in it, its events tell.
 */
static int running_take(const struct check_ctx *ctx, struct look *look)
{
	static const char *const units[] = {"anydesk.service", "rustdesk.service",
		"teamviewerd.service", "x11vnc.service", "xrdp.service"};
	int r = 0;

	for (size_t i = 0; r == 0 && i < ARRAY_LEN(units); i++) {
		enum unit_state state = UNIT_ABSENT;

		r = units_look(ctx->root, units[i], ctx->live != NULL, &state);
		if (r == 0 && state == UNIT_RUNNING) {
			look->tools |= remote_tools_of_unit(units[i]);
		}
	}
	return r;
}

static int grd_file_take(const struct sysroot *root, const char *path, bool *on, struct look *look)
{
	cleanup(free_ptr) char *text = NULL;
	struct ini ini = {.rest = {"", 0}, .section = {"", 0}};
	size_t len = 0;
	int r = sysroot_read(root, path, GRD_FILE_MAX, &text, &len);

	look->refused = look->refused || r == -EACCES || r == -EPERM;
	ini.rest = (struct span){text, text ? len : 0};
	while (text && ini_next(&ini)) {
		if (span_eq(ini.section, "RDP") && span_eq(ini.key, "enabled")) {
			*on = span_eq(ini.value, "true");
		}
	}
	return r == -ENOMEM ? r : 0;
}

/*
 * GNOME's log-in from elsewhere is a service that distributions enable with nothing to offer: its
 * settings say whether it does, those that grdctl wrote last above the administrator's.
 */
static int grd_take(const struct check_ctx *ctx, struct look *look)
{
	static const char *const files[] = {"usr/share/gnome-remote-desktop/grd.conf",
		"etc/gnome-remote-desktop/grd.conf",
		"var/lib/gnome-remote-desktop/.local/share/gnome-remote-desktop/grd.conf"};
	enum unit_state state = UNIT_ABSENT;
	bool on = false;
	int r = units_look(ctx->root, "gnome-remote-desktop.service", ctx->live != NULL, &state);

	if (r != 0 || (state != UNIT_ENABLED && state != UNIT_RUNNING)) {
		return r;
	}
	for (size_t i = 0; r == 0 && i < ARRAY_LEN(files); i++) {
		r = grd_file_take(ctx->root, files[i], &on, look);
	}
	look->tools |= on ? REMOTE_TOOL_BIT(REMOTE_TOOL_GNOME_RDP) : 0;
	return r;
}

static unsigned allowed_by(const struct policy *policy)
{
	struct json_object *list = policy_control_value(policy, ID, "allowed");
	unsigned allowed = 0;

	if (!json_object_is_type(list, json_type_array)) {
		return 0;
	}
	for (size_t i = 0; i < json_object_array_length(list); i++) {
		struct json_object *item = json_object_array_get_idx(list, i);

		if (json_object_is_type(item, json_type_string)) {
			allowed |= remote_tools_of_code(json_object_get_string(item));
		}
	}
	return allowed;
}

static int person_judge(
	const struct check_ctx *ctx, const struct personal *facts, void *data, struct verdict *v)
{
	const unsigned *system = data;
	int64_t tools = facts->values[PERSONAL_REMOTE_TOOLS];

	if (tools > 0 && ((unsigned)tools & ~allowed_by(ctx->policy))) {
		return verdict_set(v, POSTURE_FAIL, POSTURE_REMOTE_TOOL);
	}
	if (tools < 0 || facts->values[PERSONAL_REMOTE_UNSEEN] != 0) {
		return verdict_set(v, POSTURE_UNKNOWN, POSTURE_SESSION_UNSEEN);
	}
	return verdict_set(v, POSTURE_PASS,
		tools > 0 || *system ? POSTURE_REMOTE_TOOL_ALLOWED : POSTURE_NO_REMOTE_TOOL);
}

static int run(const struct check_ctx *ctx, struct verdict *v)
{
	struct look look = {.tools = 0};
	int r = 0;

	if (policy_owner(ctx->policy) == POLICY_PRIVATE) {
		return verdict_set(v, POSTURE_NA, POSTURE_PRIVATE_DEVICE);
	}
	for (size_t i = 0; r == 0 && i < ARRAY_LEN(wants); i++) {
		r = dir_take(ctx, wants[i], &look);
	}
	if (r == 0) {
		r = running_take(ctx, &look);
	}
	if (r == 0) {
		r = grd_take(ctx, &look);
	}
	if (r < 0) {
		return r;
	}
	if (look.tools & ~allowed_by(ctx->policy)) {
		return verdict_set(v, POSTURE_FAIL, POSTURE_REMOTE_TOOL);
	}
	if (look.refused) {
		return verdict_set(v, POSTURE_UNKNOWN, POSTURE_NOT_PERMITTED);
	}
	return people_judge(ctx, person_judge, &look.tools, v);
}

const struct check check_remote_desktop_tools = {
	.id = ID,
	.inputs = inputs,
	.n_inputs = ARRAY_LEN(inputs),
	.run = run,
};
