/* SPDX-License-Identifier: Apache-2.0 */
#include "gatekeeper.h"

#include "gate-wish.h"
#include "hand.h"
#include "keeper-parts.h"
#include "log.h"

#include <stdio.h>
#include <string.h>

#define ROWS_MAX 16

struct row {
	const struct gate *gate;
	struct keeper_client client;
	enum gate_mode mode; /* that it was last to be in */
};

struct gatekeeper {
	struct keeper *keeper;
	struct watch *watch;
	struct loop_source *timer; /* of those that are left alone for a while */
	struct row rows[ROWS_MAX];
	size_t n_rows;
};

/* One question to caretaker-hand */
struct errand_gate {
	struct gatekeeper *gatekeeper;
	struct row *row;
	struct gather *gather; /* NULL when nobody waits for it */
	bool counted;
	bool drift;
};

static void see(struct row *row, const struct gate_wish *wish)
{
	bool counts = wish->installed && wish->tier != ENFORCE_OFF;

	row->client.installed = wish->installed;
	row->client.kept = counts && wish->kept;
	row->client.drifted = counts && !wish->kept;
	row->client.tier = wish->tier;
	row->client.asked = counts && wish->word == KEPT_ASKED && wish->result == ENFORCE_PLANNED;
}

static int arm_timer(const struct gatekeeper *gatekeeper)
{
	int64_t now_ms = clock_read().boot_ms;
	int64_t nearest = -1;

	for (size_t i = 0; i < gatekeeper->n_rows; i++) {
		int64_t left_ms = keeper_client_left_ms(&gatekeeper->rows[i].client, now_ms);

		if (left_ms > 0 && (nearest < 0 || left_ms < nearest)) {
			nearest = left_ms;
		}
	}
	return loop_timer_set(gatekeeper->timer, nearest);
}

static void note_changes(struct errand_gate *errand, struct json_object *changes)
{
	const struct gate *gate = errand->row->gate;

	for (size_t i = 0; i < json_object_array_length(changes); i++) {
		struct json_object *change = json_object_array_get_idx(changes, i);
		struct json_object *result = json_object_object_get(change, "result");

		if (errand->gather) {
			json_build_share(&errand->gather->changes, NULL, change);
		}
		if (errand->drift && json_object_is_type(result, json_type_string) &&
			strcmp(json_object_get_string(result), "applied") == 0) {
			keeper_note_restored(errand->gatekeeper->keeper, gate->client, GATES_KEY);
		}
	}
}

static int keep_row(struct gatekeeper *gatekeeper, struct row *row, struct gather *gather);

/* What was done is looked at again; what changed meanwhile is set right once more. */
static int verify(struct gatekeeper *gatekeeper, struct row *row)
{
	bool again = row->client.again;
	struct gate_wish wish;
	int r;

	row->client.pending -= row->client.pending > 0;
	if (row->client.pending > 0) {
		return 0;
	}
	row->client.again = false;
	if (again) {
		return keep_row(gatekeeper, row, NULL);
	}
	r = gate_wish_read(gatekeeper->keeper->core, row->gate, &wish);
	if (r == 0) {
		see(row, &wish);
		row->client.settled = row->client.settled || wish.kept;
	}
	return r;
}

static void on_done(int error, struct json_object *changes, void *data)
{
	struct errand_gate *errand = data;
	struct keeper_client *client = &errand->row->client;

	if (error == 0) {
		note_changes(errand, changes);
		if (errand->counted && json_object_array_length(changes) == 0) {
			keeper_client_uncount(client);
		}
	} else if (errand->gather) {
		errand->gather->failed = true;
	}
	if (error != -ECANCELED && verify(errand->gatekeeper, errand->row) < 0) {
		log_error("could not look at the recording gate of %s again", client->id);
	}
	if (error < 0 && error != -ECANCELED) {
		keeper_client_pause(client, clock_read().boot_ms);
		(void)!arm_timer(errand->gatekeeper);
	}
	if (errand->gather) {
		keeper_release(errand->gather);
	}
	free(errand);
}

static int ask(struct errand_gate template, enum ipc_type type, struct json_build *build)
{
	cleanup(json_put) struct json_object *body = NULL;
	struct errand_gate *errand;
	int r = json_build_finish(build, &body);

	if (r < 0) {
		return r;
	}
	errand = malloc(sizeof(*errand));
	if (!errand) {
		return -ENOMEM;
	}
	*errand = template;
	r = hand_ask(errand->gatekeeper->keeper->core->hand, type, body, on_done, errand);
	if (r < 0) {
		free(errand);
		return r;
	}
	if (template.gather) {
		template.gather->pending++;
	}
	template.row->client.pending++;
	return 0;
}

