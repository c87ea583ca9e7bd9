/* SPDX-License-Identifier: Apache-2.0 */
#include "fd.h"
#include "log.h"
#include "seal.h"

#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>

#define EXIT_ERROR 1

/* The key must reach no core file, no other process and no more privilege. */
static int close_up(void)
{
	static const struct rlimit none;

	if (setrlimit(RLIMIT_CORE, &none) < 0 || prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) < 0) {
		return -errno;
	}
	if (geteuid() == 0 && prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0) != 1) {
		return -EPERM;
	}
	return 0;
}

static int run(const struct seal_verb *verb, const char *typ)
{
	cleanup(crypto_str_finish) struct str out = {.max = JWS_MAX};
	struct seal seal = {.key_fd = SEAL_KEY_FD};
	char *input = NULL;
	size_t len = 0;
	int r = verb->wants_key ? seal_check_directory(SEAL_KEY_FD) : 0;

	if (r < 0) {
		log_error("could not use fd 3 as the key's directory: %s", strerror(-r));
		return EXIT_ERROR;
	}
	r = verb->wants_input ? fd_read_all(STDIN_FILENO, SEAL_INPUT_MAX, &input, &len) : 0;
	if (r != 0) {
		log_error("could not read the request: %s", strerror(r < 0 ? -r : EFBIG));
		return EXIT_ERROR;
	}
	seal.input = (struct span){input, len};
	r = verb->run(&seal, typ, &out);
	free(input);
	if (r == 0) {
		r = fd_write_all(STDOUT_FILENO, out.p, out.len);
	}
	if (r < 0) {
		log_error("could not %s: %s", verb->name, strerror(-r));
	}
	return r < 0 ? EXIT_ERROR : r;
}

int main(int argc, char **argv)
{
	const struct seal_verb *verb = argc >= 2 ? seal_verb_find(argv[1]) : NULL;
	int r;

	log_open("caretaker-seal", false);
	if (!verb || argc != (verb->wants_typ ? 3 : 2) ||
		(verb->wants_typ && !seal_typ_known(argv[2]))) {
		log_error("usage: caretaker-seal keygen | sign TYP | verify TYP | thumbprint | "
			  "erase");
		return EXIT_ERROR;
	}
	r = close_up();
	if (r < 0) {
		log_error("could not give up what is not needed: %s", strerror(-r));
		return EXIT_ERROR;
	}
	return run(verb, verb->wants_typ ? argv[2] : NULL);
}
