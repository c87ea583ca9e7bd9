/* SPDX-License-Identifier: Apache-2.0 */
#include "answer.h"

#include "confine.h"

#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>

static bool privileges_right(void)
{
	uid_t real, effective, saved;

	return getresuid(&real, &effective, &saved) == 0 && real != 0 && effective == real &&
	       saved == real && prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0) == 1;
}

/* The unit's filter refuses it, with EPERM: there the unit's own bounds hold. */
static int limit(__rlimit_resource_t what, rlim_t most)
{
	const struct rlimit bound = {most, most};

	return setrlimit(what, &bound) < 0 && errno != EPERM ? -errno : 0;
}

int answer_init(struct answer *answer)
{
	int proc;
	int r;

	if (!privileges_right()) {
		return -EPERM;
	}
	r = limit(RLIMIT_AS, ANSWER_MEMORY_MAX);
	r = r < 0 ? r : limit(RLIMIT_NOFILE, ANSWER_FILES_MAX);
	r = r < 0 ? r : limit(RLIMIT_CORE, 0);
	if (r < 0) {
		return r;
	}
	if (signal(SIGPIPE, SIG_IGN) == SIG_ERR) {
		return -errno;
	}
	proc = open("/proc", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (proc < 0) {
		return -errno;
	}
	*answer = (struct answer){.proc = proc, .uid = getuid()};
	return confine();
}

int answer_tell(struct answer *answer, const struct media_heard *heard)
{
	ssize_t n;

	if (answer->told && memcmp(&answer->last, heard, sizeof(*heard)) == 0) {
		return 0;
	}
	do {
		n = write(STDOUT_FILENO, heard, sizeof(*heard));
	} while (n < 0 && errno == EINTR);
	if (n != (ssize_t)sizeof(*heard)) {
		return n < 0 ? -errno : -EIO;
	}
	answer->last = *heard;
	answer->told = true;
	return 0;
}
