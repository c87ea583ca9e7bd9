/* SPDX-License-Identifier: Apache-2.0 */
/* serve: puts the parts together and runs them until a signal. */
#include "cmd.h"

#include "api.h"
#include "args.h"
#include "clock.h"
#include "config.h"
#include "fd.h"
#include "files.h"
#include "hooks-run.h"
#include "mail-run.h"
#include "metrics.h"
#include "notify.h"
#include "refresh.h"
#include "state.h"

#include <malloc.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>

#define ROUND_S 600
#define TRIM_EVERY_S 30
#define ADDRESS_MAX 64

struct serve {
	struct state state;
	struct app app;
	struct refresh refresh;
	struct hooks_run hooks;
	struct mail_run mail;
	struct metrics metrics;
	char *policy_key;
	struct enrol enrol;
	int signals;
};

static int64_t wall_s(void)
{
	return clock_read().wall_s;
}

static int64_t boot_s(void)
{
	return clock_read().boot_ms / 1000;
}

static void serve_finish(struct serve *serve)
{
	http_stop(serve->app.http);
	work_free(serve->app.work);
	http_free(serve->app.http);
	files_free(serve->app.web);
	files_free(serve->app.texts);
	files_free(serve->app.providers);
	files_free(serve->app.documents);
	verify_free(serve->app.verify);
	known_keys_free(serve->app.known_keys);
	free(serve->policy_key);
	state_finish(&serve->state);
	fd_close(&serve->signals);
}

static void collect(void *data)
{
	work_collect(data);
}

static void reload(struct serve *serve)
{
	int r = http_load_tls(serve->app.http, serve->state.fd, STATE_TLS_CERT, STATE_TLS_KEY);

	if (r < 0) {
		log_error(
			"could not load the new certificate, the old one stays: %s", strerror(-r));
	} else {
		log_info("the certificate is loaded anew");
	}
}

static void signal_came(void *data)
{
	struct serve *serve = data;
	struct signalfd_siginfo info;

	if (read(serve->signals, &info, sizeof(info)) != (ssize_t)sizeof(info)) {
		return;
	}
	if (info.ssi_signo == SIGHUP) {
		reload(serve);
		return;
	}
	notify_send("STOPPING=1");
	http_stop(serve->app.http);
}

static int watch_signals(struct serve *serve)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGHUP);
	sigaddset(&set, SIGINT);
	sigaddset(&set, SIGTERM);
	/* A file that may not grow is an error of the store, not the end of the server. */
	if (sigprocmask(SIG_BLOCK, &set, NULL) < 0 || signal(SIGPIPE, SIG_IGN) == SIG_ERR ||
		signal(SIGXFSZ, SIG_IGN) == SIG_ERR) {
		return -errno;
	}
	serve->signals = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
	return serve->signals < 0 ? -errno : 0;
}

/* "127.0.0.1:8443", "[::1]:8443" */
static bool split_listen(const char *text, char address[ADDRESS_MAX], uint16_t *ret_port)
{
	const char *colon = strrchr(text, ':');
	size_t len = colon ? (size_t)(colon - text) : 0;
	uint64_t port = 0;

	if (len == 0 || len >= ADDRESS_MAX || span_u64(span_z(colon + 1), &port) < 0 ||
		port > UINT16_MAX) {
		return false;
	}
	if (text[0] == '[' && text[len - 1] == ']') {
		text++;
		len -= 2;
	}
	memcpy(address, text, len);
	address[len] = 0;
	*ret_port = (uint16_t)port;
	return true;
}

static bool listen_one(struct http *http, const char *text, bool must)
{
	char address[ADDRESS_MAX];
	uint16_t port;
	int r;

	if (!split_listen(text, address, &port)) {
		log_error("--listen takes ADDRESS:PORT, not %s", text);
		return false;
	}
	r = http_listen(http, address, port, &port);
	if (r < 0 && must) {
		log_error("could not listen on %s: %s", text, strerror(-r));
	} else if (r == 0) {
		log_info("listening on https://%s%s%s:%u", strchr(address, ':') ? "[" : "", address,
			strchr(address, ':') ? "]" : "", port);
	}
	return r == 0;
}

