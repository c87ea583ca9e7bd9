/* SPDX-License-Identifier: Apache-2.0 */
#include "tidings.h"

#include "crier.h"
#include "gates.h"
#include "json-build.h"
#include "shown.h"
#include "told.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define BUS_PATH_MAX 256
#define WAITING_MAX 16 /* as caretaker-notify takes at once */

/* What is to be told, and what it is told for */
struct tiding {
	char cause[TOLD_CAUSE_MAX + 1];
	struct json_object *message; /* owned */
};

struct tidings {
	struct tidings_config config;
	struct told told;
	struct tiding waiting[WAITING_MAX];
	size_t n_waiting;
	size_t n_shown; /* the first so many are with the crier */
	struct crier *crier;
};

static void drop_first(struct tidings *tidings, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		json_object_put(tidings->waiting[i].message);
	}
	memmove(tidings->waiting, tidings->waiting + n,
		(tidings->n_waiting - n) * sizeof(tidings->waiting[0]));
	tidings->n_waiting -= n;
}

void tidings_free(struct tidings *tidings)
{
	if (tidings) {
		drop_first(tidings, tidings->n_waiting);
		crier_free(tidings->crier);
		told_finish(&tidings->told);
		free(tidings);
	}
}

static int on_told(bool shown, void *data);

int tidings_new(
	struct loop *loop, const struct tidings_config *config, struct tidings **ret_tidings)
{
	struct tidings *tidings = calloc(1, sizeof(*tidings));
	struct crier_config crier = {.program = config->program,
		.data = config->data,
		.told = on_told,
		.for_whom = tidings};
	int r;

	if (!tidings) {
		return -ENOMEM;
	}
	tidings->config = *config;
	r = told_open(config->state, &tidings->told);
	if (r == 0) {
		r = crier_new(loop, &crier, &tidings->crier);
	}
	if (r < 0) {
		tidings_free(tidings);
		return r;
	}
	*ret_tidings = tidings;
	return 0;
}

static int run_path(const struct tidings *tidings, const char *name, char path[BUS_PATH_MAX])
{
	const char *root = strcmp(tidings->config.root, "/") == 0 ? "" : tidings->config.root;
	int len = snprintf(path, BUS_PATH_MAX, "%s/run/user/%u%s", root, tidings->config.uid, name);

	return len < 0 || len >= BUS_PATH_MAX ? -ENAMETOOLONG : 0;
}

static bool has_bus(const struct tidings *tidings, char path[BUS_PATH_MAX])
{
	return run_path(tidings, "/bus", path) == 0 &&
	       shown_has_bus(tidings->config.sysroot, tidings->config.uid);
}

static void session_word(const struct tidings *tidings, char word[SHOWN_SESSION_MAX])
{
	shown_session(tidings->config.sysroot, tidings->config.uid, word);
}

static bool is_waiting(const struct tidings *tidings, const char *cause)
{
	for (size_t i = 0; i < tidings->n_waiting; i++) {
		if (strcmp(tidings->waiting[i].cause, cause) == 0) {
			return true;
		}
	}
	return false;
}

/* Takes the build. */
static int add(struct tidings *tidings, const char *cause, struct json_build *message)
{
	struct tiding *tiding = &tidings->waiting[tidings->n_waiting];
	int r;

	if (told_has(&tidings->told, cause) || is_waiting(tidings, cause) ||
		tidings->n_waiting == WAITING_MAX) {
		json_build_drop(message);
		return 0;
	}
	r = json_build_finish(message, &tiding->message);
	if (r == 0) {
		(void)snprintf(tiding->cause, sizeof(tiding->cause), "%s", cause);
		tidings->n_waiting++;
	}
	return r;
}

/* What caretakerd says of one: only what the message needs is taken. */
struct exemption {
	int64_t devices, noticed, start, end;
	const char *feature, *id, *phase, *purpose;
	bool given;
	struct json_object *persons;
};
static const struct json_field fields[] = {
	{"devices", JSON_WANT_INT, offsetof(struct exemption, devices), true, 0},
	{"end", JSON_WANT_INT, offsetof(struct exemption, end), true, 0},
	{"feature", JSON_WANT_STRING, offsetof(struct exemption, feature), true, 48},
	{"given", JSON_WANT_BOOL, offsetof(struct exemption, given), true, 0},
	{"id", JSON_WANT_STRING, offsetof(struct exemption, id), true, 48},
	{"noticed", JSON_WANT_INT, offsetof(struct exemption, noticed), true, 0},
	{"persons", JSON_WANT_ARRAY, offsetof(struct exemption, persons), true, 8},
	{"phase", JSON_WANT_STRING, offsetof(struct exemption, phase), true, 16},
	{"purpose", JSON_WANT_STRING, offsetof(struct exemption, purpose), true, 48},
	{"start", JSON_WANT_INT, offsetof(struct exemption, start), true, 0},
};

