/* SPDX-License-Identifier: Apache-2.0 */
#include "seal-client.h"

#include "clock.h"
#include "fd.h"
#include "json-build.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>

#define KEY_FD 3    /* agent/seal/seal.h */
#define EXIT_NO 2   /* well asked, and the answer is no */
#define FD_ABOVE 10 /* out of the way of the four that the child gets */
#define CHUNK ((size_t)4096)

struct run {
	pid_t pid;
	int pidfd;
	int output;
	int64_t deadline_ms;
};

static void run_finish(struct run *run)
{
	int status;

	if (run->pid > 0) {
		(void)kill(run->pid, SIGKILL);
		while (waitpid(run->pid, &status, 0) < 0 && errno == EINTR) {
		}
	}
	fd_close(&run->pidfd);
	fd_close(&run->output);
}

/* Runs in the child: nothing but async-signal-safe calls. */
static void child(const struct seal *seal, char *const *argv, int input, int output)
{
	char *const environment[] = {NULL};
	int in = fcntl(input, F_DUPFD_CLOEXEC, FD_ABOVE);
	int out = fcntl(output, F_DUPFD_CLOEXEC, FD_ABOVE);
	int key = fcntl(seal->key_fd, F_DUPFD_CLOEXEC, FD_ABOVE);
	sigset_t none;

	if (in < 0 || out < 0 || key < 0 || dup2(in, STDIN_FILENO) < 0 ||
		dup2(out, STDOUT_FILENO) < 0 || dup2(key, KEY_FD) < 0 ||
		close_range(KEY_FD + 1, ~0U, 0) < 0 ||
		prctl(PR_SET_NO_NEW_PRIVS, 1L, 0L, 0L, 0L) < 0 ||
		prctl(PR_SET_PDEATHSIG, SIGKILL) < 0) {
		_exit(1);
	}
	for (int signo = 1; signo < NSIG; signo++) {
		(void)signal(signo, SIG_DFL);
	}
	(void)sigemptyset(&none);
	(void)sigprocmask(SIG_SETMASK, &none, NULL);
	(void)execve(seal->path, argv, environment);
	_exit(1);
}

static int start(
	const struct seal *seal, const char *verb, const char *typ, int input, struct run *run)
{
	char *const argv[] = {
		(char *)"caretaker-seal", (char *)(uintptr_t)verb, (char *)(uintptr_t)typ, NULL};
	cleanup(fd_close) int output = -1;
	int fds[2];

	if (access(seal->path, X_OK) < 0 || pipe2(fds, O_CLOEXEC) < 0) {
		return -errno;
	}
	run->output = fds[0];
	output = fds[1];
	run->deadline_ms = clock_read().boot_ms + SEAL_TIMEOUT_MS;
	run->pid = fork();
	if (run->pid < 0) {
		return -errno;
	}
	if (run->pid == 0) {
		child(seal, argv, input, output);
	}
	run->pidfd = (int)syscall(SYS_pidfd_open, run->pid, 0);
	return run->pidfd < 0 ? -errno : 0;
}

static int wait_for(const struct run *run, int fd)
{
	struct pollfd wanted = {.fd = fd, .events = POLLIN};
	int n;

	do {
		int64_t left = run->deadline_ms - clock_read().boot_ms;

		n = left > 0 ? poll(&wanted, 1, (int)left) : 0;
	} while (n < 0 && errno == EINTR);
	if (n < 0) {
		return -errno;
	}
	return n == 0 ? -ETIMEDOUT : 0;
}

static int read_output(struct run *run, struct str *out)
{
	char chunk[CHUNK];

	for (;;) {
		ssize_t n;
		int r = wait_for(run, run->output);

		if (r < 0) {
			return r;
		}
		n = read(run->output, chunk, sizeof(chunk));
		if (n < 0 && errno == EINTR) {
			continue;
		}
		if (n <= 0) {
			return n < 0 ? -errno : 0;
		}
		r = str_append(out, chunk, (size_t)n);
		if (r < 0) {
			return r == -ENOSPC ? -EPROTO : r;
		}
	}
}

