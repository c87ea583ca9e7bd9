/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One request on its way: the router finds its route, then each step of the route runs in its
 * lane until one has answered, then the answer is sent. A step sees the request, the route's own
 * state and a store; it never waits for another.
 */
#pragma once

#include "answer.h"
#include "auth.h"
#include "http.h"
#include "log.h"
#include "role.h"
#include "throttle.h"
#include "url.h"
#include "known-keys.h"
#include "verify.h"
#include "work.h"

#define API_STEPS_MAX 3
#define API_REPORT_MAX HTTP_BODY_MAX
#define API_BODY_MAX ((size_t)64 << 10)
#define API_TEXT_MAX 64 /* the part of a path that a route captures */
#define API_RETRY_S 5
/* Devices come in when others wait longer than this: they are told to come back. */
#define API_CROWD_MS 500
#define API_CROWD_RETRY_S 60
/* Before that, new connections are let in by one or two at a time, server/http-door.h. */
#define API_BEHIND_MS 100

struct enrol;
struct files;
struct metrics;
struct refresh;

/* What handlers share. The event thread alone writes; what steps read never changes. */
struct app {
	struct http *http;
	struct work *work;
	struct files *web;
	struct files *texts;
	struct files *documents; /* notices and templates, before they are filled */
	struct files *providers; /* bundles of settings of meeting services */
	struct verify *verify;
	struct known_keys *known_keys;
	struct metrics *metrics;   /* or NULL */
	struct refresh *refresh;   /* policies are made and signed there */
	const char *policy_key;	   /* the public key as JWK, JSON text */
	const struct enrol *enrol; /* key and pins; address and token are each code's own */
	int64_t (*wall_s)(void);
	int64_t (*boot_s)(void);
	struct log_limit log_limit;
};

enum api_flag {
	API_SCOPED =
		1, /* also for who has the right in some groups: the route looks at call->teams */
	API_WRITE = 2, /* by a browser: X-Caretaker: 1 and our own Origin */
	API_JSON = 4,  /* body is application/json */
	API_JOSE = 8,  /* body is application/jose */
};

struct api_call;
/*
 * In its lane. 0: answered, or on to the next step. Negative: unexpected, becomes 500 (or 503
 * when the store is busy) and undoes what a write step wrote.
 */
typedef int (*api_step_fn)(struct api_call *call, struct store *store);

struct api_step {
	enum work_lane lane;
	api_step_fn run;
	bool shares, patient; /* struct work_job */
};

struct api_route {
	enum http_method method;
	const char *path;      /* "{}" stands for one segment, captured in call->part */
	enum role_right needs; /* checked before the first step */
	unsigned flags;
	size_t max_body;
	const char *const *query; /* names it knows, NULL at the end; NULL for none */
	size_t state_size;	  /* zeroed, freed after finish */
	void (*finish)(void *state);
	/* On the event thread, once the right was asked for, and after the steps; NULL; may answer.
	 */
	void (*before)(struct api_call *call);
	void (*after)(struct api_call *call);
	struct api_step steps[API_STEPS_MAX];
};

struct api_call {
	struct work_job job; /* first: the lanes know this alone */
	struct app *app;
	struct http_exchange *exchange;
	const struct http_request *request;
	const struct api_route *route;
	size_t step;
	int64_t now_s;
	bool admitted; /* the right was asked for */
	char part[API_TEXT_MAX + 1];
	struct url_query query;
	struct auth_session session;	/* of what needs a role */
	char teams[ROLE_TEAMS_LEN + 1]; /* ",a,b,": the groups one is bound to; "" for all */
	struct http_answer answer;
	void *state;
};

/* Value of a query parameter, or NULL */
const char *api_query(const struct api_call *call, const char *name);
/* In the right's own sense, wherever granted: for what a route shows or leaves out */
bool api_may(const struct api_call *call, enum role_right right);
/*
 * In a write step: counts a try of a password under this name, or answers 429. What was right, or
 * not looked at, is to be forgiven: by api_forgive in the step that knows, by api_forgive_later
 * elsewhere.
 */
must_check int api_slow_down(struct api_call *call, struct store *store, const char *name);
/* On the event thread, after a 503: nobody waits for it. */
void api_forgive_later(const struct api_call *call, const char *name);
/* Appends to the audit log, in the transaction of the act: who is signed in did action on object.
 */
must_check int api_audit(
	struct api_call *call, struct store *store, const char *action, const char *object);
/* Decodes the JSON body; on failure the answer is a 400 that says where, and false. */
bool api_decode_body(struct api_call *call, const struct json_field *fields, size_t n, void *out,
	struct json_object **ret_object);
/* The http handler: data is the struct app. */
void api_handle(struct http_exchange *exchange, void *data);
/* Whether reports wait for a thread; data likewise */
bool api_behind(void *data);

extern const struct api_route *const api_routes[];
extern const size_t api_routes_len;