static struct json_build describe(const struct exemption *exemption, const char *kind)
{
	struct json_build message = json_build_object();

	json_build_int(&message, "end", exemption->end);
	json_build_string(&message, "feature", exemption->feature);
	json_build_string(&message, "kind", kind);
	json_build_int(&message, "noticed", exemption->noticed);
	json_build_share(&message, "persons", exemption->persons);
	json_build_string(&message, "purpose", exemption->purpose);
	json_build_int(&message, "start", exemption->start);
	return message;
}

/* What ended is told to those who knew of it. */
static bool was_told(const struct tidings *tidings, const struct exemption *exemption)
{
	static const char *const words[] = {SHOWN_RUNS, "waits"};
	bool told = false;

	for (size_t i = 0; i < ARRAY_LEN(words); i++) {
		char begin[TOLD_CAUSE_MAX + 1];

		(void)snprintf(begin, sizeof(begin), "%s %s %" PRId64 " ", words[i], exemption->id,
			exemption->start);
		told = told || told_has_like(&tidings->told, begin);
	}
	return told;
}

/* An id may be used again by a later policy, and is then another one: its start tells. */
static int take_exemption(struct tidings *tidings, const struct exemption *exemption)
{
	static const struct {
		const char *phase, *kind;
		bool each_session;
	} rows[] = {
		{"ended", "exempt-ended", false},
		{SHOWN_RUNS, "exempt-runs", true},
		{"waits", "exempt-waits", false},
	};
	char cause[TOLD_CAUSE_MAX + 1], session[SHOWN_SESSION_MAX];

	session_word(tidings, session);
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		if (strcmp(rows[i].phase, exemption->phase) != 0 ||
			(i == 0 && !was_told(tidings, exemption))) {
			continue;
		}
		(void)snprintf(cause, sizeof(cause), "%s %s %" PRId64 " %s", rows[i].phase,
			exemption->id, exemption->start, rows[i].each_session ? session : "once");
		struct json_build message = describe(exemption, rows[i].kind);
		return add(tidings, cause, &message);
	}
	return 0;
}

static int start(struct tidings *tidings);

/* Shown: remembered. Not shown: told when there is something new, not again and again. */
static int on_told(bool shown, void *data)
{
	struct tidings *tidings = data;
	int r = 0;

	for (size_t i = 0; r == 0 && shown && i < tidings->n_shown; i++) {
		r = told_add(&tidings->told, tidings->waiting[i].cause);
	}
	drop_first(tidings, tidings->n_shown);
	tidings->n_shown = 0;
	return r == 0 && shown ? start(tidings) : r;
}

static int start(struct tidings *tidings)
{
	cleanup(json_put) struct json_object *list = NULL;
	struct json_build build;
	char bus[BUS_PATH_MAX];
	int r;

	if (crier_busy(tidings->crier) || tidings->n_waiting == 0) {
		return 0;
	}
	if (!has_bus(tidings, bus)) {
		drop_first(tidings, tidings->n_waiting);
		return 0;
	}
	build = json_build_array();
	for (size_t i = 0; i < tidings->n_waiting; i++) {
		json_build_share(&build, NULL, tidings->waiting[i].message);
	}
	r = json_build_finish(&build, &list);
	if (r == 0) {
		r = crier_tell(tidings->crier, bus, list);
	}
	if (r == 0) {
		tidings->n_shown = tidings->n_waiting;
	}
	return r == -ENOMEM ? r : 0;
}

static int take_exemptions(struct tidings *tidings, struct json_object *list)
{
	int r = 0;

	for (size_t i = 0; r == 0 && list && i < json_object_array_length(list); i++) {
		struct exemption exemption = {0};

		/* one of a newer caretakerd may say more: not for this version to tell */
		if (json_decode(json_object_array_get_idx(list, i), fields, ARRAY_LEN(fields),
			    &exemption, NULL) == 0) {
			r = take_exemption(tidings, &exemption);
		}
	}
	return r;
}