static int send_keep(const struct errand_gate *errand, enum gate_mode mode)
{
	struct json_build body = json_build_object();

	json_build_string(&body, "client", errand->row->gate->client);
	json_build_int(&body, "format", 1);
	json_build_bool(&body, "lifted", mode == GATE_LIFTED);
	return ask(*errand, IPC_HAND_GATE, &body);
}

/* What an earlier policy had set up, which names the client no more, or whose school has gone */
static bool is_let_go(const struct core *core, const struct gate_wish *wish)
{
	return wish->view.recorded &&
	       (gate_wish_wanted(wish) ? wish->tier == ENFORCE_OFF
				       : wish->word == KEPT_ASKED && kept_parted(core));
}

static int send_undo(const struct errand_gate *errand)
{
	struct json_build body = json_build_object();

	json_build_string(&body, "client", errand->row->gate->client);
	json_build_string(&body, "key", GATES_KEY);
	return ask(*errand, IPC_HAND_UNDO, &body);
}

static int keep_row(struct gatekeeper *gatekeeper, struct row *row, struct gather *gather)
{
	struct errand_gate errand = {.gatekeeper = gatekeeper, .row = row, .gather = gather};
	struct gate_wish wish;
	int r = gate_wish_read(gatekeeper->keeper->core, row->gate, &wish);

	if (r != 0) {
		return r;
	}
	see(row, &wish);
	if (wish.mode != row->mode) {
		/* whoever changes it now is the exemption, which nothing is held against */
		row->mode = wish.mode;
		row->client.settled = false;
		keeper_client_forgive(&row->client);
	}
	if (gather) {
		keeper_client_forgive(&row->client);
		r = gate_wish_add_change(&wish, row->gate, false, false, &gather->changes);
	}
	if (r != 0 || !gate_wish_due(&wish)) {
		row->client.settled = gate_wish_wanted(&wish) && wish.installed && wish.kept;
		return r == 0 && row->client.pending == 0 &&
				       is_let_go(gatekeeper->keeper->core, &wish)
			       ? send_undo(&errand)
			       : r;
	}
	/* what is being done shows nothing of what it will be */
	if (row->client.pending > 0 && !gather) {
		row->client.again = true;
		return 0;
	}
	if (!gather && !keeper_client_may_write(&row->client, clock_read().boot_ms)) {
		return arm_timer(gatekeeper);
	}
	errand.counted = !gather;
	errand.drift = row->client.settled && !gather;
	return send_keep(&errand, wish.mode);
}

int gatekeeper_keep(struct gatekeeper *gatekeeper, const char *client, struct gather *gather)
{
	int r = 0;

	for (size_t i = 0; r == 0 && i < gatekeeper->n_rows; i++) {
		struct row *row = &gatekeeper->rows[i];

		if (!client || strcmp(client, row->gate->client) == 0) {
			r = keep_row(gatekeeper, row, gather);
		}
	}
	return r;
}

static void on_change(enum watch_kind kind, const void *token, void *data)
{
	const struct gate *gate = token; /* NULL: of the kernel, or of any profile */
	int r = gatekeeper_keep(data, gate ? gate->client : NULL, NULL);

	(void)kind;
	if (r < 0) {
		log_error("could not look after the recording gates: %s", strerror(-r));
	}
}

static int on_timer(struct loop_source *source, void *data)
{
	int r = arm_timer(data);

	(void)source;
	if (r == 0) {
		r = gatekeeper_keep(data, NULL, NULL);
	}
	return r == -ENOMEM ? r : 0;
}

static int watch_gate(struct watch *watch, const struct gate *gate)
{
	int r = watch_add_file(watch, gate->path + 1, gate);

	for (size_t i = 0; r == 0 && i < GATE_NAMES_MAX && gate->detect[i]; i++) {
		r = watch_add_file(watch, gate->detect[i], gate);
	}
	return r;
}

