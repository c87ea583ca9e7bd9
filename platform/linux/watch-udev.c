/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Block devices by the kernel's own messages, not udevd's: what is asked about a device is read
 * from sysfs, so nothing that udevd adds is waited for, and a container has none. libudev takes no
 * message that another process sent in the kernel's name.
 */
#include "watch-parts.h"

#include <libudev.h>
#include <sys/epoll.h>

struct watch_udev {
	struct udev *udev;
	struct udev_monitor *monitor;
	struct loop_source *source;
	watch_part_fn fn;
	void *data;
};

static int on_device(struct loop_source *source, uint32_t events, void *data)
{
	struct watch_udev *part = data;
	struct udev_device *device;
	bool any = false;

	(void)source;
	(void)events;
	while ((device = udev_monitor_receive_device(part->monitor))) {
		udev_device_unref(device);
		any = true;
	}
	if (any) {
		part->fn(part->data);
	}
	return 0;
}

static int monitor_open(struct watch_udev *part, struct loop *loop, const char *group,
	const char *const subsystems[2])
{
	int r;

	part->udev = udev_new();
	if (!part->udev) {
		return -ENOMEM;
	}
	part->monitor = udev_monitor_new_from_netlink(part->udev, group);
	if (!part->monitor) {
		return -EOPNOTSUPP;
	}
	for (size_t i = 0; i < 2 && subsystems[i]; i++) {
		r = udev_monitor_filter_add_match_subsystem_devtype(
			part->monitor, subsystems[i], NULL);
		if (r < 0) {
			return r;
		}
	}
	r = udev_monitor_enable_receiving(part->monitor);
	if (r < 0) {
		return r;
	}
	return loop_add_fd(
		loop, udev_monitor_get_fd(part->monitor), EPOLLIN, on_device, part, &part->source);
}

static int part_new(struct loop *loop, const char *group, const char *const subsystems[2],
	watch_part_fn fn, void *data, struct watch_udev **ret_part)
{
	struct watch_udev *part = calloc(1, sizeof(*part));
	int r;

	if (!part) {
		return -ENOMEM;
	}
	part->fn = fn;
	part->data = data;
	r = monitor_open(part, loop, group, subsystems);
	if (r < 0) {
		watch_udev_free(part);
		return r;
	}
	*ret_part = part;
	return 0;
}

int watch_udev_new(struct loop *loop, watch_part_fn fn, void *data, struct watch_udev **ret_part)
{
	static const char *const subsystems[2] = {"block"};

	return part_new(loop, "kernel", subsystems, fn, data, ret_part);
}

int watch_udev_media_new(struct loop *loop, const struct sysroot *root, watch_part_fn fn,
	void *data, struct watch_udev **ret_part)
{
	static const char *const subsystems[2] = {"sound", "video4linux"};
	const char *group = sysroot_exists(root, "run/udev/control") ? "udev" : "kernel";

	return part_new(loop, group, subsystems, fn, data, ret_part);
}

void watch_udev_free(struct watch_udev *part)
{
	if (!part) {
		return;
	}
	loop_source_free(part->source);
	if (part->monitor) {
		udev_monitor_unref(part->monitor);
	}
	if (part->udev) {
		udev_unref(part->udev);
	}
	free(part);
}
