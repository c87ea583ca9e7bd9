/* SPDX-License-Identifier: Apache-2.0 */
/* caretakerd: judges this device, keeps settings, reports. Root, and without a network. */
#include "blindfold.h"
#include "control.h"
#include "core.h"
#include "enrolment.h"
#include "guard.h"
#include "hand.h"
#include "homes.h"
#include "inbox.h"
#include "ipc.h"
#include "keeper.h"
#include "leaving.h"
#include "log.h"
#include "notify.h"
#include "options.h"
#include "outbox.h"
#include "rest.h"
#include "sender.h"
#include "switcher.h"

#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>

/* Of quiet, before memory is given back: a camera that is opened is soon mapped, or closed again.
 */
#define REST_AFTER_MS 1000

enum exit_code {
	EXIT_BROKEN = 1,
	EXIT_USAGE = 64, /* sysexits(3) */
	EXIT_PRIVILEGE = 77,
};

struct sockets {
	int control;
	int home;
};

struct paths {
	struct str seal;
	struct str unpack;
	struct str control;
	struct str firewall;
	struct str hand;
	struct str home;
};
#define PATH_LEN_MAX 4096

static bool privileges_right(void)
{
	const struct rlimit no_core = {0, 0};

	if (getuid() != 0 || geteuid() != 0) {
		log_error("could not start: it wants to be root");
		return false;
	}
	if (prctl(PR_GET_NO_NEW_PRIVS, 0L, 0L, 0L, 0L) != 1) {
		log_error("could not start: NoNewPrivileges is not set");
		return false;
	}
	return setrlimit(RLIMIT_CORE, &no_core) == 0;
}

static bool is_blind(void)
{
	int r = blindfold_put_on();

	if (r < 0) {
		log_error("could not start: the kernel does not keep it from recording: %s",
			strerror(-r));
	}
	return r == 0;
}

static int make_paths(const struct options *options, struct paths *paths)
{
	const struct {
		struct str *path;
		const char *directory;
		const char *name;
	} rows[] = {
		{&paths->seal, options->libexec, "caretaker-seal"},
		{&paths->unpack, options->libexec, "caretaker-unpack"},
		{&paths->control, options->run, "control.sock"},
		{&paths->firewall, options->run, "firewall.sock"},
		{&paths->hand, options->run, "hand.sock"},
		{&paths->home, options->run, "home.sock"},
	};
	int r = 0;

	for (size_t i = 0; r == 0 && i < ARRAY_LEN(rows); i++) {
		*rows[i].path = (struct str){.max = PATH_LEN_MAX};
		r = str_appendf(rows[i].path, "%s/%s", rows[i].directory, rows[i].name);
	}
	return r;
}

static void paths_finish(struct paths *paths)
{
	str_finish(&paths->seal);
	str_finish(&paths->unpack);
	str_finish(&paths->control);
	str_finish(&paths->firewall);
	str_finish(&paths->hand);
	str_finish(&paths->home);
}

/* Handed over by init or the supervisor; else made here, as tests do. */
static int open_socket(const char *name, const char *path, int *ret_fd)
{
	int fd = fd_from_listen(name);

	if (fd == -ENOENT) {
		fd = ipc_listen(path, 0666);
	}
	if (fd < 0) {
		log_error("could not listen on %s: %s", path, strerror(-fd));
		return fd;
	}
	*ret_fd = fd;
	return 0;
}

static int open_sockets(const struct paths *paths, struct sockets *sockets)
{
	int r = open_socket("control", paths->control.p, &sockets->control);

	return r == 0 ? open_socket("home", paths->home.p, &sockets->home) : r;
}

/* Only an answer to something that waits is looked at. */
static int on_reply(int64_t number, const struct spool_reply *reply, void *data)
{
	struct core *core = data;
	cleanup(spool_dir_finish) struct spool_dir items = {0};
	int r = outbox_list(core->store.outbox_fd, &items);

	for (size_t i = 0; r == 0 && i < items.len; i++) {
		if (items.entries[i].number != number) {
			continue;
		}
		switch ((enum spool_kind)items.entries[i].kind) {
		case SPOOL_ENROL:
			return enrolment_take_reply(core->enrolment, reply);
		case SPOOL_REPORT:
			return sender_take_reply(core->sender, number, reply);
		case SPOOL_LEAVE:
			return leaving_take_reply(core->leaving, reply);
		}
	}
	return r == -ENOMEM ? r : 0;
}

