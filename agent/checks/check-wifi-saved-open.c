/* SPDX-License-Identifier: Apache-2.0 */
/*
 * wifi.saved-open: no open network is joined without asking. Whoever gives a network the name of
 * one that was joined before gets the device otherwise. Files of NetworkManager, iwd and
 * wpa_supplicant; what these hold of names and keys is neither noted nor kept.
 */
#include "check.h"
#include "wifi-saved.h"

#include <stdio.h>
#include <string.h>

static const struct check_input inputs[] = {
	{CHECK_INPUT_FILE, "etc/NetworkManager/system-connections"},
	{CHECK_INPUT_FILE, "etc/network/interfaces"},
	{CHECK_INPUT_FILE, "etc/network/interfaces.d"},
	{CHECK_INPUT_FILE, "etc/wicd"},
	{CHECK_INPUT_FILE, "etc/wpa_supplicant"},
	{CHECK_INPUT_FILE, "run/NetworkManager/system-connections"},
	{CHECK_INPUT_FILE, "run/netplan"},
	{CHECK_INPUT_FILE, "usr/lib/NetworkManager/system-connections"},
	{CHECK_INPUT_FILE, "var/lib/connman"},
	{CHECK_INPUT_FILE, "var/lib/iwd"},
	{CHECK_INPUT_WIFI, NULL},
};

struct look {
	struct wifi_saved saved;
	bool managed; /* one of the managers known here is there */
	bool stranger;
	bool refused;
};

static bool ends_with(const char *name, const char *end)
{
	size_t n = strlen(name), m = strlen(end);

	return n >= m && strcmp(name + n - m, end) == 0;
}

/* NetworkManager passes over hidden files, backups and what editors leave (nm-keyfile-utils.c) */
static bool is_keyfile(const char *name)
{
	return name[0] != '.' && !ends_with(name, "~") && !ends_with(name, ".pem") &&
	       !ends_with(name, ".der") && !ends_with(name, ".bak") &&
	       !ends_with(name, ".rpmnew") && !ends_with(name, ".rpmsave") &&
	       !ends_with(name, ".swp") && !ends_with(name, ".swx");
}

static bool is_conf(const char *name)
{
	return ends_with(name, ".conf");
}

static bool is_wpa_conf(const char *name)
{
	return strncmp(name, "wpa-", 4) == 0 && ends_with(name, ".conf");
}

static bool is_open(const char *name)
{
	return ends_with(name, ".open");
}

static bool is_any(const char *name)
{
	return name[0] != '.';
}

/* ifupdown's own words for Wi-Fi: which of them lead to an open network is not judged here. */
static void interfaces_take(struct span text, struct wifi_saved *saved)
{
	struct span line;

	while (span_next(&text, '\n', &line)) {
		line = span_trim(line);
		if (span_starts(line, "wireless-") || span_starts(line, "wpa-")) {
			saved->damaged = true;
		}
	}
}

static const struct place {
	const char *dir;
	bool (*is_one)(const char *name);
	void (*take)(struct span text, struct wifi_saved *saved);
	bool manages;  /* the directory itself tells of its manager */
	bool stranger; /* what it finds is not understood rather than damaged */
} places[] = {
	{"etc/NetworkManager/system-connections", is_keyfile, wifi_saved_networkmanager, true,
		false},
	{"run/NetworkManager/system-connections", is_keyfile, wifi_saved_networkmanager, true,
		false},
	{"usr/lib/NetworkManager/system-connections", is_keyfile, wifi_saved_networkmanager, true,
		false},
	{"etc/wpa_supplicant", is_conf, wifi_saved_supplicant, false, false},
	{"run/netplan", is_wpa_conf, wifi_saved_supplicant, false, false},
	{"var/lib/iwd", is_open, wifi_saved_iwd, true, false},
	{"etc/network/interfaces.d", is_any, interfaces_take, false, true},
};

