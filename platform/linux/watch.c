/* SPDX-License-Identifier: Apache-2.0 */
#include "watch.h"
#include "watch-parts.h"

struct watch {
	struct loop *loop;
	const struct sysroot *root;
	watch_fn fn;
	void *data;
	struct watch_files *files;
	struct watch_netlink *firewall;
	struct watch_netlink *wifi;
	struct watch_netlink *link;
	struct watch_netlink *route;
	struct watch_udev *uevent;
	struct watch_table *mounts, *swaps;
	struct watch_apparmor *apparmor;
	struct watch_udev *media;
};

static void on_file(const void *token, void *data)
{
	struct watch *watch = data;

	watch->fn(WATCH_FILE, token, watch->data);
}

static void on_firewall(void *data)
{
	struct watch *watch = data;

	watch->fn(WATCH_FIREWALL, NULL, watch->data);
}

static void on_wifi(void *data)
{
	struct watch *watch = data;

	watch->fn(WATCH_WIFI, NULL, watch->data);
}

static void on_link(void *data)
{
	struct watch *watch = data;

	watch->fn(WATCH_LINK, NULL, watch->data);
}

static void on_route(void *data)
{
	struct watch *watch = data;

	watch->fn(WATCH_ROUTE, NULL, watch->data);
}

static void on_confinement(void *data)
{
	struct watch *watch = data;

	watch->fn(WATCH_CONFINEMENT, NULL, watch->data);
}

static void on_media(void *data)
{
	struct watch *watch = data;

	watch->fn(WATCH_MEDIA, NULL, watch->data);
}

static void on_block(void *data)
{
	struct watch *watch = data;

	watch->fn(WATCH_BLOCK, NULL, watch->data);
}

int watch_new(struct loop *loop, const struct sysroot *root, watch_fn fn, void *data,
	struct watch **ret_watch)
{
	struct watch *watch = calloc(1, sizeof(*watch));

	if (!watch) {
		return -ENOMEM;
	}
	*watch = (struct watch){.loop = loop, .root = root, .fn = fn, .data = data};
	*ret_watch = watch;
	return 0;
}

void watch_free(struct watch *watch)
{
	if (!watch) {
		return;
	}
	watch_files_free(watch->files);
	watch_netlink_free(watch->firewall);
	watch_netlink_free(watch->wifi);
	watch_netlink_free(watch->link);
	watch_netlink_free(watch->route);
	watch_udev_free(watch->uevent);
	watch_table_free(watch->mounts);
	watch_table_free(watch->swaps);
	watch_apparmor_free(watch->apparmor);
	watch_udev_free(watch->media);
	free(watch);
}

void watch_free_p(struct watch **watch)
{
	watch_free(*watch);
}

int watch_add_file(struct watch *watch, const char *path, const void *token)
{
	if (!watch->files) {
		int r = watch_files_new(watch->loop, watch->root, on_file, watch, &watch->files);

		if (r < 0) {
			return r;
		}
	}
	return watch_files_add(watch->files, path, token);
}

void watch_remove_token(struct watch *watch, const void *token)
{
	if (watch->files) {
		watch_files_remove(watch->files, token);
	}
}

/* Each alone is worth having: a container shows mounts and no devices. */
static int block_open(struct watch *watch)
{
	int mounts = 0, swaps = 0, uevent = 0;

	if (!watch->mounts) {
		mounts = watch_table_new(watch->loop, watch->root, "proc/1/mountinfo", on_block,
			watch, &watch->mounts);
	}
	if (!watch->swaps) {
		swaps = watch_table_new(
			watch->loop, watch->root, "proc/swaps", on_block, watch, &watch->swaps);
	}
	if (!watch->uevent) {
		uevent = watch_udev_new(watch->loop, on_block, watch, &watch->uevent);
	}
	return mounts < 0 && swaps < 0 && uevent < 0 ? mounts : 0;
}

int watch_add_kind(struct watch *watch, enum watch_kind kind)
{
	switch (kind) {
	case WATCH_FILE:
		return -EINVAL;
	case WATCH_FIREWALL:
		return watch->firewall ? 0
				       : watch_firewall_new(
						 watch->loop, on_firewall, watch, &watch->firewall);
	case WATCH_WIFI:
		return watch->wifi ? 0 : watch_wifi_new(watch->loop, on_wifi, watch, &watch->wifi);
	case WATCH_LINK:
		return watch->link ? 0 : watch_link_new(watch->loop, on_link, watch, &watch->link);
	case WATCH_ROUTE:
		return watch->route ? 0
				    : watch_route_new(watch->loop, on_route, watch, &watch->route);
	case WATCH_BLOCK:
		return watch->mounts && watch->uevent ? 0 : block_open(watch);
	case WATCH_CONFINEMENT:
		return watch->apparmor ? 0
				       : watch_apparmor_new(watch->loop, watch->root,
						 on_confinement, watch, &watch->apparmor);
	case WATCH_MEDIA:
		return watch->media ? 0
				    : watch_udev_media_new(watch->loop, watch->root, on_media,
					      watch, &watch->media);
	}
	return -EINVAL;
}
