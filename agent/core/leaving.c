/* SPDX-License-Identifier: Apache-2.0 */
#include "leaving.h"

#include "answer.h"
#include "control.h"
#include "enrolment.h"
#include "json-build.h"
#include "ledger.h"
#include "log.h"
#include "outbox.h"
#include "report-share.h"
#include "sender.h"

#include <string.h>

#define PAYLOAD_MAX 256

struct leaving {
	struct core *core;
	struct loop_source *timer;
	bool busy;
	uint64_t peer; /* 0 when nobody waits */
};

static int ask_server(struct leaving *leaving)
{
	int r = loop_timer_set(leaving->timer, LEAVING_WAIT_MS);

	leaving->busy = true;
	return r == 0 ? outbox_wake(leaving->core->store.outbox_fd) : r;
}

/* Erased here in any case; error NULL when the server has said that it erased too. */
static int finish(struct leaving *leaving, const char *error)
{
	struct core *core = leaving->core;
	struct json_build body = json_build_object();
	bool school = core_school_owned(core);
	int r;

	(void)!loop_timer_set(leaving->timer, -1);
	r = sender_end(core->sender);
	(void)!core_forget(core);
	if (ledger_clear(core->store.sent_fd) < 0) {
		log_error("could not erase the list of sent reports");
	}
	(void)report_share_forget(&core->state);
	state_forget_reports(&core->state);
	if (r == 0) {
		r = core_save(core);
	}
	if (r == 0) {
		r = policy_hold_load(&core->hold, NULL);
	}
	if (r == 0) {
		r = core_policy_changed(core);
	}
	if (error) {
		json_build_string(&body, "error", error);
	} else {
		json_build_null(&body, "error");
	}
	json_build_bool(&body, "erased_there", !error);
	json_build_int(&body, "format", 1);
	json_build_bool(&body, "school", school);
	if (leaving->peer != 0) {
		control_reply(core->control, leaving->peer, &body);
	}
	json_build_drop(&body);
	leaving->peer = 0;
	leaving->busy = false;
	return r;
}

static int lay_out_leave(struct core *core)
{
	cleanup(str_finish) struct str payload = {.max = PAYLOAD_MAX};
	cleanup(str_finish) struct str jws = {.max = SPOOL_ITEM_MAX};
	cleanup(json_put) struct json_object *object = NULL;
	struct json_build build = json_build_object();
	int r;

	core->state.sequence++;
	json_build_string(&build, "device", core->identity.device);
	json_build_int(&build, "format", 1);
	json_build_int(&build, "sequence", core->state.sequence);
	r = json_build_finish(&build, &object);
	if (r == 0) {
		r = json_write_canonical(object, &payload);
	}
	if (r == 0) {
		r = core_save(core);
	}
	if (r == 0) {
		r = seal_sign(&core->seal, JWS_TYP_LEAVE, core->identity.device,
			(struct span){payload.p, payload.len}, &jws);
	}
	/* What still waits is of no use to anybody now. */
	if (r == 0) {
		r = outbox_remove_kind(core->store.outbox_fd, SPOOL_REPORT);
	}
	if (r == 0) {
		r = outbox_put(core->store.outbox_fd, core->state.sequence, SPOOL_LEAVE,
			(struct span){jws.p, jws.len});
	}
	return r > 0 ? -EPERM : r;
}

int leaving_begin(struct leaving *leaving, uint64_t peer)
{
	struct core *core = leaving->core;
	int r;

	if (leaving->busy || enrolment_busy(core->enrolment) || !core_enrolled(core)) {
		control_fail(core->control, peer, core_enrolled(core) ? "busy" : "not-enrolled",
			"there is nothing to leave, or it is on its way already");
		return 0;
	}
	leaving->peer = peer;
	control_progress(core->control, peer, "leave.step.ask", 0, 1);
	r = lay_out_leave(core);
	if (r == 0) {
		r = ask_server(leaving);
	}
	if (r < 0) {
		log_error("could not ask the server to erase: %s", strerror(-r));
		return finish(leaving, "internal");
	}
	return 0;
}

int leaving_take_reply(struct leaving *leaving, const struct spool_reply *reply)
{
	if (!leaving->busy) {
		return 0;
	}
	if (reply->error == SPOOL_ERROR_NONE && reply->status == 200 &&
		answer_parse_erased((struct span){reply->body, reply->body_len}) == 0) {
		return finish(leaving, NULL);
	}
	return finish(leaving, answer_device_code(reply));
}

bool leaving_busy(const struct leaving *leaving)
{
	return leaving->busy;
}

static int on_timer(struct loop_source *source, void *data)
{
	struct leaving *leaving = data;

	(void)source;
	return leaving->busy ? finish(leaving, "timeout") : 0;
}

int leaving_new(struct core *core, struct leaving **ret_leaving)
{
	cleanup(leaving_free_p) struct leaving *leaving = calloc(1, sizeof(*leaving));
	int r;

	if (!leaving) {
		return -ENOMEM;
	}
	leaving->core = core;
	r = loop_add_timer(core->loop, on_timer, leaving, &leaving->timer);
	if (r == 0) {
		*ret_leaving = TAKE_PTR(leaving);
	}
	return r;
}

void leaving_free(struct leaving *leaving)
{
	if (leaving) {
		loop_source_free(leaving->timer);
		free(leaving);
	}
}

void leaving_free_p(struct leaving **leaving)
{
	leaving_free(*leaving);
}

int leaving_resume(struct leaving *leaving)
{
	size_t waiting = 0;
	int r;

	if (!core_enrolled(leaving->core)) {
		return 0;
	}
	r = outbox_count(leaving->core->store.outbox_fd, SPOOL_LEAVE, &waiting);
	return r == 0 && waiting > 0 ? ask_server(leaving) : r;
}