static int file_take(
	const struct sysroot *root, const char *path, const struct place *place, struct look *look)
{
	struct wifi_saved *saved = &look->saved;
	struct wifi_saved own = {0};
	char *text = NULL;
	size_t len = 0;
	int r = sysroot_read(root, path, WIFI_SAVED_FILE_MAX, &text, &len);

	if (r == -ENOMEM || r == FD_E_MISSING) {
		return r < 0 ? r : 0;
	}
	if (r != 0) {
		look->refused = look->refused || r == -EACCES || r == -EPERM;
		saved->damaged = true;
		return 0;
	}
	place->take((struct span){text, len}, &own);
	explicit_bzero(text, len); /* names and keys */
	free(text);
	saved->open += own.open;
	if (place->stranger) {
		look->stranger = look->stranger || own.damaged;
	} else {
		saved->damaged = saved->damaged || own.damaged;
		look->managed = true;
	}
	return 0;
}

static int place_take(const struct sysroot *root, const struct place *place, struct look *look)
{
	cleanup(sysroot_names_finish) struct sysroot_names names = {0};
	int r = sysroot_list(root, place->dir, &names);

	if (r != 0) {
		look->refused = look->refused || r == -EACCES || r == -EPERM;
		look->saved.damaged = look->saved.damaged || r != FD_E_MISSING;
		return r == -ENOMEM ? r : 0;
	}
	look->managed = look->managed || place->manages;
	look->saved.damaged = look->saved.damaged || names.len > WIFI_SAVED_FILES_MAX;
	r = 0;
	for (size_t i = 0; r == 0 && i < names.len && i < WIFI_SAVED_FILES_MAX; i++) {
		char path[512];

		if (place->is_one(names.names[i])) {
			snprintf(path, sizeof(path), "%s/%s", place->dir, names.names[i]);
			r = file_take(root, path, place, look);
		}
	}
	return r;
}

/* True when the verdict is set: there is no Wi-Fi to judge. */
static int radio_look(const struct check_ctx *ctx, bool *ret_none)
{
	cleanup(free_ptr) struct facts_wifi *wifi = NULL;
	int r;

	*ret_none = false;
	if (!ctx->live) {
		return 0;
	}
	r = ctx->live->wifi(ctx->live->data, &wifi);
	if (r < 0) {
		return r;
	}
	*ret_none = r == FACTS_E_ABSENT || (r == 0 && !wifi->has_radio);
	return 0;
}

static int judge(const struct sysroot *root, const struct look *look, struct verdict *v)
{
	if (look->saved.open > 0) {
		verdict_note(v, "networks-open", "%zu", look->saved.open);
		return verdict_set(v, POSTURE_FAIL, POSTURE_SAVED_OPEN);
	}
	if (look->refused) {
		return verdict_set(v, POSTURE_UNKNOWN, POSTURE_NOT_PERMITTED);
	}
	if (look->saved.damaged) {
		return verdict_set(v, POSTURE_UNKNOWN, POSTURE_FORMAT_UNKNOWN);
	}
	if (look->stranger || !look->managed || sysroot_exists(root, "var/lib/connman") ||
		sysroot_exists(root, "etc/wicd")) {
		return verdict_set(v, POSTURE_UNKNOWN, POSTURE_MANAGER_UNKNOWN);
	}
	return verdict_set(v, POSTURE_PASS, POSTURE_SAVED_NONE_OPEN);
}

static int run(const struct check_ctx *ctx, struct verdict *v)
{
	static const struct place interfaces = {"etc/network", NULL, interfaces_take, false, true};
	struct look look = {0};
	bool none = false;
	int r = radio_look(ctx, &none);

	if (r < 0) {
		return r;
	}
	if (none) {
		return verdict_set(v, POSTURE_NA, POSTURE_NO_RADIO);
	}
	r = file_take(ctx->root, "etc/network/interfaces", &interfaces, &look);
	for (size_t i = 0; r == 0 && i < ARRAY_LEN(places); i++) {
		r = place_take(ctx->root, &places[i], &look);
	}
	return r < 0 ? r : judge(ctx->root, &look, v);
}

const struct check check_wifi_saved_open = {
	.id = "wifi.saved-open",
	.inputs = inputs,
	.n_inputs = ARRAY_LEN(inputs),
	.run = run,
};
