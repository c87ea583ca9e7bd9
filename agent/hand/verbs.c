/* SPDX-License-Identifier: Apache-2.0 */
/* What each message does. A message that is refused changes nothing and says so with one code. */
#include "bounds.h"
#include "compile.h"
#include "gate.h"
#include "hand.h"
#include "ipc.h"
#include "plug.h"
#include "switch.h"

#define DONE_FORMAT 1

/* Takes value, also when it fails. */
static int add(struct json_object *object, const char *name, struct json_object *value)
{
	if (!value || json_object_object_add(object, name, value) < 0) {
		json_object_put(value);
		return -ENOMEM;
	}
	return 0;
}

static int done_changes(const struct enforce_changes *changes, struct json_object **ret_body)
{
	cleanup(json_put) struct json_object *body = json_object_new_object();
	struct json_object *list = NULL;
	int r = body ? enforce_changes_to_json(changes, &list) : -ENOMEM;

	if (r == 0) {
		r = add(body, "changes", list);
	}
	if (r == 0) {
		r = add(body, "format", json_object_new_int(DONE_FORMAT));
	}
	if (r == 0) {
		*ret_body = TAKE_PTR(body);
	}
	return r;
}

/* verbs return 0, a code to refuse with, or -errno */
enum refusal { REFUSED_BOUNDS = 1, REFUSED_JOURNAL, REFUSED_MESSAGE };

static const struct {
	const char *code;
	const char *text; /* text key */
} refusals[] = {
	[REFUSED_BOUNDS] = {"out-of-bounds", "enforce.error.out-of-bounds"},
	[REFUSED_JOURNAL] = {"journal", "enforce.error.journal"},
	[REFUSED_MESSAGE] = {"bad-message", "error.bad-message"},
};

static int refuse(int refusal, struct json_object **ret_body)
{
	cleanup(json_put) struct json_object *body = json_object_new_object();

	if (!body || add(body, "code", json_object_new_string(refusals[refusal].code)) < 0 ||
		add(body, "text", json_object_new_string(refusals[refusal].text)) < 0) {
		return -ENOMEM;
	}
	*ret_body = TAKE_PTR(body);
	return 0;
}

static struct enforce_place place_of(const struct hand_config *config)
{
	return (struct enforce_place){.root = config->root,
		.home = -1,
		.owner = geteuid(),
		.compile = hand_compile,
		.plug = hand_plug};
}

static int open_journal(const struct hand_config *config, struct enforce_journal *ret_journal)
{
	int r = enforce_journal_open(config->state, ret_journal);

	return r == 0 || r == -ENOMEM ? r : REFUSED_JOURNAL;
}

static int refusal_of_gate(int r)
{
	switch (r) {
	case GATE_E_SHAPE:
		return REFUSED_MESSAGE;
	case GATE_E_CLIENT:
		return REFUSED_BOUNDS;
	case GATE_E_BOOK:
		return REFUSED_JOURNAL;
	default:
		return r;
	}
}

static int verb_gate(
	const struct hand_config *config, struct json_object *body, struct json_object **ret_body)
{
	cleanup(enforce_changes_finish) struct enforce_changes changes = {0};
	int r = refusal_of_gate(gate_keep(config, body, &changes));

	return r == 0 ? done_changes(&changes, ret_body) : r;
}

static int refusal_of_switch(int r)
{
	switch (r) {
	case SWITCH_E_SHAPE:
		return REFUSED_MESSAGE;
	case SWITCH_E_BOOK:
		return REFUSED_JOURNAL;
	default:
		return r;
	}
}

static int verb_switch(
	const struct hand_config *config, struct json_object *body, struct json_object **ret_body)
{
	cleanup(enforce_changes_finish) struct enforce_changes changes = {0};
	int r = refusal_of_switch(switch_set(config, body, &changes));

	return r == 0 ? done_changes(&changes, ret_body) : r;
}

static int verb_write(
	const struct hand_config *config, struct json_object *body, struct json_object **ret_body)
{
	cleanup(enforce_profile_free_p) struct enforce_profile *profile = NULL;
	cleanup(enforce_journal_finish) struct enforce_journal journal = {.dirfd = -1};
	cleanup(enforce_changes_finish) struct enforce_changes changes = {0};
	struct enforce_place place = place_of(config);
	struct enforce_selection selection;
	int r = bounds_admit(&place, body, &profile, &selection);

	if (r != 0) {
		return r < 0 ? r : r == BOUNDS_E_SHAPE ? REFUSED_MESSAGE : REFUSED_BOUNDS;
	}
	r = open_journal(config, &journal);
	if (r == 0) {
		r = enforce_apply(&place, profile, &selection, &journal, &changes);
	}
	return r == 0 ? done_changes(&changes, ret_body) : r;
}

