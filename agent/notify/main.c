/* SPDX-License-Identifier: Apache-2.0 */
/*
 * caretaker-notify: shows what is on standard input (message.h) in the session of the user it runs
 * as, says so on standard output, and exits once no button of these messages can be pressed any
 * more. caretaker-home starts it: libsystemd is in memory for a message, not for a login.
 */
#include "config.h"
#include "fd.h"
#include "log.h"
#include "message.h"
#include "notify.h"
#include "shown.h"

#include <fcntl.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

#define INPUT_MAX ((size_t)64 << 10)
#define NOTIFY_SHOWN "shown\n"

enum exit_code {
	EXIT_SHOWN = 0,
	EXIT_BROKEN = 1,
	EXIT_NOBODY = 2, /* no session bus, or nobody who shows messages */
	EXIT_USAGE = 64, /* sysexits(3) */
};

static bool privileges_right(void)
{
	uid_t real, effective, saved;

	return getresuid(&real, &effective, &saved) == 0 && real != 0 && effective == real &&
	       saved == real && prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0) == 1;
}

static int read_input(struct json_object **ret_object)
{
	cleanup(free_ptr) char *bytes = NULL;
	size_t len;
	int r = fd_read_all(STDIN_FILENO, INPUT_MAX, &bytes, &len);

	return r == 0 ? json_parse((struct span){bytes, len}, ret_object, NULL) : r;
}

static int open_texts(const char *data, const char *language, struct text_catalogue **ret_catalogue)
{
	cleanup(fd_close) int datadir = fd_open_dir(AT_FDCWD, data);
	cleanup(fd_close) int dir = datadir < 0 ? datadir : fd_open_dir(datadir, "texts");

	return dir < 0 ? dir : text_open(dir, language, ret_catalogue);
}

/* Whoever started this knows that all of them are there; their buttons are waited for. */
static void say_shown(void)
{
	(void)!write(STDOUT_FILENO, NOTIFY_SHOWN, strlen(NOTIFY_SHOWN));
	(void)close(STDOUT_FILENO);
}

static int run(const char *bus, const char *data)
{
	cleanup(text_free_p) struct text_catalogue *catalogue = NULL;
	cleanup(json_put) struct json_object *object = NULL;
	cleanup(notify_free_p) struct notify *notify = NULL;
	cleanup(shown_finish) struct shown shown = {0};
	char language[NOTIFY_LANGUAGE_MAX];
	struct json_object *messages;
	int r = read_input(&object);

	if (r == 0) {
		r = messages_read(object, &messages);
	}
	if (r != 0) {
		log_error("could not read the messages: %s", r < 0 ? strerror(-r) : "wrong format");
		return r < 0 ? r : -EBADMSG;
	}
	r = notify_new(bus, &notify);
	if (r == 0) {
		notify_language(notify, language);
		r = open_texts(data, language[0] != '\0' ? language : NULL, &catalogue);
	}
	if (r == 0) {
		r = shown_all(notify, messages, catalogue, &shown);
	}
	if (r < 0) {
		log_error("could not show a message: %s", strerror(-r));
	}
	if (r == 0) {
		say_shown();
		shown_wait(&shown);
	}
	return r;
}

int main(int argc, char **argv)
{
	const char *data = CARETAKER_DATADIR;
	const char *bus = NULL;
	int r;

	log_open("caretaker-notify", false);
	for (int i = 1; i + 1 < argc; i += 2) {
		if (strcmp(argv[i], "--bus") == 0) {
			bus = argv[i + 1];
		} else if (strcmp(argv[i], "--data") == 0) {
			data = argv[i + 1];
		}
	}
	if (!bus || argc % 2 == 0) {
		log_error("usage: caretaker-notify --bus PATH [--data DIR] <MESSAGES");
		return EXIT_USAGE;
	}
	if (!privileges_right()) {
		log_error("could not start: it wants to be a user, not root, with NoNewPrivileges");
		return EXIT_BROKEN;
	}
	r = run(bus, data);
	return r == 0 ? EXIT_SHOWN : r == NOTIFY_E_NOBODY ? EXIT_NOBODY : EXIT_BROKEN;
}