/* A socket handed over goes first; without any, both loopbacks, of which one may be missing. */
static bool listen_all(struct http *http, const struct args_list *addresses)
{
	int fd = fd_from_listen("https");
	size_t n = 0;

	if (fd >= 0) {
		if (http_listen_fd(http, fd) < 0) {
			log_error("could not take the socket that was handed over");
			return false;
		}
		n++;
	}
	for (size_t i = 0; i < addresses->n; i++, n++) {
		if (!listen_one(http, addresses->items[i], true)) {
			return false;
		}
	}
	if (n == 0) {
		n += listen_one(http, "127.0.0.1:8443", true);
		n += n > 0 && listen_one(http, "[::1]:8443", false);
	}
	return n > 0;
}

/* A listener of its own: who may see numbers need not reach the devices' door, nor the reverse. */
static bool listen_metrics(struct serve *serve, const char *text)
{
	char address[ADDRESS_MAX];
	uint16_t port;
	int r;

	if (!text) {
		return true;
	}
	if (!split_listen(text, address, &port)) {
		log_error("--metrics takes ADDRESS:PORT, not %s", text);
		return false;
	}
	serve->metrics.app = &serve->app;
	serve->app.metrics = &serve->metrics;
	r = http_listen_text(
		serve->app.http, address, port, "/metrics", metrics_write, &serve->metrics, &port);
	r = r < 0 ? r
		  : http_every(serve->app.http, METRICS_EVERY_S, metrics_refresh, &serve->metrics);
	if (r < 0) {
		log_error("could not listen on %s for metrics: %s", text, strerror(-r));
		return false;
	}
	metrics_refresh(&serve->metrics);
	log_info("metrics on http://%s:%u/metrics", address, port);
	return true;
}

static bool load_files(const char *path, const char *what, struct files **ret_files)
{
	int r = files_load(path, ret_files);

	if (r < 0) {
		log_warning("could not read the %s in %s: %s", what, path, strerror(-r));
	}
	return r != -ENOMEM;
}

static bool load(struct serve *serve, const char *web, const char *data)
{
	char texts[STATE_PATH_MAX], providers[STATE_PATH_MAX], documents[STATE_PATH_MAX],
		own_web[STATE_PATH_MAX];

	snprintf(texts, sizeof(texts), "%s/texts", data);
	snprintf(providers, sizeof(providers), "%s/providers", data);
	snprintf(documents, sizeof(documents), "%s/documents", data);
	snprintf(own_web, sizeof(own_web), "%s/web", data);
	return load_files(web ? web : own_web, "console", &serve->app.web) &&
	       load_files(texts, "texts", &serve->app.texts) &&
	       load_files(providers, "settings of meeting services", &serve->app.providers) &&
	       load_files(documents, "documents", &serve->app.documents);
}

static bool open_keys(struct serve *serve, const char *path)
{
	char thumbprint[JWS_THUMBPRINT_LEN + 1];
	int r = state_open(path, false, &serve->state);

	if (r == 0 && flock(serve->state.fd, LOCK_SH | LOCK_NB) < 0) {
		log_error("could not serve: the store is being moved");
		return false;
	}
	if (r == 0) {
		r = state_read_policy_pub(&serve->state, &serve->policy_key, thumbprint);
	}
	if (r == 0) {
		r = state_read_enrol(&serve->state, &serve->enrol);
	}
	if (r == 0) {
		r = state_load_pins(&serve->state);
	}
	if (r == 0) {
		r = http_load_tls(serve->app.http, serve->state.fd, STATE_TLS_CERT, STATE_TLS_KEY);
	}
	serve->app.policy_key = serve->policy_key;
	serve->app.enrol = &serve->enrol;
	if (r < 0) {
		log_error("could not open the keys in %s: %s", path,
			r == -ENOENT ? "run caretaker-server init first" : strerror(-r));
	}
	return r == 0;
}

static bool open_store(struct serve *serve, const char *data)
{
	cleanup(store_close_p) struct store *store = NULL;
	char path[STATE_PATH_MAX + 16];
	const char *error = "its path is too long, or store.url holds no postgresql:// address";
	int r = state_store_where(&serve->state, path, sizeof(path));

	r = r < 0 ? r : store_open(path, STORE_WRITE, &store, &error);
	/* What cannot be signed now is tried again every round: devices keep what they have. */
	if (r == 0) {
		(void)!refresh_now(&serve->state, data, store, wall_s());
		(void)!refresh_sweep(store, wall_s());
		r = work_new(path, &serve->app.work, &error);
	}
	if (r != 0) {
		log_error("could not open the store: %s", error);
	}
	return r == 0;
}

