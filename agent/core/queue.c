/* SPDX-License-Identifier: Apache-2.0 */
#include "queue.h"

#include "json-build.h"
#include "ledger.h"
#include "log.h"
#include "outbox.h"
#include "report-build.h"

#include <string.h>

int queue_waiting(const struct core *core, size_t *ret_n)
{
	return outbox_count(core->store.outbox_fd, SPOOL_REPORT, ret_n);
}

static int seal_and_put(struct core *core, struct span payload)
{
	cleanup(str_finish) struct str jws = {.max = SPOOL_ITEM_MAX};
	int r;

	r = seal_sign(&core->seal, JWS_TYP_REPORT, core->identity.device, payload, &jws);
	if (r != 0) {
		log_error("could not seal a report: %s", r < 0 ? strerror(-r) : "refused");
		return r < 0 ? r : -EPERM;
	}
	r = outbox_put(core->store.outbox_fd, core->state.sequence, SPOOL_REPORT,
		(struct span){jws.p, jws.len});
	if (r < 0) {
		log_error("could not write a report into the outbox: %s", strerror(-r));
	}
	return r;
}

/* When too much waits, the newest state of everything takes its place. */
static int bound_outbox(struct core *core)
{
	size_t waiting;
	int r = queue_waiting(core, &waiting);

	if (r == 0 && waiting >= OUTBOX_REPORTS_MAX) {
		core->state.full_due = true;
		r = outbox_remove_kind(core->store.outbox_fd, SPOOL_REPORT);
	}
	return r;
}

static int build(struct core *core, struct str *payload)
{
	const struct report_source source = {
		.state = &core->state,
		.policy = core->hold.policy,
		.device = core->identity.device,
		.wall_s = clock_read().wall_s,
	};

	/* days of grace end on an idle device too */
	(void)state_see_time(&core->state, source.wall_s);
	return report_build(&source, payload);
}

/*
 * The number is on disk before it is used, and until the report is in the outbox the disk says that
 * everything is still to be told: a crash in between skips a number and loses nothing.
 */
int queue_report(struct core *core)
{
	cleanup(str_finish) struct str payload = {.max = REPORT_MAX};
	bool was_full;
	int r = bound_outbox(core);

	was_full = core->state.full_due;
	if (r == 0) {
		r = build(core, &payload);
	}
	if (r < 0) {
		log_error("could not build a report: %s", strerror(-r));
		return r;
	}
	core->state.sequence++;
	core->state.full_due = true;
	r = core_save(core);
	if (r == 0) {
		r = seal_and_put(core, (struct span){payload.p, payload.len});
	}
	if (r < 0) {
		return r;
	}
	core->state.full_due = was_full;
	report_note_told(&core->state, core->hold.policy);
	return core_save(core);
}

/* To the ledger first: a crash in between sends the report again, which the server expects. */
int queue_file(struct core *core, int64_t number)
{
	cleanup(free_ptr) char *payload = NULL;
	cleanup(free_ptr) char *jws = NULL;
	struct clock_now now = clock_read();
	size_t jws_len, len;
	int r;

	r = outbox_read(core->store.outbox_fd, number, SPOOL_REPORT, &jws, &jws_len);
	if (r == 0) {
		r = outbox_payload((struct span){jws, jws_len}, &payload, &len);
	}
	if (r == 0) {
		r = ledger_add(
			core->store.sent_fd, number, now.wall_s, (struct span){payload, len});
	}
	if (r != 0) {
		log_error("could not file a sent report: %s", r < 0 ? strerror(-r) : "unreadable");
		return r < 0 ? r : -EIO;
	}
	core->state.reported_at = now.wall_s;
	return outbox_remove(core->store.outbox_fd, number, SPOOL_REPORT);
}

void queue_let_go(const struct core *core)
{
	int r = ledger_prune(core->store.sent_fd, clock_read().wall_s);

	if (r < 0) {
		log_error("could not let go of old reports: %s", strerror(-r));
	}
}

int queue_collapse(struct core *core, int64_t skip)
{
	int r = outbox_remove_kind(core->store.outbox_fd, SPOOL_REPORT);

	if (r < 0) {
		return r;
	}
	if (skip > QUEUE_SKIP_MAX) {
		skip = QUEUE_SKIP_MAX;
	}
	if (core->state.sequence < SPOOL_NUMBER_MAX - skip) {
		core->state.sequence += skip;
	}
	core->state.full_due = true;
	return core_save(core);
}

static void add_waiting(struct core *core, int64_t number, struct json_build *array)
{
	cleanup(free_ptr) char *payload = NULL;
	cleanup(free_ptr) char *jws = NULL;
	size_t jws_len, len;

	if (outbox_read(core->store.outbox_fd, number, SPOOL_REPORT, &jws, &jws_len) == 0 &&
		outbox_payload((struct span){jws, jws_len}, &payload, &len) == 0) {
		struct json_build item = json_build_object();

		json_build_span(&item, "report", (struct span){payload, len});
		json_build_int(&item, "sequence", number);
		json_build_join(array, NULL, &item);
	}
}

int queue_preview(struct core *core, struct json_object **ret_body)
{
	cleanup(spool_dir_finish) struct spool_dir items = {0};
	cleanup(str_finish) struct str payload = {.max = REPORT_MAX};
	struct json_build waiting, body;
	int r = build(core, &payload);

	if (r == 0) {
		r = outbox_list(core->store.outbox_fd, &items);
	}
	if (r < 0) {
		return r;
	}
	waiting = json_build_array();
	for (size_t i = 0; i < items.len; i++) {
		if (items.entries[i].kind == SPOOL_REPORT) {
			add_waiting(core, items.entries[i].number, &waiting);
		}
	}
	body = json_build_object();
	json_build_int(&body, "format", 1);
	json_build_span(&body, "report", (struct span){payload.p, payload.len});
	json_build_join(&body, "waiting", &waiting);
	return json_build_finish(&body, ret_body);
}
