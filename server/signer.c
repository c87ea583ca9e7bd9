/* SPDX-License-Identifier: Apache-2.0 */
#include "signer.h"

#include "fd.h"
#include "policy.h"

#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <string.h>
#include <sys/wait.h>

#define PROGRAM "/proc/self/exe"

int signer_sign_bytes(const struct state *state, struct span payload, struct str *out)
{
	cleanup(crypto_key_free_p) struct crypto_key *key = NULL;
	char thumbprint[JWS_THUMBPRINT_LEN + 1];
	int r = state_read_policy_key(state, &key);

	r = r < 0 ? r : jws_key_thumbprint(key, thumbprint);
	return r < 0 ? r : jws_sign(key, JWS_TYP_POLICY, thumbprint, payload, out);
}

int signer_sign(const struct state *state, int in, int out)
{
	cleanup(free_ptr) char *payload = NULL;
	cleanup(str_finish) struct str jws = {.max = JWS_MAX};
	size_t len = 0;
	int r = fd_read_all(in, POLICY_MAX, &payload, &len);

	r = r > 0 ? -EFBIG : r;
	r = r < 0 ? r : signer_sign_bytes(state, (struct span){payload, len}, &jws);
	return r != 0 ? r : fd_write_all(out, jws.p, jws.len);
}

/* Threads of the server block every signal: the child must not inherit that. */
static int spawn(const struct state *state, int in, int out, pid_t *ret_pid)
{
	char *const argv[] = {
		"caretaker-server", "sign-child", "--state", (char *)state->path, NULL};
	char *const environment[] = {NULL};
	posix_spawn_file_actions_t actions;
	posix_spawnattr_t attributes;
	sigset_t none;
	int r;

	sigemptyset(&none);
	posix_spawn_file_actions_init(&actions);
	posix_spawnattr_init(&attributes);
	r = posix_spawn_file_actions_adddup2(&actions, in, STDIN_FILENO);
	r = r ? r : posix_spawn_file_actions_adddup2(&actions, out, STDOUT_FILENO);
	r = r ? r : posix_spawnattr_setsigmask(&attributes, &none);
	r = r ? r : posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK);
	r = r ? r : posix_spawn(ret_pid, PROGRAM, &actions, &attributes, argv, environment);
	posix_spawnattr_destroy(&attributes);
	posix_spawn_file_actions_destroy(&actions);
	return -r;
}

static int wait_for(pid_t pid)
{
	int status = 0;

	while (waitpid(pid, &status, 0) < 0) {
		if (errno != EINTR) {
			return -errno;
		}
	}
	return WIFEXITED(status) && WEXITSTATUS(status) == 0 ? 0 : -EKEYREJECTED;
}

/* The child reads to the end before it writes, so that neither side can block the other. */
static int exchange(int in, int out, struct span payload, struct str *jws)
{
	cleanup(free_ptr) char *bytes = NULL;
	size_t len = 0;
	int r = fd_write_all(in, payload.p, payload.len);

	close(in);
	r = r < 0 ? r : fd_read_all(out, JWS_MAX, &bytes, &len);
	if (r == 0) {
		jws->max = JWS_MAX;
		r = str_append(jws, bytes, len);
	}
	return r > 0 ? -EFBIG : r;
}

int signer_run(const struct state *state, struct span payload, struct str *out)
{
	int to_child[2] = {-1, -1}, from_child[2] = {-1, -1};
	pid_t pid = -1;
	int r, waited;

	if (pipe2(to_child, O_CLOEXEC) < 0) {
		return -errno;
	}
	if (pipe2(from_child, O_CLOEXEC) < 0) {
		r = -errno;
		close(to_child[0]);
		close(to_child[1]);
		return r;
	}
	r = spawn(state, to_child[0], from_child[1], &pid);
	close(to_child[0]);
	close(from_child[1]);
	if (r < 0) {
		close(to_child[1]);
	} else {
		r = exchange(to_child[1], from_child[0], payload, out);
		waited = wait_for(pid);
		r = waited < 0 ? waited : r;
	}
	close(from_child[0]);
	return r;
}