int gatekeeper_begin(struct gatekeeper *gatekeeper)
{
	struct core *core = gatekeeper->keeper->core;
	int r;

	watch_free(TAKE_PTR(gatekeeper->watch));
	r = watch_new(core->loop, &core->root, on_change, gatekeeper, &gatekeeper->watch);
	for (size_t i = 0; r == 0 && i < gatekeeper->n_rows; i++) {
		r = watch_gate(gatekeeper->watch, gatekeeper->rows[i].gate);
	}
	if (r == 0) {
		r = watch_add_file(gatekeeper->watch, GATES_FOLDER, NULL);
	}
	if (r == 0) {
		/* without AppArmor there is nothing to watch, and the plan says so */
		(void)!watch_add_kind(gatekeeper->watch, WATCH_CONFINEMENT);
		r = gatekeeper_keep(gatekeeper, NULL, NULL);
	}
	return r == -ENOMEM ? r : 0;
}

int gatekeeper_new(struct keeper *keeper, struct gatekeeper **ret_gatekeeper)
{
	struct gatekeeper *new = calloc(1, sizeof(*new));
	int r;

	if (!new) {
		return -ENOMEM;
	}
	new->keeper = keeper;
	for (size_t i = 0; i < gates_len && i < ROWS_MAX; i++) {
		struct row *row = &new->rows[new->n_rows++];

		row->gate = &gates[i];
		(void)snprintf(row->client.id, sizeof(row->client.id), "%s", gates[i].client);
	}
	r = loop_add_timer(keeper->core->loop, on_timer, new, &new->timer);
	if (r < 0) {
		gatekeeper_free(new);
		return r;
	}
	*ret_gatekeeper = new;
	return 0;
}

void gatekeeper_free(struct gatekeeper *gatekeeper)
{
	if (gatekeeper) {
		watch_free(gatekeeper->watch);
		loop_source_free(gatekeeper->timer);
		free(gatekeeper);
	}
}

int gatekeeper_add_plan(struct gatekeeper *gatekeeper, const char *id, struct json_build *array)
{
	int r = 0;

	for (size_t i = 0; r == 0 && i < gatekeeper->n_rows; i++) {
		struct gate_wish wish;

		if (id && strcmp(gatekeeper->rows[i].gate->client, id) != 0) {
			continue;
		}
		r = gate_wish_read(gatekeeper->keeper->core, gatekeeper->rows[i].gate, &wish);
		if (r == 0 && wish.mode == GATE_DENIES) {
			r = gate_wish_add_change(&wish, gatekeeper->rows[i].gate,
				gatekeeper->rows[i].client.rewritten, true, array);
		}
	}
	return r;
}

size_t gatekeeper_asked(const struct gatekeeper *gatekeeper)
{
	size_t asked = 0;

	for (size_t i = 0; i < gatekeeper->n_rows; i++) {
		asked += gatekeeper->rows[i].client.asked;
	}
	return asked;
}

struct gatekeeper_count gatekeeper_count(const struct gatekeeper *gatekeeper, const char *client)
{
	for (size_t i = 0; i < gatekeeper->n_rows; i++) {
		const struct row *row = &gatekeeper->rows[i];

		if (strcmp(row->gate->client, client) == 0) {
			return (struct gatekeeper_count){.installed = row->client.installed,
				.kept = row->client.kept,
				.drifted = row->client.drifted};
		}
	}
	return (struct gatekeeper_count){.installed = false};
}

/* As the control says that it is so of one of them: the programs are not looked through again. */
static bool some_unheld(const struct core *core)
{
	for (size_t i = 0; core->judge && i < check_registry_len; i++) {
		if (strcmp(check_registry[i]->id, GATES_CONTROL) == 0) {
			return judge_verdict(core->judge, i)->reason == POSTURE_GATE_NOT_TAKEN;
		}
	}
	return false;
}

bool gatekeeper_waits(const struct gatekeeper *gatekeeper, const char *client)
{
	struct gatekeeper_count count = gatekeeper_count(gatekeeper, client);

	return count.installed && count.kept > 0 && some_unheld(gatekeeper->keeper->core);
}

void gatekeeper_add_clients(const struct gatekeeper *gatekeeper,
	bool (*skip)(const char *client, const void *data), const void *data,
	struct json_build *array)
{
	for (size_t i = 0; i < gatekeeper->n_rows; i++) {
		const struct row *row = &gatekeeper->rows[i];

		if (!skip(row->gate->client, data)) {
			keeper_add_client(&row->client, (struct gatekeeper_count){0}, NULL, array);
		}
	}
}
