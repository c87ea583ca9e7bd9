/* SPDX-License-Identifier: Apache-2.0 */
#include "report-share.h"

#include <string.h>

#define WHERE "/var/lib/caretaker/" STATE_FILE

/* What is told by day, and the text that says what the school then hears */
static const struct share {
	const char *id, *why;
} shares[] = {
	{"av.camera-idle", "share.camera-idle"},
	{"av.mic-idle", "share.mic-idle"},
};

static const struct share *find(const char *id)
{
	for (size_t i = 0; id && i < ARRAY_LEN(shares); i++) {
		if (strcmp(shares[i].id, id) == 0) {
			return &shares[i];
		}
	}
	return NULL;
}

static struct agreed_setting setting_of(const char *id)
{
	return (struct agreed_setting){REPORT_SHARE_CLIENT, id, NULL};
}

bool report_share_has(const struct state *state, const char *id)
{
	const struct agreed_setting setting = setting_of(id);

	return agreed_has(&state->agreed, &setting);
}

bool report_share_forget(struct state *state)
{
	bool any = false;

	for (size_t i = 0; i < ARRAY_LEN(shares); i++) {
		const struct agreed_setting setting = setting_of(shares[i].id);

		any = any || agreed_has(&state->agreed, &setting);
		agreed_drop(&state->agreed, &setting);
	}
	state->full_due = state->full_due || any; /* what is told no longer is not in it */
	return any;
}

static int set(struct core *core, const char *id, bool on)
{
	const struct agreed_setting setting = setting_of(id);
	int r = 0;

	if (on) {
		r = agreed_add(&core->state.agreed, &setting);
	} else {
		agreed_drop(&core->state.agreed, &setting);
	}
	core->state.full_due = true; /* what is no longer told is no longer in it */
	return r == 0 ? core_save(core) : r;
}

static void add_change(struct json_build *changes, const struct share *share, bool before, bool on)
{
	struct json_build change = json_build_object();

	json_build_string(&change, "client", REPORT_SHARE_CLIENT);
	json_build_null(&change, "error");
	json_build_bool(&change, "from", before);
	json_build_string(&change, "key", share->id);
	json_build_string(&change, "path", WHERE);
	json_build_string(&change, "result", on ? "applied" : "undone");
	json_build_bool(&change, "to", on);
	json_build_string(&change, "why", share->why);
	json_build_join(changes, NULL, &change);
}

int report_share_say(struct core *core, const struct control_call *call, bool on)
{
	const struct share *share = find(call->key);
	struct json_build changes = json_build_array();
	struct json_build body = json_build_object();
	bool before = share && report_share_has(&core->state, call->key);
	const char *code = !share ? "share-none" : core_school_owned(core) ? "share-school" : NULL;
	int r = code ? 0 : before == on ? 0 : set(core, call->key, on);

	if (!code && r == 0) {
		if (before != on) {
			add_change(&changes, share, before, on);
		}
		json_build_join(&body, "changes", &changes);
		json_build_int(&body, "format", 1);
		control_reply(core->control, call->peer, &body);
		return 0;
	}
	json_build_drop(&changes);
	json_build_drop(&body);
	control_fail(core->control, call->peer, code ? code : "internal",
		code ? "key: only what is told by day can be turned on, and on a private device"
		     : "caretakerd could not save what was said; see its log");
	return r == -ENOMEM ? r : 0;
}