static int make_parts(struct core *core, const struct sockets *sockets, const struct paths *paths)
{
	int r = hand_new(core->loop, paths->hand.p, HAND_TIMEOUT_MS, &core->hand);

	if (r == 0) {
		r = keeper_new(core, &core->keeper);
	}
	if (r == 0) {
		r = guard_new(core, paths->firewall.p, &core->guard);
	}
	if (r == 0) {
		r = switcher_new(core, &core->switcher);
	}
	if (r == 0) {
		r = homes_new(core, sockets->home, &core->homes);
	}
	if (r == 0) {
		r = control_new(core, sockets->control, &core->control);
	}
	if (r == 0) {
		r = sender_new(core, &core->sender);
	}
	if (r == 0) {
		r = enrolment_new(core, &core->enrolment);
	}
	if (r == 0) {
		r = leaving_new(core, &core->leaving);
	}
	return r;
}

static int begin_parts(struct core *core)
{
	int r = keeper_begin(core->keeper);

	if (r == 0) {
		r = guard_begin(core->guard);
	}
	if (r == 0) {
		r = switcher_begin(core->switcher);
	}
	if (r == 0) {
		r = inbox_new(core->loop, core->store.inbox_fd, on_reply, core, &core->inbox);
	}
	if (r == 0) {
		r = enrolment_resume(core->enrolment);
	}
	if (r == 0) {
		r = leaving_resume(core->leaving);
	}
	return r == 0 ? sender_begin(core->sender) : r;
}

static void free_parts(struct core *core)
{
	inbox_free(TAKE_PTR(core->inbox));
	leaving_free(TAKE_PTR(core->leaving));
	enrolment_free(TAKE_PTR(core->enrolment));
	sender_free(TAKE_PTR(core->sender));
	guard_free(TAKE_PTR(core->guard));
	hand_free(TAKE_PTR(core->hand));
	switcher_free(TAKE_PTR(core->switcher));
	control_free(TAKE_PTR(core->control));
	homes_free(TAKE_PTR(core->homes));
	keeper_free(TAKE_PTR(core->keeper));
}

static int on_signal(struct loop_source *source, int signo, void *data)
{
	struct core *core = data;

	(void)source;
	(void)signo;
	(void)state_see_time(&core->state, clock_read().wall_s);
	(void)!core_save(core);
	loop_quit(core->loop, 0);
	return 0;
}

/* An idle daemon keeps nothing of what it parsed, nor the code that parsed it. */
REST_PATH static void on_idle(void *data)
{
	(void)data;
	rest_give_back();
}

static int serve(struct core *core, const struct sockets *sockets, const struct paths *paths)
{
	cleanup(loop_source_free_p) struct loop_source *terminate = NULL;
	cleanup(loop_source_free_p) struct loop_source *interrupt = NULL;
	int r = loop_add_signal(core->loop, SIGTERM, on_signal, core, &terminate);

	if (r == 0) {
		r = loop_add_signal(core->loop, SIGINT, on_signal, core, &interrupt);
	}
	if (r == 0) {
		r = make_parts(core, sockets, paths);
	}
	if (r == 0) {
		r = begin_parts(core);
	}
	if (r == 0) {
		notify_send("READY=1");
		loop_set_idle(core->loop, REST_AFTER_MS, on_idle, NULL);
		r = loop_run(core->loop);
	}
	free_parts(core);
	return r;
}

static int run(const struct options *options)
{
	struct core core = {.options = *options,
		.root = {.fd = -1},
		.store = STORE_NONE,
		.seal = {.key_fd = -1},
		.hold = {.data_fd = -1}};
	cleanup(paths_finish) struct paths paths = {0};
	cleanup(loop_free_p) struct loop *loop = NULL;
	struct sockets sockets = {-1, -1};
	int r = make_paths(options, &paths);

	if (r == 0) {
		r = loop_new(&loop);
	}
	if (r == 0) {
		core.loop = loop;
		core.seal.path = paths.seal.p;
		core.unpack = paths.unpack.p;
		r = open_sockets(&paths, &sockets);
	}
	if (r == 0) {
		r = core_start(&core);
	}
	if (r == 0) {
		r = serve(&core, &sockets, &paths);
	}
	core_finish(&core);
	fd_close(&sockets.control);
	fd_close(&sockets.home);
	return r;
}

int main(int argc, char **argv)
{
	struct options options;
	int r = options_parse(argc, argv, &options);

	if (r != 0) {
		(void)fputs(options_usage, r > 0 ? stdout : stderr);
		return r > 0 ? 0 : EXIT_USAGE;
	}
	log_open("caretakerd", options.debug);
	if (!privileges_right() || !is_blind()) {
		return EXIT_PRIVILEGE;
	}
	(void)signal(SIGPIPE, SIG_IGN);
	r = run(&options);
	if (r < 0) {
		log_error("could not go on: %s", strerror(-r));
	}
	return r < 0 ? EXIT_BROKEN : 0;
}
