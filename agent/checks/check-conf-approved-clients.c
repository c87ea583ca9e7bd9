/* SPDX-License-Identifier: Apache-2.0 */
/*
 * conf.approved-clients: of the meeting programs known here, none is installed but those of the
 * policy's list, "approved": "zoom" for the package of an archive that apt knows, "zoom@flatpak"
 * and "zoom@snap" for the others. On a private device this is nobody's business.
 */
#include "apps.h"

#include <stdio.h>
#include <string.h>

#define ID "conf.approved-clients"
#define ENTRY_MAX 128

static const struct check_input inputs[] = {
	{CHECK_INPUT_FILE, "snap"},
	{CHECK_INPUT_FILE, "usr/lib/sysimage/rpm"},
	{CHECK_INPUT_FILE, "var/lib/apt/lists"},
	{CHECK_INPUT_FILE, "var/lib/dpkg"},
	{CHECK_INPUT_FILE, "var/lib/flatpak/app"},
	{CHECK_INPUT_FILE, "var/lib/rpm"},
	{CHECK_INPUT_FILE, "var/lib/pacman/local"},
};

static bool list_has(struct json_object *list, const char *package, const char *packaging)
{
	char entry[ENTRY_MAX];

	snprintf(entry, sizeof(entry), "%s%s", package, packaging);
	for (size_t i = 0; i < json_object_array_length(list); i++) {
		struct json_object *item = json_object_array_get_idx(list, i);

		if (json_object_is_type(item, json_type_string) &&
			strcmp(json_object_get_string(item), entry) == 0) {
			return true;
		}
	}
	return false;
}

static bool seen_approved(
	struct json_object *list, const struct app *app, const struct app_seen *seen)
{
	if (seen->packaged && !list_has(list, app->package, "")) {
		return false;
	}
	for (size_t k = 0; k < APPS_PLACES_MAX; k++) {
		if (seen->elsewhere & 1U << k &&
			!list_has(list, app->package,
				strncmp(app->elsewhere[k], "snap/", 5) == 0 ? "@snap"
									    : "@flatpak")) {
			return false;
		}
	}
	return true;
}

static int sources_judge(const struct check_ctx *ctx, struct app_seen *seen, struct verdict *v)
{
	int r = apps_look_listed(ctx, apps_clients, apps_clients_len, seen);

	if (r != 0) {
		return apps_explain(r, v);
	}
	for (size_t i = 0; i < apps_clients_len; i++) {
		if (seen[i].packaged && !seen[i].listed) {
			return verdict_set(v, POSTURE_FAIL, POSTURE_CLIENT_SOURCE);
		}
	}
	return verdict_set(v, POSTURE_PASS, POSTURE_CLIENTS_APPROVED);
}

static int judge(const struct check_ctx *ctx, struct app_seen *seen, struct verdict *v)
{
	struct json_object *list = policy_control_value(ctx->policy, ID, "approved");
	size_t n = 0;

	for (size_t i = 0; i < apps_clients_len; i++) {
		n += seen[i].packaged || seen[i].elsewhere;
	}
	if (n == 0) {
		return verdict_set(v, POSTURE_PASS, POSTURE_CLIENTS_APPROVED);
	}
	verdict_note(v, "clients", "%zu", n);
	if (!json_object_is_type(list, json_type_array)) {
		return verdict_set(v, POSTURE_UNKNOWN, POSTURE_APPROVED_MISSING);
	}
	for (size_t i = 0; i < apps_clients_len; i++) {
		if (!seen_approved(list, &apps_clients[i], &seen[i])) {
			return verdict_set(v, POSTURE_FAIL, POSTURE_CLIENT_NOT_APPROVED);
		}
	}
	return sources_judge(ctx, seen, v);
}

static int run(const struct check_ctx *ctx, struct verdict *v)
{
	struct app_seen seen[APPS_MAX];
	int r;

	if (policy_owner(ctx->policy) == POLICY_PRIVATE) {
		return verdict_set(v, POSTURE_NA, POSTURE_PRIVATE_DEVICE);
	}
	r = apps_look(ctx, apps_clients, apps_clients_len, seen);
	return r != 0 ? apps_explain(r, v) : judge(ctx, seen, v);
}

const struct check check_conf_approved_clients = {
	.id = ID,
	.inputs = inputs,
	.n_inputs = ARRAY_LEN(inputs),
	.run = run,
};
