/* SPDX-License-Identifier: Apache-2.0 */
/*
 * conf.local-recording-off: meeting programs cannot lay recordings onto this device. No setting of
 * Zoom for Linux says so, and its own file is never read: what counts is that the system keeps it
 * from writing any. For its package that is an AppArmor profile, loaded, enforced, and the very one
 * whose hash the policy names ("profile_sha1" or "profile_sha256": the kernel's own, apparmorfs).
 * For its flatpak it is an override for all that takes its folder away; since a person may give
 * that back to themselves, such a device stays unknown.
 */
#include "apps.h"
#include "ini.h"

#include <stdio.h>
#include <string.h>

#define ID "conf.local-recording-off"
#define PROFILE "caretaker-zoom"
#define PROFILES "sys/kernel/security/apparmor/profiles"
#define POLICIES "sys/kernel/security/apparmor/policy/profiles"
#define ENABLED "sys/module/apparmor/parameters/enabled"
#define OVERRIDE "var/lib/flatpak/overrides/us.zoom.Zoom"
#define FILE_MAX ((size_t)1 << 20)
#define HASH_MAX 64

static const struct check_input inputs[] = {
	{CHECK_INPUT_FILE, "etc/apparmor.d"},
	{CHECK_INPUT_FILE, "opt/zoom"},
	{CHECK_INPUT_FILE, "snap"},
	{CHECK_INPUT_FILE, "var/lib/dpkg"},
	{CHECK_INPUT_FILE, "var/lib/flatpak/app"},
	{CHECK_INPUT_FILE, OVERRIDE},
};

/* The other programs of the list of clients record nothing onto the device by themselves. */
static const char *const recorders[] = {"jitsi-meet-electron", "webex"};

struct zoom {
	bool packaged, flatpak, snap;
	bool others; /* one that records, and that no gate is known for */
};

static bool name_among(const char *name, const char *const *names, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		if (strcmp(name, names[i]) == 0) {
			return true;
		}
	}
	return false;
}

static void app_take(const struct app *app, const struct app_seen *seen, struct zoom *zoom)
{
	bool there = seen->packaged || seen->elsewhere;

	zoom->others = zoom->others ||
		       (there && name_among(app->package, recorders, ARRAY_LEN(recorders)));
	if (strcmp(app->package, "zoom") != 0) {
		return;
	}
	zoom->packaged = seen->packaged;
	for (size_t k = 0; k < APPS_PLACES_MAX; k++) {
		if (seen->elsewhere & 1U << k) {
			bool snap = strncmp(app->elsewhere[k], "snap/", 5) == 0;

			zoom->snap = zoom->snap || snap;
			zoom->flatpak = zoom->flatpak || !snap;
		}
	}
}

/* 0 with NULL when it is not there; -errno but for -ENOMEM is told by *ret_refused */
static int text_read(const struct sysroot *root, const char *path, char **ret_text, bool *refused)
{
	size_t len = 0;
	int r = sysroot_read(root, path, FILE_MAX, ret_text, &len);

	*refused = *refused || (r != 0 && r != FD_E_MISSING);
	return r == -ENOMEM ? r : 0;
}

/* "NAME (enforce)" */
static bool profile_enforced(const char *profiles)
{
	static const char line[] = PROFILE " (enforce)";
	const char *at = profiles;

	while ((at = strstr(at, line))) {
		char end = at[sizeof(line) - 1];

		if ((at == profiles || at[-1] == '\n') && (end == '\n' || end == '\0')) {
			return true;
		}
		at++;
	}
	return false;
}

/* policy/profiles/NAME.NUMBER/sha1, or sha256 since Linux 6.8 */
static int hash_matches(
	const struct check_ctx *ctx, const char *kind, const char *wanted, bool *ret_matches)
{
	cleanup(sysroot_names_finish) struct sysroot_names names = {0};
	int r = sysroot_list(ctx->root, POLICIES, &names);
	bool matches = false, refused = false;

	for (size_t i = 0; i < names.len && !matches; i++) {
		cleanup(free_ptr) char *hash = NULL;
		char path[400];

		if (strncmp(names.names[i], PROFILE ".", sizeof(PROFILE)) != 0) {
			continue;
		}
		snprintf(path, sizeof(path), "%s/%.255s/%s", POLICIES, names.names[i], kind);
		r = text_read(ctx->root, path, &hash, &refused);
		if (r < 0) {
			return r;
		}
		matches = hash && strlen(wanted) > 0 &&
			  strncmp(hash, wanted, strlen(wanted)) == 0 &&
			  strspn(hash + strlen(wanted), "\n") == strlen(hash + strlen(wanted));
	}
	*ret_matches = matches;
	return r == -ENOMEM ? r : 0;
}

static const char *policy_word(const struct check_ctx *ctx, const char *name)
{
	struct json_object *value = policy_control_value(ctx->policy, ID, name);

	return json_object_is_type(value, json_type_string) &&
			       json_object_get_string_len(value) <= HASH_MAX
		       ? json_object_get_string(value)
		       : "";
}

