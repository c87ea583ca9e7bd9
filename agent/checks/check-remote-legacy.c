/* SPDX-License-Identifier: Apache-2.0 */
/*
 * remote.legacy: none of the old services starts that send passwords and screens in the clear:
 * telnet, the r-commands, tftp, NIS, and log-in screens over the network (XDMCP).
 */
#include "check.h"
#include "inetd.h"
#include "ini.h"
#include "units.h"

#include <stdio.h>
#include <string.h>

#define FILES_MAX 256

static const struct check_input inputs[] = {
	{CHECK_INPUT_FILE, "etc/gdm/custom.conf"},
	{CHECK_INPUT_FILE, "etc/gdm3/custom.conf"},
	{CHECK_INPUT_FILE, "etc/gdm3/daemon.conf"},
	{CHECK_INPUT_FILE, "etc/inetd.conf"},
	{CHECK_INPUT_FILE, "etc/lightdm/lightdm.conf"},
	{CHECK_INPUT_FILE, "etc/lightdm/lightdm.conf.d"},
	{CHECK_INPUT_FILE, "etc/systemd/system"},
	{CHECK_INPUT_FILE, "etc/systemd/system/multi-user.target.wants"},
	{CHECK_INPUT_FILE, "etc/systemd/system/sockets.target.wants"},
	{CHECK_INPUT_FILE, "etc/xinetd.d"},
	{CHECK_INPUT_FILE, "sys/fs/cgroup/system.slice"},
};

struct look {
	bool on;
	bool refused, damaged;
};

static int text_read(const struct sysroot *root, const char *path, struct look *look,
	char **ret_text, size_t *ret_len)
{
	int r = sysroot_read(root, path, INETD_FILE_MAX, ret_text, ret_len);

	if (r == -ENOMEM) {
		return r;
	}
	look->refused = look->refused || r == -EACCES || r == -EPERM;
	look->damaged = look->damaged || (r != 0 && r != FD_E_MISSING) ||
			(r == 0 && memchr(*ret_text, '\0', *ret_len));
	return 0;
}

static bool name_legacy(struct span name)
{
	static const char *const names[] = {"exec", "login", "ntalk", "rexec", "rlogin", "rsh",
		"rstatd", "shell", "talk", "telnet", "telnets", "tftp"};

	for (size_t i = 0; i < ARRAY_LEN(names); i++) {
		if (span_eq(name, names[i])) {
			return true;
		}
	}
	return false;
}

static int units_on(const struct check_ctx *ctx, const char *const *units, size_t n, bool *ret_on)
{
	bool on = false;

	for (size_t i = 0; i < n; i++) {
		enum unit_state state = UNIT_ABSENT;
		int r = units_look(ctx->root, units[i], ctx->live != NULL, &state);

		if (r != 0) {
			return r;
		}
		on = on || state == UNIT_ENABLED || state == UNIT_RUNNING;
	}
	*ret_on = on;
	return 0;
}

static int inetd_take(const struct check_ctx *ctx, struct look *look)
{
	static const char *const units[] = {
		"inetd.service", "inetutils-inetd.service", "openbsd-inetd.service"};
	cleanup(free_ptr) char *text = NULL;
	struct span rest, name;
	bool on = false;
	size_t len = 0;
	int r = units_on(ctx, units, ARRAY_LEN(units), &on);

	if (r != 0 || !on) {
		return r;
	}
	r = text_read(ctx->root, "etc/inetd.conf", look, &text, &len);
	rest = (struct span){text, text ? len : 0};
	while (inetd_next(&rest, &name)) {
		look->on = look->on || name_legacy(name);
	}
	return r;
}

static int block_file_take(const struct sysroot *root, const char *path, struct look *look)
{
	cleanup(free_ptr) char *text = NULL;
	struct xinetd_service service;
	struct span rest;
	size_t len = 0;
	int r = text_read(root, path, look, &text, &len);

	if (r != 0 || !text) {
		return r;
	}
	rest = (struct span){text, len};
	while ((r = inetd_next_block(&rest, &service)) == 0) {
		look->on = look->on || (!service.disabled && name_legacy(service.name));
	}
	look->damaged = look->damaged || r == INETD_E_FORMAT;
	return 0;
}

