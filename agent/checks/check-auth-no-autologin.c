/* SPDX-License-Identifier: Apache-2.0 */
/* auth.no-autologin: nobody is logged in without being asked, on a screen or a console. */
#include "autologin.h"
#include "ini.h"

#include <stdio.h>
#include <string.h>

#define ID "auth.no-autologin"
#define ACCOUNTS_SERVICE_DIR "var/lib/AccountsService/users"
#define ACCOUNTS_SERVICE_MAX 1024

static const struct check_input inputs[] = {
	{CHECK_INPUT_FILE, "etc/gdm"},
	{CHECK_INPUT_FILE, "etc/gdm3"},
	{CHECK_INPUT_FILE, "etc/lightdm"},
	{CHECK_INPUT_FILE, "etc/lightdm/lightdm.conf.d"},
	{CHECK_INPUT_FILE, "etc/sddm.conf"},
	{CHECK_INPUT_FILE, "etc/sddm.conf.d"},
	{CHECK_INPUT_FILE, "etc/systemd/system"},
	{CHECK_INPUT_FILE, "etc/systemd/system/console-getty.service.d"},
	{CHECK_INPUT_FILE, "etc/systemd/system/getty@.service.d"},
	{CHECK_INPUT_FILE, "etc/systemd/system/getty@tty1.service.d"},
	{CHECK_INPUT_FILE, "etc/systemd/system/serial-getty@.service.d"},
	{CHECK_INPUT_FILE, "etc/systemd/system/serial-getty@ttyS0.service.d"},
	{CHECK_INPUT_FILE, "etc/xdg/lightdm/lightdm.conf.d"},
	{CHECK_INPUT_FILE, "run/gdm/custom.conf"},
	{CHECK_INPUT_FILE, "run/gdm3/custom.conf"},
	{CHECK_INPUT_FILE, "run/systemd/system"},
	{CHECK_INPUT_FILE, "usr/lib/sddm/sddm.conf.d"},
	{CHECK_INPUT_FILE, "usr/lib/systemd/system"},
	{CHECK_INPUT_FILE, "usr/share/lightdm/lightdm.conf.d"},
	{CHECK_INPUT_FILE, ACCOUNTS_SERVICE_DIR},
};

/* AccountsService keeps one file for each person; only this one key of it is looked at. */
static int accounts_service_look(const struct sysroot *root, struct autologin *autologin)
{
	cleanup(sysroot_names_finish) struct sysroot_names names = {0};
	int r = sysroot_list(root, ACCOUNTS_SERVICE_DIR, &names);

	if (r != 0) {
		if (r == -EACCES || r == -EPERM) {
			autologin->refused = true;
		}
		return r == -ENOMEM ? r : 0;
	}
	for (size_t i = 0; i < names.len && i < ACCOUNTS_SERVICE_MAX && r == 0; i++) {
		cleanup(free_ptr) char *text = NULL;
		struct ini ini = {.rest = {"", 0}};
		char path[sizeof(ACCOUNTS_SERVICE_DIR) + 1 + NAME_MAX];
		size_t len = 0;

		snprintf(path, sizeof(path), ACCOUNTS_SERVICE_DIR "/%s", names.names[i]);
		r = autologin_read(root, path, autologin, &text, &len);
		if (r < 0 || !text) {
			continue;
		}
		ini.rest = (struct span){text, len};
		while (ini_next(&ini)) {
			if (span_eq(ini.section, "User") && span_eq(ini.key, "AutomaticLogin")) {
				autologin->on = autologin->on || span_eq(ini.value, "true");
			}
		}
	}
	return r;
}

static int judge(const struct autologin *autologin, struct verdict *v)
{
	if (autologin->on) {
		return verdict_set(v, POSTURE_FAIL, POSTURE_AUTOLOGIN_ON);
	}
	if (autologin->refused) {
		return verdict_set(v, POSTURE_UNKNOWN, POSTURE_NOT_PERMITTED);
	}
	if (autologin->damaged) {
		return verdict_set(v, POSTURE_UNKNOWN, POSTURE_FORMAT_UNKNOWN);
	}
	if (autologin->unknown) {
		return verdict_set(v, POSTURE_UNKNOWN, POSTURE_MANAGER_UNKNOWN);
	}
	return verdict_set(v, POSTURE_PASS, POSTURE_AUTOLOGIN_OFF);
}

static int run(const struct check_ctx *ctx, struct verdict *v)
{
	struct json_object *kiosk = policy_control_value(ctx->policy, ID, "kiosk");
	struct autologin autologin = {.on = false};
	int r;

	if (json_object_is_type(kiosk, json_type_boolean) && json_object_get_boolean(kiosk)) {
		return verdict_set(v, POSTURE_NA, POSTURE_KIOSK);
	}
	r = autologin_look_display(ctx->root, &autologin);
	if (r == 0) {
		r = autologin_look_getty(ctx->root, &autologin);
	}
	if (r == 0) {
		r = accounts_service_look(ctx->root, &autologin);
	}
	return r < 0 ? r : judge(&autologin, v);
}

const struct check check_auth_no_autologin = {
	.id = ID,
	.inputs = inputs,
	.n_inputs = ARRAY_LEN(inputs),
	.run = run,
};
