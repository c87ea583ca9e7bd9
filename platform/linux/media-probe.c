/* SPDX-License-Identifier: Apache-2.0 */
#include "media-parts.h"

#include <fcntl.h>
#include <linux/videodev2.h>
#include <sys/ioctl.h>

static int open_node(const struct sysroot *root, const struct media_node *node)
{
	int fd;

	return sysroot_open_device(root, node->path, node->number, &fd) == 0 ? fd : -1;
}

int media_probe_captures(
	const struct sysroot *root, const struct media_node *node, bool *ret_captures)
{
	cleanup(fd_close) int fd = open_node(root, node);
	struct v4l2_capability cap = {.capabilities = 0};
	uint32_t bits;

	if (fd < 0 || ioctl(fd, VIDIOC_QUERYCAP, &cap) < 0) {
		return MEDIA_PROBE_E_NO;
	}
	bits = cap.capabilities & V4L2_CAP_DEVICE_CAPS ? cap.device_caps : cap.capabilities;
	*ret_captures = (bits & (V4L2_CAP_VIDEO_CAPTURE | V4L2_CAP_VIDEO_CAPTURE_MPLANE)) != 0;
	return 0;
}

int media_probe_privacy(const struct sysroot *root, const struct media_node *node, bool *ret_dark)
{
	cleanup(fd_close) int fd = open_node(root, node);
	struct v4l2_control control = {.id = V4L2_CID_PRIVACY};

	if (fd < 0 || ioctl(fd, VIDIOC_G_CTRL, &control) < 0) {
		return MEDIA_PROBE_E_NO;
	}
	*ret_dark = control.value != 0;
	return 0;
}
