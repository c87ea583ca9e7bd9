/* SPDX-License-Identifier: Apache-2.0 */
#include "enrolment.h"

#include "answer.h"
#include "control.h"
#include "json-build.h"
#include "leaving.h"
#include "ledger.h"
#include "log.h"
#include "outbox.h"
#include "report-share.h"
#include "sender.h"

#include <stdio.h>
#include <string.h>

#define PAYLOAD_MAX 256
#define STEPS 4

struct enrolment {
	struct core *core;
	struct loop_source *timer;
	bool entering;
	uint64_t peer; /* 0 when nobody waits */
};

static void tell_step(struct enrolment *e, const char *step, int done)
{
	if (e->peer != 0) {
		control_progress(e->core->control, e->peer, step, done, STEPS);
	}
}

static void fail(struct enrolment *e, const char *code, const char *text)
{
	if (e->peer != 0) {
		control_fail(e->core->control, e->peer, code, text);
	}
	log_info("enrolment came to nothing: %s", code);
	e->peer = 0;
	e->entering = false;
}

/* As it was before enrol was asked */
static int put_back(struct enrolment *e, const char *code, const char *text)
{
	struct core *core = e->core;
	int r;

	(void)!loop_timer_set(e->timer, -1);
	(void)!core_forget(core);
	if (core->hold.from_school) {
		r = policy_hold_load(&core->hold, NULL);
		if (r == 0) {
			r = core_policy_changed(core);
		}
		if (r < 0) {
			log_error("could not go back to the home policy: %s", strerror(-r));
		}
	}
	fail(e, code, text);
	return 0;
}

static int write_token(const struct enrol *enrol, struct str *out)
{
	cleanup(json_put) struct json_object *object = NULL;
	struct json_build build = json_build_object();
	int r;

	json_build_int(&build, "format", 1);
	json_build_string(&build, "token", enrol->token);
	r = json_build_finish(&build, &object);
	return r == 0 ? json_write_canonical(object, out) : r;
}

/* Key, signature, and what the courier needs; the state directory knows of it first. */
static int lay_out(struct core *core, const struct enrol *enrol)
{
	cleanup(str_finish) struct str payload = {.max = PAYLOAD_MAX};
	cleanup(str_finish) struct str jws = {.max = SPOOL_ITEM_MAX};
	int r;

	identity_from_enrol(enrol, &core->identity);
	r = store_save_identity(&core->store, &core->identity);
	if (r == 0) {
		r = seal_make_key(&core->seal);
	}
	if (r == 0) {
		r = write_token(enrol, &payload);
	}
	if (r == 0) {
		r = seal_sign(&core->seal, JWS_TYP_ENROL, NULL,
			(struct span){payload.p, payload.len}, &jws);
	}
	if (r == 0) {
		r = outbox_put_endpoint(core->store.outbox_fd, &core->identity.endpoint);
	}
	if (r == 0) {
		r = outbox_put(
			core->store.outbox_fd, 0, SPOOL_ENROL, (struct span){jws.p, jws.len});
	}
	return r > 0 ? -EPERM : r;
}

static int ask_server(struct enrolment *e)
{
	int r = loop_timer_set(e->timer, ENROLMENT_WAIT_MS);

	e->entering = true;
	return r == 0 ? outbox_wake(e->core->store.outbox_fd) : r;
}

static const char *refusal(const struct enrolment *e)
{
	if (e->entering || leaving_busy(e->core->leaving)) {
		return "busy";
	}
	return core_enrolled(e->core) ? "already-enrolled" : NULL;
}

int enrolment_begin(struct enrolment *e, struct span string, uint64_t peer)
{
	struct json_error error = {"", "is wrong"};
	struct core *core = e->core;
	struct enrol enrol = {0};
	char text[160];
	int r;

	if (refusal(e)) {
		control_fail(core->control, peer, refusal(e),
			"this device is enrolled, or on its way; nothing was changed");
		return 0;
	}
	r = enrol_parse(span_trim(string), &enrol, &error);
	if (r != 0) {
		(void)snprintf(
			text, sizeof(text), "enrolment string: %s %s", error.where, error.what);
		control_fail(core->control, peer, "bad-string", text);
		return 0;
	}
	e->peer = peer;
	tell_step(e, "enrol.step.key", 0);
	r = lay_out(core, &enrol);
	explicit_bzero(&enrol, sizeof(enrol));
	if (r == 0) {
		tell_step(e, "enrol.step.ask", 1);
		r = ask_server(e);
	}
	if (r < 0) {
		log_error("could not begin an enrolment: %s", strerror(-r));
		return put_back(e, "internal",
			"the enrolment could not be laid out; see the log "
			"of caretakerd; nothing was changed");
	}
	return 0;
}

