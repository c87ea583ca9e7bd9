/* SPDX-License-Identifier: Apache-2.0 */
#include "api.h"

#include "api-access.h"
#include "files.h"
#include "metrics.h"
#include "router.h"

#include <string.h>

extern const struct api_route api_route_reports;

static void advance(struct api_call *call);

const char *api_query(const struct api_call *call, const char *name)
{
	for (size_t i = 0; i < call->query.n; i++) {
		if (strcmp(call->query.params[i].name, name) == 0) {
			return call->query.params[i].value;
		}
	}
	return NULL;
}

bool api_decode_body(struct api_call *call, const struct json_field *fields, size_t n, void *out,
	struct json_object **ret_object)
{
	struct json_error error = {0};
	struct json_object *object = NULL;
	int r = json_parse(call->request->body, &object, &error);

	if (r == 0) {
		r = json_decode(object, fields, n, out, &error);
	}
	if (r == 0) {
		*ret_object = object;
		return true;
	}
	json_object_put(object);
	if (r < 0) {
		answer_problem(&call->answer, 503, "The server is out of memory.");
	} else {
		answer_problem(&call->answer, 400, "The body is not right at %s: %s.", error.where,
			error.what);
	}
	return false;
}

static void call_free(struct api_call *call)
{
	if (call->state) {
		if (call->route->finish) {
			call->route->finish(call->state);
		}
		explicit_bzero(call->state, call->route->state_size);
		free(call->state);
	}
	free(call);
}

static void send(struct api_call *call)
{
	if (call->answer.status == 503) {
		call->answer.retry_after_s = API_RETRY_S;
	}
	if (call->answer.status == 401) {
		call->answer.cookie[0] = 0;
	}
	call->answer.program = call->route && call->route->flags & API_JOSE;
	if (call->app->metrics) {
		metrics_count(
			call->app->metrics, call->answer.status, call->route == &api_route_reports);
	}
	http_send(call->exchange, &call->answer);
	call_free(call);
}

static void finish(struct api_call *call)
{
	if (call->route->after) {
		call->route->after(call);
	}
	if (call->session.touch) {
		api_touch_session(call);
	}
	send(call);
}

static int step_run(struct work_job *job, struct store *store)
{
	struct api_call *call = (struct api_call *)job;
	int r = 0;

	/* Undone and run again, it is answered anew. */
	if (job->shares) {
		answer_clear(&call->answer);
	}
	if (api_needs_session(call) && !call->admitted) {
		r = api_admit(call, store);
	}
	if (r == 0 && call->answer.status == 0) {
		r = call->route->steps[call->step].run(call, store);
	}
	/* An outcome that no step has handled is nothing to keep. */
	return r > 0 ? -EIO : r;
}

static void fail(struct api_call *call, int result)
{
	if (log_limit_allows(&call->app->log_limit, call->app->boot_s() * 1000)) {
		log_error("could not answer %s: %s", call->route->path, strerror(-result));
	}
	answer_problem(&call->answer, 503,
		"The server could not read or keep what this needs. Try again.");
}

static void step_done(struct work_job *job, int result)
{
	struct api_call *call = (struct api_call *)job;

	if (result < 0) {
		fail(call, result);
	}
	call->step++;
	advance(call);
}

static int admit_run(struct work_job *job, struct store *store)
{
	return api_admit((struct api_call *)job, store);
}

static void admit_done(struct work_job *job, int result)
{
	struct api_call *call = (struct api_call *)job;

	if (result < 0) {
		fail(call, result);
	} else if (call->answer.status == 0 && call->route->before) {
		call->route->before(call);
	}
	advance(call);
}

/* A device has time, and keeps what it has to say: an agent waits this long, some longer. */
static void send_away(struct api_call *call)
{
	answer_problem(&call->answer, 429,
		"Too many devices come at once. Nothing was taken: come back later.");
	call->answer.retry_after_s = API_CROWD_RETRY_S;
}

static int64_t waiting_ms(struct work *work)
{
	return work_wait_ms(work, WORK_VERIFY) + work_wait_ms(work, WORK_WRITE);
}

static bool crowded(struct work *work)
{
	return waiting_ms(work) > API_CROWD_MS;
}

bool api_behind(void *data)
{
	return waiting_ms(((struct app *)data)->work) > API_BEHIND_MS;
}

static void submit(struct api_call *call, enum work_lane lane)
{
	bool device = call->route->flags & API_JOSE;

	/* What was verified already is kept if it can be. */
	if (device && call->step == 0 && crowded(call->app->work)) {
		send_away(call);
	} else if (work_submit(call->app->work, lane, &call->job) == 0) {
		return;
	} else if (device) {
		send_away(call);
	} else {
		answer_problem(&call->answer, 503, "The server is busy. Try again.");
	}
	finish(call);
}

/* Who may not is told so before anything else of the call is looked at. */
static bool admits_first(const struct api_call *call)
{
	return api_needs_session(call) && !call->admitted &&
	       (call->route->before || call->route->steps[0].lane != WORK_READ);
}

