/* SPDX-License-Identifier: Apache-2.0 */
#include "holder.h"

#include "unit.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

static void child_run(const char *path, int words, int done)
{
	void *p = MAP_FAILED;
	int fd = -1;
	char word;

	(void)signal(SIGPIPE, SIG_DFL);
	while (read(words, &word, 1) == 1 && word != 'q') {
		if (word == 'o') {
			fd = open(path, O_RDWR);
		} else if (word == 'm') {
			p = mmap(NULL, 4096, PROT_READ, MAP_PRIVATE, fd, 0);
		} else if (word == 'u') {
			munmap(p, 4096);
		} else if (word == 'c') {
			close(fd);
		}
		if (write(done, &word, 1) != 1) {
			break;
		}
	}
	_exit(0);
}

struct holder holder_start(const char *path)
{
	struct holder h;
	int words[2], done[2];

	assert_int_equal(pipe2(words, O_CLOEXEC), 0);
	assert_int_equal(pipe2(done, O_CLOEXEC), 0);
	h.pid = fork();
	if (h.pid == 0) {
		close(words[1]);
		child_run(path, words[0], done[1]);
	}
	close(words[0]);
	close(done[1]);
	h.words = words[1];
	h.done = done[0];
	return h;
}

void holder_tell(const struct holder *h, const char *words)
{
	char word;

	for (; *words; words++) {
		assert_int_equal(write(h->words, words, 1), 1);
		assert_int_equal(read(h->done, &word, 1), 1);
	}
}

void holder_end(struct holder *h)
{
	/* not by closing: a later child has these ends as well */
	(void)!write(h->words, "q", 1);
	close(h->words);
	close(h->done);
	waitpid(h->pid, NULL, 0);
}
