/* SPDX-License-Identifier: Apache-2.0 */
#include "report-share.h"

#include "check.h"

#include <string.h>

#define WHERE "/var/lib/caretaker/" STATE_FILE
#define WHY "setting.report."

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

	for (size_t i = 0; i < check_registry_len; i++) {
		const struct agreed_setting setting = setting_of(check_registry[i]->id);

		if (check_registry[i]->by_day) {
			any = any || agreed_has(&state->agreed, &setting);
			agreed_drop(&state->agreed, &setting);
		}
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

static void add_change(struct json_build *changes, const char *id, bool before, bool on)
{
	cleanup(str_finish) struct str why = {0};
	struct json_build change = json_build_object();

	json_build_string(&change, "client", REPORT_SHARE_CLIENT);
	json_build_null(&change, "error");
	json_build_bool(&change, "from", before);
	json_build_string(&change, "key", id);
	json_build_string(&change, "path", WHERE);
	json_build_string(&change, "result", on ? "applied" : "undone");
	json_build_bool(&change, "to", on);
	json_build_string(&change, "why", str_appendf(&why, WHY "%s", id) == 0 ? why.p : WHY);
	json_build_join(changes, NULL, &change);
}

int report_share_say(struct core *core, const struct control_call *call, bool on)
{
	const struct check *check = call->key ? check_find(call->key) : NULL;
	struct json_build changes = json_build_array();
	struct json_build body = json_build_object();
	bool before = check && report_share_has(&core->state, call->key);
	const char *code = !check || !check->by_day || check->local_only ? "share-none"
			   : core_school_owned(core)			 ? "share-school"
									 : NULL;
	int r = code ? 0 : before == on ? 0 : set(core, call->key, on);

	if (!code && r == 0) {
		if (before != on) {
			add_change(&changes, call->key, before, on);
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