static void answer_enrolled_peer(struct enrolment *e)
{
	struct core *core = e->core;
	struct json_build policy = json_build_object();
	struct json_build body = json_build_object();

	json_build_string(&policy, "name", policy_name(core->hold.policy));
	json_build_int(&policy, "version", policy_version(core->hold.policy));
	json_build_string(&body, "device", core->identity.device);
	json_build_int(&body, "format", 1);
	json_build_join(&body, "policy", &policy);
	json_build_bool(&body, "school", core_school_owned(core));
	json_build_string(&body, "url", core->identity.endpoint.url);
	if (e->peer != 0) {
		control_reply(core->control, e->peer, &body);
	}
	json_build_drop(&body);
	e->peer = 0;
	e->entering = false;
}

/* From here on the device is enrolled: what fails now is told and made good by later reports. */
static int settle(struct enrolment *e)
{
	struct core *core = e->core;
	int r = core_policy_changed(core);

	if (r == 0) {
		r = sender_begin(core->sender);
	}
	if (r == 0) {
		tell_step(e, "enrol.step.report", 3);
		r = sender_tell_all(core->sender);
	}
	answer_enrolled_peer(e);
	return r;
}

static int take_enrolled(struct enrolment *e, const struct answer_enrolled *answer)
{
	struct core *core = e->core;
	struct identity identity = core->identity;
	int64_t wall_s = state_see_time(&core->state, clock_read().wall_s);
	int r;

	tell_step(e, "enrol.step.policy", 2);
	memcpy(identity.device, answer->device, REPORT_DEVICE_LEN + 1);
	memcpy(identity.policy_key, answer->policy_key.p, answer->policy_key.len + 1);
	r = policy_hold_admit(&core->hold, &identity, identity.thumbprint, answer->policy, wall_s);
	if (r > 0) {
		log_warning("the server's policy was not taken: %s", policy_hold_why(r));
		return put_back(e, "policy-refused", policy_hold_why(r));
	}
	if (r == 0) {
		(void)report_share_forget(&core->state);
		state_forget_reports(&core->state);
		r = ledger_clear(core->store.sent_fd);
	}
	if (r == 0) {
		r = core_save(core);
	}
	/* the moment of truth: before it the device is not enrolled, after it it is */
	if (r == 0) {
		r = store_save_identity(&core->store, &identity);
	}
	if (r < 0) {
		log_error("could not store the enrolment: %s", strerror(-r));
		return put_back(e, "internal", "the enrolment could not be stored");
	}
	core->identity = identity;
	if (outbox_remove(core->store.outbox_fd, 0, SPOOL_ENROL) < 0) {
		log_warning("could not remove the enrolment from the outbox");
	}
	return settle(e);
}

static int take_enrol_reply(struct enrolment *e, const struct spool_reply *reply)
{
	cleanup(answer_enrolled_finish) struct answer_enrolled answer = {0};
	int r = -EBADMSG;

	if (loop_timer_set(e->timer, -1) < 0) {
		return -EIO;
	}
	if (reply->error == SPOOL_ERROR_NONE && (reply->status == 201 || reply->status == 200)) {
		r = answer_parse_enrolled((struct span){reply->body, reply->body_len}, &answer);
	}
	if (r == 0) {
		return take_enrolled(e, &answer);
	}
	return put_back(e, answer_enrol_code(reply),
		"the server did not take this device; "
		"nothing was changed");
}

int enrolment_take_reply(struct enrolment *e, const struct spool_reply *reply)
{
	return e->entering ? take_enrol_reply(e, reply) : 0;
}

bool enrolment_busy(const struct enrolment *e)
{
	return e->entering;
}

static int on_timer(struct loop_source *source, void *data)
{
	struct enrolment *e = data;

	(void)source;
	return e->entering ? put_back(e, "timeout", "no answer came; nothing was changed") : 0;
}

int enrolment_new(struct core *core, struct enrolment **ret_enrolment)
{
	cleanup(enrolment_free_p) struct enrolment *e = calloc(1, sizeof(*e));
	int r;

	if (!e) {
		return -ENOMEM;
	}
	e->core = core;
	r = loop_add_timer(core->loop, on_timer, e, &e->timer);
	if (r == 0) {
		*ret_enrolment = TAKE_PTR(e);
	}
	return r;
}

void enrolment_free(struct enrolment *enrolment)
{
	if (enrolment) {
		loop_source_free(enrolment->timer);
		free(enrolment);
	}
}

void enrolment_free_p(struct enrolment **enrolment)
{
	enrolment_free(*enrolment);
}

int enrolment_resume(struct enrolment *e)
{
	struct core *core = e->core;
	size_t entering = 0;
	int r;

	if (core->identity.endpoint.url[0] == '\0' || !identity_pending(&core->identity)) {
		return 0;
	}
	r = outbox_count(core->store.outbox_fd, SPOOL_ENROL, &entering);
	if (r == 0 && entering == 0) {
		return put_back(e, "internal", "it was interrupted before it was asked");
	}
	return r == 0 ? ask_server(e) : r;
}
