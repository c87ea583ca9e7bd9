/* SPDX-License-Identifier: Apache-2.0 */
#include "gate-wish.h"

#define UNDO_DIR "undo"

static enum enforce_tier tier_of(const struct core *core, const struct gate *gate)
{
	const char *word = policy_client_tier(core->hold.policy, gate->client);
	enum enforce_tier tier;

	return word && enforce_tier_parse(word, &tier) == 0 ? tier : ENFORCE_OFF;
}

int gate_wish_read(const struct core *core, const struct gate *gate, struct gate_wish *ret_wish)
{
	cleanup(fd_close) int undo_fd = fd_open_dir(core->store.state_fd, UNDO_DIR);
	cleanup(json_put) struct json_object *value = gate_change_value(GATE_DENIES);
	struct gate_wish wish = {.installed = gate_installed(&core->root, gate)};
	int r;

	if (!value) {
		return -ENOMEM;
	}
	wish.tier = tier_of(core, gate);
	wish.word = kept_setting(core, gate->client, GATES_KEY, value);
	wish.mode = wish.word == KEPT_LIFTED ? GATE_LIFTED : GATE_DENIES;
	r = gate_view_read(&core->root, undo_fd < 0 ? -1 : undo_fd, gate, &wish.view);

	if (r == -EBADMSG) {
		/* caretaker-hand says so itself when it is asked */
		r = gate_view_read(&core->root, -1, gate, &wish.view);
	}
	if (r != 0) {
		return r;
	}
	wish.kept = gate_view_kept(&wish.view, wish.mode);
	wish.result = gate_view_result(&wish.view, &wish.error);
	*ret_wish = wish;
	return 0;
}

bool gate_wish_wanted(const struct gate_wish *wish)
{
	return wish->word == KEPT || wish->word == KEPT_LIFTED;
}

bool gate_wish_due(const struct gate_wish *wish)
{
	return gate_wish_wanted(wish) && wish->installed && wish->tier != ENFORCE_OFF &&
	       !wish->kept && wish->result == ENFORCE_PLANNED;
}

int gate_wish_add_change(const struct gate_wish *wish, const struct gate *gate, bool rewritten,
	bool planned_too, struct json_build *array)
{
	cleanup(enforce_changes_finish) struct enforce_changes changes = {0};
	struct json_object *object = NULL;
	enum enforce_result result = wish->result;
	enum enforce_error error = wish->error;
	int r;

	if (wish->kept || wish->tier == ENFORCE_OFF || !wish->installed) {
		return 0;
	}
	if (result == ENFORCE_PLANNED && rewritten) {
		result = ENFORCE_CONFLICT;
		error = ENFORCE_ERROR_REWRITTEN;
	}
	if (result == ENFORCE_PLANNED && !planned_too) {
		return 0;
	}
	r = gate_change_add(&changes, gate, &wish->view, wish->mode, result, error);
	if (r == 0) {
		r = enforce_change_to_json(&changes.items[0], &object);
		json_build_take(array, NULL, object);
	}
	return r;
}