/* What a crowd needed is handed back once it has gone, also what lies between pieces in use. */
static void trim_memory(void *data)
{
	(void)data;
	(void)malloc_trim(0);
}

static int run(struct serve *serve)
{
	struct http *http = serve->app.http;
	int r = http_watch(http, work_fd(serve->app.work), collect, serve->app.work);

	r = r < 0 ? r : http_watch(http, serve->signals, signal_came, serve);
	r = r < 0 ? r : http_every(http, ROUND_S, refresh_start, &serve->refresh);
	r = r < 0 ? r : http_every(http, HOOKS_EVERY_S, hooks_start, &serve->hooks);
	r = r < 0 ? r : http_every(http, MAIL_EVERY_S, mail_start, &serve->mail);
	r = r < 0 ? r : http_every(http, TRIM_EVERY_S, trim_memory, NULL);
	if (r == 0) {
		refresh_start(&serve->refresh);
		mail_start(&serve->mail);
		notify_send("READY=1");
		r = http_run(http);
	}
	if (r < 0) {
		log_error("could not run: %s", strerror(-r));
		return CMD_FAILED;
	}
	return CMD_OK;
}

/*
 * What one thread allocates another frees, thousands of times a second: few arenas, no list of
 * small pieces that each larger one would have to merge, and nothing handed back only to be asked
 * for again.
 */
static void tune_memory(void)
{
	(void)mallopt(M_ARENA_MAX, 2);
	(void)mallopt(M_MXFAST, 0);
	(void)mallopt(M_TRIM_THRESHOLD, 8 << 20);
	(void)mallopt(M_MMAP_THRESHOLD, 1 << 20);
}

static int start(struct serve *serve, const struct http_limits *limits)
{
	serve->app.wall_s = wall_s;
	serve->app.boot_s = boot_s;
	serve->app.log_limit = (struct log_limit){.window_ms = 60000, .burst = 10};
	if (watch_signals(serve) < 0 || verify_new(&serve->app.verify) < 0 ||
		known_keys_new(&serve->app.known_keys) < 0 ||
		http_new(limits, api_handle, &serve->app, &serve->app.http) < 0) {
		log_error("could not start: out of memory or descriptors");
		return -ENOMEM;
	}
	return 0;
}

int cmd_serve(int argc, char **argv)
{
	cleanup(serve_finish) struct serve serve = {.state.fd = -1, .signals = -1};
	const char *path = CARETAKER_SERVER_STATEDIR, *data = CARETAKER_DATADIR, *web = NULL,
		   *metrics = NULL;
	struct args_list addresses = {0};
	struct http_limits limits;
	int64_t connections = HTTP_CONNECTIONS_DEFAULT, deadline_s = HTTP_REQUEST_S_DEFAULT;
	const struct args_option options[] = {
		{"connections", ARGS_NUMBER, &connections, 1, 10000},
		{"data", ARGS_TEXT, &data, 0, 0},
		{"deadline", ARGS_NUMBER, &deadline_s, 1, 600},
		{"listen", ARGS_LIST, &addresses, 0, 0},
		{"mail-ca", ARGS_TEXT, &serve.mail.ca, 0, 0},
		{"metrics", ARGS_TEXT, &metrics, 0, 0},
		{"state", ARGS_TEXT, &path, 0, 0},
		{"web", ARGS_TEXT, &web, 0, 0},
		{"webhook-ca", ARGS_TEXT, &serve.hooks.ca, 0, 0},
	};

	if (!args_parse(argc, argv, options, ARRAY_LEN(options), NULL, 0)) {
		return CMD_USAGE;
	}
	if (geteuid() == 0) {
		log_error("could not serve: it must run as a user of its own, never as root");
		return CMD_FAILED;
	}
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0) {
		log_error("could not give up new privileges: %s", strerror(errno));
		return CMD_FAILED;
	}
	tune_memory();
	serve.refresh = (struct refresh){&serve.app, &serve.state, data, false, false};
	serve.app.refresh = &serve.refresh;
	serve.hooks.app = &serve.app;
	serve.mail.app = &serve.app;
	limits = (struct http_limits){(size_t)connections, (int)deadline_s, api_behind};
	if (start(&serve, &limits) < 0 || !open_keys(&serve, path) || !load(&serve, web, data) ||
		!open_store(&serve, data) || !listen_metrics(&serve, metrics) ||
		!listen_all(serve.app.http, &addresses)) {
		return CMD_FAILED;
	}
	return run(&serve);
}