static int xinetd_take(const struct check_ctx *ctx, struct look *look)
{
	static const char *const units[] = {"xinetd.service"};
	cleanup(sysroot_names_finish) struct sysroot_names names = {0};
	bool on = false;
	int r = units_on(ctx, units, ARRAY_LEN(units), &on);

	if (r != 0 || !on) {
		return r;
	}
	r = sysroot_list(ctx->root, "etc/xinetd.d", &names);
	if (r != 0) {
		look->refused = look->refused || r == -EACCES || r == -EPERM;
		return r == -ENOMEM ? r : 0;
	}
	look->damaged = look->damaged || names.len > FILES_MAX;
	for (size_t i = 0; i < names.len && i < FILES_MAX && r == 0; i++) {
		char path[320];

		/* Names with a dot or a last "~" are passed over (xinetd.conf(5)). */
		if (!strpbrk(names.names[i], ".~")) {
			snprintf(path, sizeof(path), "etc/xinetd.d/%.255s", names.names[i]);
			r = block_file_take(ctx->root, path, look);
		}
	}
	return r;
}

/* [xdmcp] Enable=true of gdm, [XDMCPServer] enabled=true of lightdm */
static int screen_take(
	const struct sysroot *root, const char *path, bool *ret_on, struct look *look)
{
	cleanup(free_ptr) char *text = NULL;
	struct ini ini = {.rest = {"", 0}};
	size_t len = 0;
	int r = text_read(root, path, look, &text, &len);

	ini.rest = (struct span){text, text ? len : 0};
	while (ini_next(&ini)) {
		if ((span_eq(ini.section, "xdmcp") && span_eq(ini.key, "Enable")) ||
			(span_eq(ini.section, "XDMCPServer") && span_eq(ini.key, "enabled"))) {
			*ret_on = span_eq(ini.value, "true") || span_eq(ini.value, "True") ||
				  span_eq(ini.value, "1");
		}
	}
	return r;
}

static int screens_take(const struct sysroot *root, struct look *look)
{
	static const char *const gdm[] = {
		"etc/gdm/custom.conf", "etc/gdm3/custom.conf", "etc/gdm3/daemon.conf"};
	static const char dir[] = "etc/lightdm/lightdm.conf.d";
	cleanup(sysroot_names_finish) struct sysroot_names names = {0};
	bool lightdm = false;
	int r = 0;

	for (size_t i = 0; i < ARRAY_LEN(gdm) && r == 0; i++) {
		bool on = false;

		r = screen_take(root, gdm[i], &on, look);
		look->on = look->on || on;
	}
	if (r == 0) {
		r = sysroot_list(root, dir, &names) == -ENOMEM ? -ENOMEM : 0;
	}
	for (size_t i = 0; i < names.len && i < FILES_MAX && r == 0; i++) {
		size_t len = strlen(names.names[i]);
		char path[320];

		if (len > 5 && strcmp(names.names[i] + len - 5, ".conf") == 0) {
			snprintf(path, sizeof(path), "%s/%.255s", dir, names.names[i]);
			r = screen_take(root, path, &lightdm, look);
		}
	}
	if (r == 0) {
		r = screen_take(root, "etc/lightdm/lightdm.conf", &lightdm, look);
	}
	look->on = look->on || lightdm;
	return r;
}

static int run(const struct check_ctx *ctx, struct verdict *v)
{
	static const char *const units[] = {"atftpd.service", "atftpd.socket", "nis.service",
		"rexec.socket", "rlogin.socket", "rsh.socket", "telnet.socket", "tftp.service",
		"tftp.socket", "tftpd-hpa.service", "ypbind.service", "ypserv.service"};
	struct look look = {.on = false};
	int r = units_on(ctx, units, ARRAY_LEN(units), &look.on);

	if (r == 0) {
		r = inetd_take(ctx, &look);
	}
	if (r == 0) {
		r = xinetd_take(ctx, &look);
	}
	if (r == 0) {
		r = screens_take(ctx->root, &look);
	}
	if (r != 0) {
		return r;
	}
	if (look.on) {
		return verdict_set(v, POSTURE_FAIL, POSTURE_LEGACY_SERVICE);
	}
	if (look.refused) {
		return verdict_set(v, POSTURE_UNKNOWN, POSTURE_NOT_PERMITTED);
	}
	if (look.damaged) {
		return verdict_set(v, POSTURE_UNKNOWN, POSTURE_FORMAT_UNKNOWN);
	}
	return verdict_set(v, POSTURE_PASS, POSTURE_NO_LEGACY_SERVICE);
}

const struct check check_remote_legacy = {
	.id = "remote.legacy",
	.inputs = inputs,
	.n_inputs = ARRAY_LEN(inputs),
	.run = run,
};
