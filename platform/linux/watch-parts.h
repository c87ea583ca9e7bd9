/* SPDX-License-Identifier: Apache-2.0 */
/* The sources that watch.c merges: each opened when it is first asked for. */
#pragma once

#include "watch.h"

typedef void (*watch_part_fn)(void *data);

/* Files, through one inotify fd. */
struct watch_files;
typedef void (*watch_files_fn)(const void *token, void *data);
must_check int watch_files_new(struct loop *loop, const struct sysroot *root, watch_files_fn fn,
	void *data, struct watch_files **ret_files);
void watch_files_free(struct watch_files *files);
must_check int watch_files_add(struct watch_files *files, const char *path, const void *token);
void watch_files_remove(struct watch_files *files, const void *token);

/* Netlink multicast; -EOPNOTSUPP when the kernel has no such thing or refuses it. */
struct watch_netlink;
must_check int watch_firewall_new(
	struct loop *loop, watch_part_fn fn, void *data, struct watch_netlink **ret_part);
must_check int watch_wifi_new(
	struct loop *loop, watch_part_fn fn, void *data, struct watch_netlink **ret_part);
must_check int watch_link_new(
	struct loop *loop, watch_part_fn fn, void *data, struct watch_netlink **ret_part);
must_check int watch_route_new(
	struct loop *loop, watch_part_fn fn, void *data, struct watch_netlink **ret_part);
void watch_netlink_free(struct watch_netlink *part);

/* Block devices by the kernel's own events; mounts and swap by a table of /proc that can be polled
 * (EPOLLPRI when it changes): proc/1/mountinfo (proc(5)), proc/swaps. */
struct watch_udev;
must_check int watch_udev_new(
	struct loop *loop, watch_part_fn fn, void *data, struct watch_udev **ret_part);
/*
 * Cameras and sound cards: by udevd's messages where it runs, since what a node is for stands in
 * its database; else by the kernel's.
 */
must_check int watch_udev_media_new(struct loop *loop, const struct sysroot *root, watch_part_fn fn,
	void *data, struct watch_udev **ret_part);
void watch_udev_free(struct watch_udev *part);
struct watch_table;
must_check int watch_table_new(struct loop *loop, const struct sysroot *root, const char *path,
	watch_part_fn fn, void *data, struct watch_table **ret_part);
void watch_table_free(struct watch_table *part);
/* AppArmor's policy, by the revision that it counts up for each profile loaded or removed. */
struct watch_apparmor;
must_check int watch_apparmor_new(struct loop *loop, const struct sysroot *root, watch_part_fn fn,
	void *data, struct watch_apparmor **ret_part);
void watch_apparmor_free(struct watch_apparmor *part);
