/* SPDX-License-Identifier: Apache-2.0 */
/*
 * conf.local-recording-off: meeting programs cannot lay recordings onto this device. No setting of
 * Zoom for Linux says so, and its own file is never read: what counts is that the kernel keeps it
 * from writing any (platform/gates.h). The profile has to be loaded, enforced, the very one that
 * caretaker-hand loaded or whose hash the policy names ("profile_sha1", "profile_sha256"), and in
 * force for what runs now. The same profile holds Zoom's flatpak; an override for all that takes
 * its folder away holds it too, but a person may give that back to themselves.
 */
#include "apps.h"
#include "gates.h"
#include "ini.h"
#include "own-store.h"

#include <string.h>

#define ID GATES_CONTROL
#define OVERRIDE "var/lib/flatpak/overrides/us.zoom.Zoom"
#define RECORD OWN_BELOW "undo/" GATES_RECORD
#define FILE_MAX ((size_t)1 << 20)
/* Nothing tells that a program has ended. */
#define LOOK_S ((int64_t)60)

static const struct check_input inputs[] = {
	{CHECK_INPUT_CONFINEMENT, .path = NULL},
	{CHECK_INPUT_FILE, "etc/apparmor.d"},
	{CHECK_INPUT_FILE, "opt/zoom"},
	{CHECK_INPUT_FILE, "snap"},
	{CHECK_INPUT_FILE, "var/lib/dpkg"},
	{CHECK_INPUT_FILE, "var/lib/flatpak/app"},
	{CHECK_INPUT_FILE, OVERRIDE},
	{CHECK_INPUT_FILE, RECORD},
};

/* The worst that was found */
struct finding {
	enum posture_state state; /* POSTURE_NA while no client was found */
	enum posture_reason reason;
	size_t unheld;
};

static int rank(enum posture_state state)
{
	return state == POSTURE_FAIL ? 3 : state == POSTURE_UNKNOWN ? 2 : state == POSTURE_PASS;
}

static void find(struct finding *finding, enum posture_state state, enum posture_reason reason)
{
	if (rank(state) > rank(finding->state)) {
		finding->state = state;
		finding->reason = reason;
	}
}

/* 0 with NULL when it is not there; -errno but for -ENOMEM is told by *refused */
static int text_read(const struct sysroot *root, const char *path, char **ret_text, bool *refused)
{
	size_t len = 0;
	int r = sysroot_read(root, path, FILE_MAX, ret_text, &len);

	*refused = *refused || (r != 0 && r != FD_E_MISSING);
	return r == -ENOMEM ? r : 0;
}

static const char *policy_word(const struct check_ctx *ctx, const char *name)
{
	struct json_object *value = policy_control_value(ctx->policy, ID, name);

	return json_object_is_type(value, json_type_string) ? json_object_get_string(value) : "";
}

/* What the policy names is Zoom's: the other gates are Caretaker's own alone. */
static int hash_judge(
	const struct check_ctx *ctx, const struct gate *gate, const char *hash, struct finding *ret)
{
	bool zoom = strcmp(gate->client, "zoom") == 0;
	const char *const named[] = {zoom ? policy_word(ctx, "profile_sha1") : "",
		zoom ? policy_word(ctx, "profile_sha256") : ""};
	cleanup(free_ptr) char *text = NULL;
	struct gate_record record = {.hashes[GATE_DENIES] = ""};
	bool refused = false, known;
	int r = text_read(ctx->root, RECORD, &text, &refused);

	if (r == 0 && text) {
		r = gate_record_parse(span_z(text), gate->client, &record);
	}
	if (r == -ENOMEM) {
		return r;
	}
	known = r == 0 && record.hashes[GATE_DENIES][0] != '\0';
	if (hash[0] != '\0' &&
		((known && strcmp(hash, record.hashes[GATE_DENIES]) == 0) ||
			strcmp(hash, named[0]) == 0 || strcmp(hash, named[1]) == 0)) {
		find(ret, POSTURE_PASS, POSTURE_RECORDING_OFF);
	} else if (refused) {
		find(ret, POSTURE_UNKNOWN, POSTURE_NOT_PERMITTED);
	} else if (known || named[0][0] || named[1][0]) {
		find(ret, POSTURE_FAIL, POSTURE_RECORDING_OPEN);
	} else {
		find(ret, POSTURE_UNKNOWN, POSTURE_GATE_NOT_NAMED);
	}
	return 0;
}

/* A profile takes hold when a program is started: one that ran before goes on without it. */
static int running_judge(
	const struct check_ctx *ctx, const struct gate *gate, struct finding *finding)
{
	size_t n = 0;
	int r = gate_count_unheld(ctx->root, gate, &n);

	if (r == -ENOMEM) {
		return r;
	}
	if (r != 0) {
		find(finding, POSTURE_UNKNOWN, POSTURE_NOT_PERMITTED);
	} else if (n > 0) {
		finding->unheld += n;
		find(finding, POSTURE_FAIL, POSTURE_GATE_NOT_TAKEN);
	}
	return 0;
}