static int reap(struct run *run)
{
	int status = 0;
	int r = wait_for(run, run->pidfd);

	if (r < 0) {
		return r;
	}
	while (waitpid(run->pid, &status, 0) < 0) {
		if (errno != EINTR) {
			return -errno;
		}
	}
	run->pid = 0;
	if (!WIFEXITED(status)) {
		return -EPROTO;
	}
	switch (WEXITSTATUS(status)) {
	case 0:
		return 0;
	case EXIT_NO:
		return SEAL_E_REFUSED;
	default:
		return -EIO; /* it said why on stderr */
	}
}

/* The request in memory of its own, so that nobody has to write and read at once */
static int make_input(struct span request, int *ret_fd)
{
	cleanup(fd_close) int fd = memfd_create("caretaker-seal", MFD_CLOEXEC);
	int r;

	if (fd < 0) {
		return -errno;
	}
	r = fd_write_all(fd, request.p, request.len);
	if (r == 0 && lseek(fd, 0, SEEK_SET) < 0) {
		r = -errno;
	}
	if (r == 0) {
		*ret_fd = TAKE_FD(fd);
	}
	return r;
}

static int ask(const struct seal *seal, const char *verb, const char *typ, struct span request,
	struct str *out)
{
	cleanup(run_finish) struct run run = {.pidfd = -1, .output = -1};
	cleanup(fd_close) int input = -1;
	int r = make_input(request, &input);

	if (r == 0) {
		r = start(seal, verb, typ, input, &run);
	}
	if (r == 0) {
		r = read_output(&run, out);
	}
	return r == 0 ? reap(&run) : r;
}

static int ask_json(const struct seal *seal, const char *verb, const char *typ,
	struct json_build *build, struct str *out)
{
	cleanup(str_finish) struct str request = {.max = SEAL_OUTPUT_MAX};
	cleanup(json_put) struct json_object *object = NULL;
	int r = json_build_finish(build, &object);

	if (r == 0) {
		r = json_write_canonical(object, &request);
	}
	return r == 0 ? ask(seal, verb, typ, (struct span){request.p, request.len}, out) : r;
}

int seal_make_key(const struct seal *seal)
{
	cleanup(str_finish) struct str public_key = {.max = SEAL_OUTPUT_MAX};

	return ask(seal, "keygen", NULL, (struct span){"", 0}, &public_key);
}

int seal_erase_key(const struct seal *seal)
{
	cleanup(str_finish) struct str nothing = {.max = 1};

	return ask(seal, "erase", NULL, (struct span){"", 0}, &nothing);
}

int seal_sign(const struct seal *seal, const char *typ, const char *kid, struct span payload,
	struct str *ret_jws)
{
	struct json_build build = json_build_object();

	if (kid) {
		json_build_string(&build, "kid", kid);
	} else {
		json_build_null(&build, "kid");
	}
	json_build_span(&build, "payload", payload);
	return ask_json(seal, "sign", typ, &build, ret_jws);
}

static int check_thumbprint(const struct seal *seal, const char *key, const char *wanted)
{
	cleanup(str_finish) struct str found = {.max = SEAL_OUTPUT_MAX};
	int r = ask(seal, "thumbprint", NULL, span_z(key), &found);

	if (r != 0) {
		return r;
	}
	return found.p && strcmp(found.p, wanted) == 0 ? 0 : SEAL_E_REFUSED;
}

int seal_verify_policy(const struct seal *seal, const char *key, const char *thumbprint,
	struct span jws, char **ret_payload, size_t *ret_len)
{
	cleanup(str_finish) struct str payload = {.max = SEAL_OUTPUT_MAX};
	cleanup(json_put) struct json_object *jwk = NULL;
	struct json_build build;
	int r = thumbprint ? check_thumbprint(seal, key, thumbprint) : 0;

	if (r == 0) {
		r = json_parse(span_z(key), &jwk, NULL);
	}
	if (r != 0) {
		return r < 0 ? r : SEAL_E_REFUSED;
	}
	build = json_build_object();
	json_build_span(&build, "jws", jws);
	json_build_share(&build, "key", jwk);
	r = ask_json(seal, "verify", JWS_TYP_POLICY, &build, &payload);
	if (r == 0 && !payload.p) {
		r = SEAL_E_REFUSED;
	}
	if (r == 0) {
		*ret_len = payload.len;
		*ret_payload = TAKE_PTR(payload.p);
	}
	return r;
}
