/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What caretakerd may ask of a device: each ioctl made for real, in a process that wears the
 * blindfold and in one that does not, where the kernel's own answer is that no such device is here.
 */
#include "blindfold.h"
#include "unit.h"

#include <fcntl.h>
#include <linux/videodev2.h>
#include <sound/asound.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

static const struct {
	unsigned long request;
	int blind;
} rows[] = {
	{VIDIOC_QUERYCAP, ENOTTY},
	{VIDIOC_G_CTRL, ENOTTY},
	{VIDIOC_S_CTRL, EPERM},
	{VIDIOC_REQBUFS, EPERM},
	{VIDIOC_CREATE_BUFS, EPERM},
	{VIDIOC_QBUF, EPERM},
	{VIDIOC_DQBUF, EPERM},
	{VIDIOC_EXPBUF, EPERM},
	{VIDIOC_STREAMON, EPERM},
	{SNDRV_PCM_IOCTL_HW_PARAMS, EPERM},
	{SNDRV_PCM_IOCTL_PREPARE, EPERM},
	{SNDRV_PCM_IOCTL_START, EPERM},
	{SNDRV_PCM_IOCTL_READI_FRAMES, EPERM},
	{TCGETS, EPERM},
	{FIONREAD, EPERM},
};

/* With room for what a kernel would write, were it to */
static int ask(int fd, unsigned long request)
{
	char room[4096] = {0};

	return ioctl(fd, request, room) < 0 ? errno : 0;
}

/* 0, or 1 + the row that was otherwise; 100: it could not be put on */
static int look_blind(int fd)
{
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0 || blindfold_put_on() < 0) {
		return 100;
	}
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		if (ask(fd, rows[i].request) != rows[i].blind) {
			return (int)i + 1;
		}
	}
	return 0;
}

static void test_each(void **state)
{
	int fd = open("/dev/null", O_RDONLY | O_CLOEXEC), status = 0;
	pid_t child;

	(void)state;
	assert_true(fd >= 0);
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		assert_int_equal(ask(fd, rows[i].request), ENOTTY);
	}
	child = fork();
	if (child == 0) {
		_exit(look_blind(fd));
	}
	assert_true(child > 0);
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), 0);
	close(fd);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_each),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