static int gate_judge(const struct check_ctx *ctx, const struct gate *gate, struct finding *ret)
{
	struct gate_state state;
	int r;

	if (!ctx->live) {
		find(ret, POSTURE_UNKNOWN, POSTURE_LIVE_ONLY);
		return 0;
	}
	r = gate_look(ctx->root, gate, &state);
	if (r < 0) {
		return r;
	}
	switch (state.hold) {
	case GATE_HOLD_NONE:
	case GATE_HOLD_COMPLAINS:
		find(ret, POSTURE_FAIL, POSTURE_RECORDING_OPEN);
		break;
	case GATE_HOLD_IMPOSSIBLE:
		find(ret, POSTURE_UNKNOWN, POSTURE_GATE_IMPOSSIBLE);
		break;
	case GATE_HOLD_REFUSED:
		find(ret, POSTURE_UNKNOWN, POSTURE_NOT_PERMITTED);
		break;
	case GATE_HOLD_OTHERS:
		find(ret, POSTURE_UNKNOWN, POSTURE_GATE_OF_OTHERS);
		break;
	case GATE_HOLD_ENFORCED:
		r = hash_judge(ctx, gate, state.hash, ret);
		return r == 0 && ret->state == POSTURE_PASS ? running_judge(ctx, gate, ret) : r;
	}
	return 0;
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

static int override_judge(const struct check_ctx *ctx, struct finding *ret)
{
	cleanup(free_ptr) char *text = NULL;
	bool refused = false;
	int r = text_read(ctx->root, OVERRIDE, &text, &refused);

	if (r < 0) {
		return r;
	}
	if (refused) {
		find(ret, POSTURE_UNKNOWN, POSTURE_FORMAT_UNKNOWN);
	} else if (text && override_denies(span_z(text))) {
		find(ret, POSTURE_UNKNOWN, POSTURE_PER_PERSON);
	} else {
		find(ret, POSTURE_FAIL, POSTURE_RECORDING_OPEN);
	}
	return 0;
}

static int flatpak_judge(const struct check_ctx *ctx, const struct gate *gate,
	const struct finding *held, struct finding *ret)
{
	if (!gate->flatpak) {
		find(ret, POSTURE_UNKNOWN, POSTURE_MANAGER_UNKNOWN);
		return 0;
	}
	if (held->state == POSTURE_PASS || held->reason == POSTURE_GATE_NOT_TAKEN) {
		find(ret, held->state, held->reason);
		return 0;
	}
	return override_judge(ctx, ret);
}

/* One client that has a gate, however often it is installed */
static int app_judge(const struct check_ctx *ctx, const struct gate *gate, const struct app *app,
	const struct app_seen *seen, struct finding *ret)
{
	struct finding held = {.state = POSTURE_NA};
	int r = gate_judge(ctx, gate, &held);

	ret->unheld += held.unheld;
	if (r == 0 && seen->packaged) {
		find(ret, held.state, held.reason);
	}
	for (size_t k = 0; r == 0 && k < APPS_PLACES_MAX; k++) {
		if (!(seen->elsewhere & 1U << k)) {
			continue;
		}
		if (strncmp(app->elsewhere[k], "snap/", 5) == 0) {
			/* a snap runs under a profile of snapd's own */
			find(ret, POSTURE_UNKNOWN, POSTURE_MANAGER_UNKNOWN);
		} else {
			r = flatpak_judge(ctx, gate, &held, ret);
		}
	}
	return r;
}

static int conclude(const struct check_ctx *ctx, const struct finding *finding, struct verdict *v)
{
	if (finding->state == POSTURE_NA) {
		return verdict_set(v, POSTURE_NA, POSTURE_NO_RECORDING_CLIENT);
	}
	if (finding->unheld > 0) {
		verdict_note(v, "programs-unheld", "%zu", finding->unheld);
		v->due_s = ctx->now.wall_s + LOOK_S;
	}
	return verdict_set(v, finding->state, finding->reason);
}

static int run(const struct check_ctx *ctx, struct verdict *v)
{
	struct app_seen seen[APPS_MAX];
	struct finding finding = {.state = POSTURE_NA};
	int looked = apps_look(ctx, apps_clients, apps_clients_len, seen), r = 0;

	if (looked < 0) {
		return looked;
	}
	for (size_t i = 0; r == 0 && i < apps_clients_len; i++) {
		const struct gate *gate = gate_find(apps_clients[i].package);

		if (gate && (seen[i].packaged || seen[i].elsewhere)) {
			r = app_judge(ctx, gate, &apps_clients[i], &seen[i], &finding);
		}
	}
	if (r == 0 && looked > 0 && finding.state != POSTURE_FAIL) {
		return apps_explain(looked, v);
	}
	return r == 0 ? conclude(ctx, &finding, v) : r;
}

const struct check check_conf_local_recording_off = {
	.id = ID,
	.inputs = inputs,
	.n_inputs = ARRAY_LEN(inputs),
	.run = run,
};