static int package_judge(const struct check_ctx *ctx, struct verdict *v)
{
	const char *sha1 = policy_word(ctx, "profile_sha1");
	const char *sha256 = policy_word(ctx, "profile_sha256");
	cleanup(free_ptr) char *enabled = NULL;
	cleanup(free_ptr) char *profiles = NULL;
	bool refused = false, one = false, other = false;
	int r;

	if (!ctx->live) {
		return verdict_set(v, POSTURE_UNKNOWN, POSTURE_LIVE_ONLY);
	}
	r = text_read(ctx->root, ENABLED, &enabled, &refused);
	if (r == 0 && (!enabled || enabled[0] != 'Y')) {
		return verdict_set(v, POSTURE_UNKNOWN, POSTURE_GATE_IMPOSSIBLE);
	}
	if (r == 0) {
		r = text_read(ctx->root, PROFILES, &profiles, &refused);
	}
	if (r < 0) {
		return r;
	}
	if (!profiles) {
		return verdict_set(v, POSTURE_UNKNOWN,
			refused ? POSTURE_NOT_PERMITTED : POSTURE_GATE_IMPOSSIBLE);
	}
	if (!profile_enforced(profiles)) {
		return verdict_set(v, POSTURE_FAIL, POSTURE_RECORDING_OPEN);
	}
	r = hash_matches(ctx, "sha1", sha1, &one);
	if (r == 0) {
		r = hash_matches(ctx, "sha256", sha256, &other);
	}
	if (r < 0) {
		return r;
	}
	if (one || other) {
		return verdict_set(v, POSTURE_PASS, POSTURE_RECORDING_OFF);
	}
	return sha1[0] || sha256[0] ? verdict_set(v, POSTURE_FAIL, POSTURE_RECORDING_OPEN)
				    : verdict_set(v, POSTURE_UNKNOWN, POSTURE_GATE_NOT_NAMED);
}

/* filesystems=!xdg-documents/Zoom;... of [Context], as flatpak-override(1) --nofilesystem writes */
static bool override_denies(struct span text)
{
	struct ini ini = {.rest = text, .section = {"", 0}};
	bool denies = false;

	while (ini_next(&ini)) {
		struct span rest = ini.value, part;

		if (!span_eq(ini.section, "Context") || !span_eq(ini.key, "filesystems")) {
			continue;
		}
		denies = false;
		while (span_next(&rest, ';', &part)) {
			if (span_eq(part, "!xdg-documents/Zoom")) {
				denies = true;
			} else if (part.len > 0 && part.p[0] != '!') {
				return false; /* another folder is given instead */
			}
		}
	}
	return denies;
}

static int flatpak_judge(const struct check_ctx *ctx, struct verdict *v)
{
	cleanup(free_ptr) char *text = NULL;
	bool refused = false;
	int r = text_read(ctx->root, OVERRIDE, &text, &refused);

	if (r < 0) {
		return r;
	}
	if (refused) {
		return verdict_set(v, POSTURE_UNKNOWN, POSTURE_FORMAT_UNKNOWN);
	}
	return text && override_denies(span_z(text))
		       ? verdict_set(v, POSTURE_UNKNOWN, POSTURE_PER_PERSON)
		       : verdict_set(v, POSTURE_FAIL, POSTURE_RECORDING_OPEN);
}

static int judge(const struct check_ctx *ctx, const struct zoom *zoom, struct verdict *v)
{
	struct verdict flatpak = {.state = POSTURE_NA};
	int r = 0;

	if (zoom->flatpak) {
		r = flatpak_judge(ctx, &flatpak);
	}
	if (r == 0 && zoom->packaged) {
		r = package_judge(ctx, v);
	}
	if (r < 0 || (zoom->packaged && v->state == POSTURE_FAIL)) {
		return r;
	}
	if (flatpak.state == POSTURE_FAIL) {
		return verdict_set(v, POSTURE_FAIL, flatpak.reason);
	}
	if (zoom->snap || zoom->others) {
		return verdict_set(v, POSTURE_UNKNOWN, POSTURE_MANAGER_UNKNOWN);
	}
	if (flatpak.state == POSTURE_UNKNOWN) {
		return verdict_set(v, POSTURE_UNKNOWN, flatpak.reason);
	}
	return zoom->packaged ? 0 : verdict_set(v, POSTURE_NA, POSTURE_NO_RECORDING_CLIENT);
}

static int run(const struct check_ctx *ctx, struct verdict *v)
{
	struct app_seen seen[APPS_MAX];
	struct zoom zoom = {.packaged = false};
	int r = apps_look(ctx, apps_clients, apps_clients_len, seen);

	if (r < 0) {
		return r;
	}
	for (size_t i = 0; i < apps_clients_len; i++) {
		app_take(&apps_clients[i], &seen[i], &zoom);
	}
	if (r > 0 && !zoom.flatpak && !zoom.snap && !zoom.others) {
		return apps_explain(r, v);
	}
	return judge(ctx, &zoom, v);
}

const struct check check_conf_local_recording_off = {
	.id = ID,
	.inputs = inputs,
	.n_inputs = ARRAY_LEN(inputs),
	.run = run,
};
