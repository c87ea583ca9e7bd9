/* SPDX-License-Identifier: Apache-2.0 */
#include "blindfold.h"

#include "syscall-filter.h"

#include <linux/videodev2.h>
#include <sys/prctl.h>

static const struct sock_filter filter[] = {
	BEGIN,
	UNLESS_EQUAL(SYS_ioctl, 6),
	LOAD(args[1]),
	UNLESS_EQUAL(VIDIOC_QUERYCAP, 1),
	ALLOW,
	UNLESS_EQUAL(VIDIOC_G_CTRL, 1),
	ALLOW,
	REFUSE(EPERM),
	ALLOW,
};

int blindfold_put_on(void)
{
	const struct sock_fprog program = {
		.len = ARRAY_LEN(filter), .filter = (struct sock_filter *)filter};

	return prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program, 0, 0) < 0 ? -errno : 0;
}