struct undo_wire {
	struct json_object *client, *key, *format;
};

static const struct json_field undo_fields[] = {
	{"client", JSON_WANT_ANY, offsetof(struct undo_wire, client), false, 0},
	{"format", JSON_WANT_ANY, offsetof(struct undo_wire, format), false, 0},
	{"key", JSON_WANT_ANY, offsetof(struct undo_wire, key), false, 0},
};

static int text_or_null(struct json_object *value, const char **ret_text)
{
	if (value && !json_object_is_type(value, json_type_string)) {
		return REFUSED_MESSAGE;
	}
	*ret_text = value ? json_object_get_string(value) : NULL;
	return 0;
}

static int verb_undo(
	const struct hand_config *config, struct json_object *body, struct json_object **ret_body)
{
	cleanup(enforce_journal_finish) struct enforce_journal journal = {.dirfd = -1};
	cleanup(enforce_changes_finish) struct enforce_changes changes = {0};
	struct enforce_place place = place_of(config);
	struct undo_wire wire = {0};
	const char *client, *key;
	int r = json_decode(body, undo_fields, ARRAY_LEN(undo_fields), &wire, NULL);

	if (r != 0) {
		return r < 0 ? r : REFUSED_MESSAGE;
	}
	r = text_or_null(wire.client, &client);
	if (r == 0) {
		r = text_or_null(wire.key, &key);
	}
	if (r == 0) {
		r = open_journal(config, &journal);
	}
	if (r == 0) {
		r = enforce_undo(&place, client, key, &journal, &changes);
	}
	if (r == 0) {
		r = refusal_of_gate(gate_undo(config, client, key, &changes));
	}
	if (r == 0) {
		r = refusal_of_switch(switch_undo(config, client, key, &changes));
	}
	return r == 0 ? done_changes(&changes, ret_body) : r;
}

static int undo_plan(const struct hand_config *config, struct enforce_changes *changes)
{
	cleanup(enforce_journal_finish) struct enforce_journal journal = {.dirfd = -1};
	int r = open_journal(config, &journal);

	if (r == 0) {
		r = enforce_undo_plan(&journal, changes);
	}
	if (r == 0) {
		r = refusal_of_gate(gate_undo_plan(config, changes));
	}
	if (r == 0) {
		r = refusal_of_switch(switch_undo_plan(config, changes));
	}
	return r;
}

static int verb_journal(
	const struct hand_config *config, struct json_object *body, struct json_object **ret_body)
{
	cleanup(enforce_changes_finish) struct enforce_changes changes = {0};
	int r = undo_plan(config, &changes);

	(void)body;
	return r == 0 ? done_changes(&changes, ret_body) : r;
}

bool hand_keeps(const struct hand_config *config)
{
	cleanup(enforce_changes_finish) struct enforce_changes changes = {0};

	return undo_plan(config, &changes) == 0 && changes.len > 0;
}

static const struct {
	enum ipc_type type;
	int (*fn)(const struct hand_config *config, struct json_object *body,
		struct json_object **ret_body);
} verbs[] = {
	{IPC_HAND_GATE, verb_gate},
	{IPC_HAND_SWITCH, verb_switch},
	{IPC_HAND_WRITE, verb_write},
	{IPC_HAND_UNDO, verb_undo},
	{IPC_HAND_JOURNAL, verb_journal},
};

int hand_answer(const struct hand_config *config, unsigned type, struct json_object *body,
	unsigned *ret_type, struct json_object **ret_body)
{
	int r = REFUSED_MESSAGE;

	for (size_t i = 0; i < ARRAY_LEN(verbs); i++) {
		if ((unsigned)verbs[i].type == type) {
			r = verbs[i].fn(config, body, ret_body);
		}
	}
	if (r > 0) {
		*ret_type = IPC_ERROR;
		return refuse(r, ret_body);
	}
	*ret_type = IPC_HAND_DONE;
	return r;
}