static void advance(struct api_call *call)
{
	const struct api_step *step = &call->route->steps[call->step];

	if (call->answer.status != 0) {
		finish(call);
		return;
	}
	if (admits_first(call)) {
		call->job.run = admit_run;
		call->job.done = admit_done;
		call->job.shares = call->job.patient = false;
		submit(call, WORK_READ);
		return;
	}
	if (call->step == API_STEPS_MAX || !step->run) {
		answer_problem(&call->answer, 500, "The server has no answer to this.");
		finish(call);
		return;
	}
	call->job.run = step_run;
	call->job.done = step_done;
	call->job.shares = step->shares;
	call->job.patient = step->patient;
	submit(call, step->lane);
}

static bool known_query(const struct api_route *route, const char *name)
{
	for (size_t i = 0; route->query && route->query[i]; i++) {
		if (strcmp(route->query[i], name) == 0) {
			return true;
		}
	}
	return false;
}

static void check_query(struct api_call *call, struct span text)
{
	if (url_parse_query(text, &call->query) != 0) {
		answer_problem(&call->answer, 400, "What stands behind the ? cannot be read.");
		return;
	}
	for (size_t i = 0; i < call->query.n; i++) {
		if (!known_query(call->route, call->query.params[i].name)) {
			answer_problem(&call->answer, 400, "The parameter %s is not known here.",
				call->query.params[i].name);
			return;
		}
	}
}

static bool type_is(struct span header, const char *type)
{
	struct span media;

	return span_next(&header, ';', &media) && span_eq(span_trim(media), type);
}

static void check_body(struct api_call *call)
{
	const struct api_route *route = call->route;
	const struct http_request *request = call->request;
	const char *type = route->flags & API_JOSE   ? "application/jose"
			   : route->flags & API_JSON ? "application/json"
						     : NULL;

	if (request->body.len > route->max_body) {
		answer_problem(&call->answer, 413, "The body has %zu bytes; at most %zu are taken.",
			request->body.len, route->max_body);
	} else if (type && !type_is(request->content_type, type)) {
		answer_problem(&call->answer, 415, "The content type must be %s.", type);
	}
}

static void check_write(struct api_call *call)
{
	const struct http_request *request = call->request;

	/* A token is sent by a program that means it; a browser adds none by itself. */
	if (call->route->flags & API_WRITE && request->authorization.len == 0 &&
		(!span_eq(request->marker, "1") ||
			!url_same_origin(request->origin, request->host))) {
		answer_problem(&call->answer, 403,
			"A write needs the header X-Caretaker: 1 and an Origin that is this "
			"server.");
	}
}

static void route_call(struct api_call *call, struct span path, struct span query)
{
	unsigned methods = 0;

	call->route = router_find(
		api_routes, api_routes_len, path, call->request->method, call->part, &methods);
	if (!call->route && methods) {
		answer_problem(&call->answer, 405, "This path does not take that method.");
		call->answer.allow = router_allow(methods);
	} else if (!call->route) {
		answer_problem(&call->answer, 404, "There is no such path.");
	} else if (!call->route->needs) {
		answer_problem(&call->answer, 500, "This path names no right.");
	} else {
		void (*const checks[])(struct api_call *) = {check_body, check_write,
			api_needs_session(call) ? NULL : call->route->before};

		check_query(call, query);
		if (call->route->state_size > 0) {
			call->state = calloc(1, call->route->state_size);
		}
		if (call->route->state_size > 0 && !call->state) {
			answer_problem(&call->answer, 503, "The server is out of memory.");
		}
		for (size_t i = 0; i < ARRAY_LEN(checks); i++) {
			if (call->answer.status == 0 && checks[i]) {
				checks[i](call);
			}
		}
	}
}

static void serve_file(struct api_call *call, struct span path)
{
	enum http_method method = call->request->method;

	if (method != HTTP_GET && method != HTTP_HEAD) {
		answer_problem(&call->answer, 405, "This path does not take that method.");
		call->answer.allow = router_allow(HTTP_GET);
	} else if (!files_answer_page(call->app->web, path,
			   url_accepts_gzip(call->request->accept_encoding), &call->answer)) {
		answer_problem(&call->answer, 404, "There is no such page.");
	}
}

void api_handle(struct http_exchange *exchange, void *data)
{
	struct app *app = data;
	struct api_call *call = calloc(1, sizeof(*call));
	struct http_answer none = {.status = 503, .retry_after_s = API_RETRY_S};
	struct span path, query;

	if (!call) {
		http_send(exchange, &none);
		return;
	}
	call->app = app;
	call->exchange = exchange;
	call->request = http_exchange_request(exchange);
	call->now_s = app->wall_s();
	if (url_split(call->request->target, &path, &query) != 0) {
		answer_problem(&call->answer, 400, "The path cannot be read.");
	} else if (span_starts(path, "/api/") || span_eq(path, "/healthz")) {
		route_call(call, path, query);
	} else {
		serve_file(call, path);
	}
	if (!call->route || call->answer.status != 0) {
		send(call);
	} else {
		advance(call);
	}
}