/* What counts later, and from when on */
struct later {
	const char *client, *when;
	int64_t since; /* of what was left on */
};
static const struct json_field later_fields[] = {
	{"client", JSON_WANT_STRING, offsetof(struct later, client), true, 48},
	{"since", JSON_WANT_INT, offsetof(struct later, since), false, 0},
	{"when", JSON_WANT_STRING, offsetof(struct later, when), true, 16},
};

/* "camera" or "microphone": once for each time that it was left on, also over sessions */
static int add_left_on(struct tidings *tidings, const struct later *later)
{
	bool camera = strcmp(later->client, "camera") == 0;
	struct json_build message = json_build_object();
	char cause[TOLD_CAUSE_MAX + 1];

	(void)snprintf(cause, sizeof(cause), "left-on %s %" PRId64, later->client, later->since);
	json_build_string(&message, "kind", camera ? "camera-on" : "microphone-on");
	return add(tidings, cause, &message);
}

static struct json_build about(const char *kind, struct json_build *clients)
{
	struct json_build message = json_build_object();

	json_build_join(&message, "clients", clients);
	json_build_string(&message, "kind", kind);
	return message;
}

static int add_reopen(struct tidings *tidings, const char *client)
{
	char cause[TOLD_CAUSE_MAX + 1], session[SHOWN_SESSION_MAX];
	struct json_build clients = json_build_array();
	struct json_build message;

	session_word(tidings, session);
	(void)snprintf(cause, sizeof(cause), "reopen %s %s", client, session);
	json_build_string(&clients, NULL, client);
	message = about("reopen", &clients);
	return add(tidings, cause, &message);
}

/* caretakerd knows that somebody runs it; a person is told of their own programs alone. */
static bool runs_here(const struct tidings *tidings, const char *client)
{
	const struct gate *gate = gate_find(client);
	size_t n = 0;

	return gate && gate_count_unheld(tidings->config.sysroot, gate, &n) == 0 && n > 0;
}

/* One message for all that share a moment, and one for each client to be closed */
static int take_later(struct tidings *tidings, struct json_object *list, const char *when)
{
	char cause[TOLD_CAUSE_MAX + 1], session[SHOWN_SESSION_MAX];
	struct json_build clients = json_build_array();
	struct json_build message;
	size_t n = 0;
	int r = 0;

	for (size_t i = 0; r == 0 && list && i < json_object_array_length(list); i++) {
		struct later later = {0};

		if (json_decode(json_object_array_get_idx(list, i), later_fields,
			    ARRAY_LEN(later_fields), &later, NULL) != 0 ||
			strcmp(later.when, when) != 0) {
			continue;
		}
		if (strcmp(when, "left-on") == 0) {
			r = add_left_on(tidings, &later);
		} else if (strcmp(when, "close") != 0) {
			json_build_string(&clients, NULL, later.client);
			n++;
		} else if (runs_here(tidings, later.client)) {
			r = add_reopen(tidings, later.client);
		}
	}
	if (r < 0 || n == 0) {
		json_build_drop(&clients);
		return r;
	}
	session_word(tidings, session);
	(void)snprintf(cause, sizeof(cause), "%s %s", when, session);
	message = about(when, &clients);
	return add(tidings, cause, &message);
}

static int take_all_later(struct tidings *tidings, struct json_object *list)
{
	static const char *const moments[] = {"close", "left-on", "sign-in", "start"};
	int r = 0;

	for (size_t i = 0; r == 0 && i < ARRAY_LEN(moments); i++) {
		r = take_later(tidings, list, moments[i]);
	}
	return r;
}

int tidings_reopen(struct tidings *tidings, const char *client)
{
	int r = add_reopen(tidings, client);

	return r == 0 ? start(tidings) : r;
}

int tidings_take(struct tidings *tidings, const struct tidings_news *news)
{
	char cause[TOLD_CAUSE_MAX + 1];
	int r = take_exemptions(tidings, news->exemptions);

	if (r == 0) {
		r = take_all_later(tidings, news->later);
	}
	if (r == 0 && news->asked > 0) {
		struct json_build message = json_build_object();

		(void)snprintf(cause, sizeof(cause), "asked %" PRId64, news->policy);
		json_build_string(&message, "kind", "consent-asked");
		json_build_int(&message, "n", news->asked);
		r = add(tidings, cause, &message);
	}
	return r == 0 ? start(tidings) : r;
}
