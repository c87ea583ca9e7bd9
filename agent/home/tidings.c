/* SPDX-License-Identifier: Apache-2.0 */
#include "tidings.h"

#include "fd.h"
#include "json-build.h"
#include "told.h"

#include <fcntl.h>
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>

#define BUS_PATH_MAX 256
#define SESSION_MAX 48
#define WAITING_MAX 16 /* as caretaker-notify takes at once */

/* What is to be told, and what it is told for */
struct tiding {
	char cause[TOLD_CAUSE_MAX + 1];
	struct json_object *message; /* owned */
};

struct tidings {
	struct loop *loop;
	struct tidings_config config;
	struct told told;
	struct tiding waiting[WAITING_MAX];
	size_t n_waiting;
	size_t n_shown; /* the first so many are with the child */
	struct loop_source *child;
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
		loop_source_free(tidings->child);
		told_finish(&tidings->told);
		free(tidings);
	}
}

int tidings_new(
	struct loop *loop, const struct tidings_config *config, struct tidings **ret_tidings)
{
	struct tidings *tidings = calloc(1, sizeof(*tidings));
	int r;

	if (!tidings) {
		return -ENOMEM;
	}
	tidings->loop = loop;
	tidings->config = *config;
	r = told_open(config->state, &tidings->told);
	if (r < 0) {
		free(tidings);
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
	struct stat st;

	return run_path(tidings, "/bus", path) == 0 && stat(path, &st) == 0 &&
	       S_ISSOCK(st.st_mode) && st.st_uid == tidings->config.uid;
}

/* The runtime directory is made at the sign-in and goes at the end of it. */
static void session_word(const struct tidings *tidings, char word[SESSION_MAX])
{
	char path[BUS_PATH_MAX];
	struct stat st = {0};

	if (run_path(tidings, "", path) == 0) {
		(void)!stat(path, &st);
	}
	(void)snprintf(word, SESSION_MAX, "%" PRIu64 "-%" PRId64, (uint64_t)st.st_ino,
		(int64_t)st.st_ctim.tv_sec);
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
	int64_t start, end;
	const char *feature, *id, *phase, *purpose;
	bool given;
	struct json_object *persons;
};
static const struct json_field fields[] = {
	{"end", JSON_WANT_INT, offsetof(struct exemption, end), true, 0},
	{"feature", JSON_WANT_STRING, offsetof(struct exemption, feature), true, 48},
	{"given", JSON_WANT_BOOL, offsetof(struct exemption, given), true, 0},
	{"id", JSON_WANT_STRING, offsetof(struct exemption, id), true, 48},
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
	json_build_share(&message, "persons", exemption->persons);
	json_build_string(&message, "purpose", exemption->purpose);
	json_build_int(&message, "start", exemption->start);
	return message;
}

/* What ended is told to those who knew of it. */
static bool was_told(const struct tidings *tidings, const struct exemption *exemption)
{
	static const char *const words[] = {"runs", "waits"};
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
		{"runs", "exempt-runs", true},
		{"waits", "exempt-waits", false},
	};
	char cause[TOLD_CAUSE_MAX + 1], session[SESSION_MAX];

	session_word(tidings, session);
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct json_build message;

		if (strcmp(rows[i].phase, exemption->phase) != 0 ||
			(i == 0 && !was_told(tidings, exemption))) {
			continue;
		}
		(void)snprintf(cause, sizeof(cause), "%s %s %" PRId64 " %s", rows[i].phase,
			exemption->id, exemption->start, rows[i].each_session ? session : "once");
		message = describe(exemption, rows[i].kind);
		return add(tidings, cause, &message);
	}
	return 0;
}

static _Noreturn void child(const struct tidings *tidings, const char *bus, int input)
{
	const char *const argv[] = {tidings->config.program, "--bus", bus,
		tidings->config.data ? "--data" : NULL, tidings->config.data, NULL};
	char *const environment[] = {(char *)"LC_ALL=C", NULL};
	sigset_t none;

	(void)sigemptyset(&none);
	(void)sigprocmask(SIG_SETMASK, &none, NULL);
	if (dup2(input, STDIN_FILENO) >= 0) {
		(void)execve(argv[0], (char *const *)(uintptr_t)argv, environment);
	}
	_exit(1);
}

static int make_input(const struct tidings *tidings, int *ret_fd)
{
	cleanup(fd_close) int fd = memfd_create("caretaker-notify", MFD_CLOEXEC);
	cleanup(json_put) struct json_object *object = NULL;
	struct json_build build = json_build_object();
	struct json_build list = json_build_array();
	const char *text;
	int r;

	for (size_t i = 0; i < tidings->n_waiting; i++) {
		json_build_share(&list, NULL, tidings->waiting[i].message);
	}
	json_build_int(&build, "format", 1);
	json_build_join(&build, "messages", &list);
	r = json_build_finish(&build, &object);
	text = r == 0 ? json_object_to_json_string_ext(object, JSON_C_TO_STRING_PLAIN) : NULL;
	if (!text || fd < 0) {
		return fd < 0 ? -errno : -ENOMEM;
	}
	r = fd_write_all(fd, text, strlen(text));
	if (r == 0 && lseek(fd, 0, SEEK_SET) < 0) {
		r = -errno;
	}
	if (r == 0) {
		*ret_fd = TAKE_FD(fd);
	}
	return r;
}

static int start(struct tidings *tidings);

/* Shown: remembered. Not shown: told when there is something new, not again and again. */
static int on_child(struct loop_source *source, pid_t pid, int status, void *data)
{
	struct tidings *tidings = data;
	bool shown = WIFEXITED(status) && WEXITSTATUS(status) == 0;
	int r = 0;

	(void)source;
	(void)pid;
	tidings->child = NULL;
	for (size_t i = 0; r == 0 && shown && i < tidings->n_shown; i++) {
		r = told_add(&tidings->told, tidings->waiting[i].cause);
	}
	drop_first(tidings, tidings->n_shown);
	tidings->n_shown = 0;
	return r == 0 && shown ? start(tidings) : r;
}

/* What cannot be started is not told, and nothing else depends on it. */
static int start(struct tidings *tidings)
{
	cleanup(fd_close) int input = -1;
	char bus[BUS_PATH_MAX];
	pid_t pid;
	int r;

	if (tidings->child || tidings->n_waiting == 0) {
		return 0;
	}
	if (!has_bus(tidings, bus)) {
		drop_first(tidings, tidings->n_waiting);
		return 0;
	}
	r = make_input(tidings, &input);
	if (r < 0) {
		return r == -ENOMEM ? r : 0;
	}
	pid = fork();
	if (pid == 0) {
		child(tidings, bus, input);
	}
	if (pid < 0) {
		return 0;
	}
	tidings->n_shown = tidings->n_waiting;
	r = loop_add_child(tidings->loop, pid, on_child, tidings, &tidings->child);
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

int tidings_take(
	struct tidings *tidings, struct json_object *exemptions, int64_t asked, int64_t policy)
{
	char cause[TOLD_CAUSE_MAX + 1];
	int r = take_exemptions(tidings, exemptions);

	if (r == 0 && asked > 0) {
		struct json_build message = json_build_object();

		(void)snprintf(cause, sizeof(cause), "asked %" PRId64, policy);
		json_build_string(&message, "kind", "consent-asked");
		json_build_int(&message, "n", asked);
		r = add(tidings, cause, &message);
	}
	return r == 0 ? start(tidings) : r;
}
