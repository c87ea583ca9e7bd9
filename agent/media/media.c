/* SPDX-License-Identifier: Apache-2.0 */
#include "media.h"

#include "clock.h"
#include "media-parts.h"

#include <string.h>

const struct media_view *media_get(const struct media *media)
{
	return &media->view;
}

/* Held nodes alone are looked at again, and those that somebody opened whom nobody found. */
static int arm_reread(struct media *media)
{
	int64_t first_ms = media->unexplained ? MEDIA_RETRY_MS : MEDIA_REREAD_MIN_MS;

	if (!media->unexplained && !media_is_used(media, MEDIA_CAMERA, true)) {
		media->reread_ms = 0;
		return loop_timer_set(media->reread, -1);
	}
	media->reread_ms = media->reread_ms == 0 ? first_ms : media->reread_ms * 2;
	if (media->reread_ms > MEDIA_REREAD_MAX_MS) {
		media->reread_ms = MEDIA_REREAD_MAX_MS;
	}
	return loop_timer_set(media->reread, media->reread_ms);
}

static uint64_t cameras_of(const struct media_nodes *nodes)
{
	uint64_t cameras = 0;

	for (size_t i = 0; i < nodes->len && i < MEDIA_NODES_MAX; i++) {
		cameras |= (uint64_t)(nodes->items[i].device == MEDIA_CAMERA) << i;
	}
	return cameras;
}

int media_conclude(struct media *media, bool same)
{
	struct media_view *view = calloc(1, sizeof(*view));
	const struct media_facts facts = {
		.nodes = &media->nodes,
		.uses = media->uses.items,
		.n_uses = media->uses.len,
		.streams = media->streams.items,
		.n_streams = media->streams.len,
		.dark = media->dark,
		.unseen = media->unwatched | (media->blind ? cameras_of(&media->nodes) : 0),
	};
	bool changed;
	int r;

	if (!view) {
		return -ENOMEM;
	}
	media_join(&facts, view);
	changed = media_view_date(&media->view, same, clock_read().boot_ms, view);
	media->view = *view;
	free(view);
	/* told first: what is left to do here can wait for it */
	r = changed && media->begun ? media->setup.changed(media->setup.data) : 0;
	if (r == 0) {
		r = arm_reread(media);
	}
	return r == 0 ? media_listen(media) : r;
}

/* Only of cameras that have such a switch, since a look at it opens the node. */
static void look_at_switches(struct media *media)
{
	for (size_t i = 0; i < media->nodes.len; i++) {
		uint64_t bit = UINT64_C(1) << i;
		bool dark = false;

		if (!(media->has_switch & bit)) {
			continue;
		}
		/* our own open is no event; what comes between is seen by the look that follows */
		node_watch_remove(media->node_watch, i);
		if (media_probe_privacy(media->setup.root, &media->nodes.items[i], &dark) == 0) {
			media->dark = dark ? media->dark | bit : media->dark & ~bit;
		}
		if (node_watch_add(media->node_watch, media->nodes.items[i].path, i) != 0) {
			media->unwatched |= bit;
		}
	}
}

static int scan_later(struct media *media)
{
	int64_t now_ms = clock_read().boot_ms;
	int64_t wait_ms = MEDIA_SCAN_MIN_MS;

	if (media->scan_waits) {
		return 0;
	}
	if (media->scanned_ms > 0 && now_ms - media->scanned_ms < MEDIA_SCAN_MAX_MS) {
		media->scan_ms =
			media->scan_ms < MEDIA_SCAN_MIN_MS ? MEDIA_SCAN_MIN_MS : media->scan_ms * 2;
		media->scan_ms =
			media->scan_ms > MEDIA_SCAN_MAX_MS ? MEDIA_SCAN_MAX_MS : media->scan_ms;
		wait_ms = media->scanned_ms + media->scan_ms - now_ms;
	} else {
		media->scan_ms = 0;
	}
	media->scan_waits = true;
	return loop_timer_set(media->scan, wait_ms > 0 ? wait_ms : 0);
}

/* At once when none was made lately, else soon */
static bool may_scan(struct media *media)
{
	int64_t now_ms = clock_read().boot_ms;

	return media->scanned_ms == 0 || now_ms - media->scanned_ms >= MEDIA_SCAN_MAX_MS ||
	       (media->scan_ms == 0 && now_ms - media->scanned_ms >= MEDIA_SCAN_MIN_MS);
}

static int look_all(struct media *media, bool *ret_explained)
{
	media->scanned_ms = clock_read().boot_ms;
	return media_look_cameras(media, MEDIA_LOOK_ALL, ret_explained);
}

/*
 * Whether a call goes on, of those who have a camera, is told by sound; of the others sound is
 * looked at when they are read again.
 */
static bool is_matter_of_sound(const struct media *media)
{
	vec_for_each (use, &media->uses) {
		if (media->nodes.items[use->node].device == MEDIA_CAMERA &&
			(use->kind == MEDIA_KIND_DAEMON ||
				(use->moves && (use->kind == MEDIA_KIND_CONFERENCING ||
						       use->kind == MEDIA_KIND_BROWSER)))) {
			return true;
		}
	}
	return false;
}

static int look_after(struct media *media, size_t node, unsigned what)
{
	bool opened = (what & NODE_WATCH_OPENED) != 0, explained = false, scanned = false;
	uint64_t bit = UINT64_C(1) << node;
	int r;

	media->reread_ms = 0;
	if (media->nodes.items[node].device != MEDIA_CAMERA) {
		return media_look_sound(media);
	}
	look_at_switches(media);
	r = media_look_cameras(media, opened ? MEDIA_LOOK_HASTY : MEDIA_LOOK_KNOWN, &explained);
	if (what & NODE_WATCH_CLOSED) {
		media->unexplained &= ~bit;
	}
	if (opened && !explained && !(what & NODE_WATCH_CLOSED)) {
		media->unexplained |= bit;
	} else if (r == 0 && opened && !explained && may_scan(media)) {
		r = look_all(media, &explained);
		scanned = true;
	}
	/* two opens may be one event: somebody else may be there as well */
	media->scan_wanted = opened && (!scanned || media->unexplained);
	return r == 0 && is_matter_of_sound(media) ? media_look_sound(media) : r;
}

static void on_node(size_t node, unsigned what, void *data)
{
	struct media *media = data;
	int r = look_after(media, node, what);

	if (r == 0) {
		r = media_conclude(media, true);
	}
	if (r == 0 && media->scan_wanted) {
		r = scan_later(media);
	}
	media->scan_wanted = false;
	if (r < 0) {
		loop_quit(media->setup.loop, r);
	}
}

/*
 * The kernel tells of an open before the descriptor is in its process' table (fs/open.c,
 * do_sys_openat2: fsnotify_open, then fd_install), and we may be faster. Everybody is looked at
 * only when that was not why.
 */
static int look_again(struct media *media)
{
	bool explained;
	int r = media_look_cameras(
		media, media->unexplained ? MEDIA_LOOK_HASTY : MEDIA_LOOK_KNOWN, &explained);

	if (r == 0 && media->unexplained && explained) {
		media->unexplained = 0;
	} else if (r == 0 && media->unexplained && may_scan(media)) {
		r = look_all(media, &explained);
	}
	return r;
}

static int on_reread(struct loop_source *source, void *data)
{
	struct media *media = data;
	int r;

	(void)source;
	if (media_is_used(media, MEDIA_CAMERA, false)) {
		look_at_switches(media);
	}
	r = look_again(media);
	if (r == 0) {
		r = media_look_sound(media);
	}
	return r == 0 ? media_conclude(media, true) : r;
}

static int on_scan(struct loop_source *source, void *data)
{
	struct media *media = data;
	bool explained;
	int r;

	(void)source;
	media->scan_waits = false;
	r = look_all(media, &explained);
	return r == 0 ? media_conclude(media, true) : r;
}

static bool has_cameras(const struct media *media)
{
	return media->nodes.len > 0 && media->nodes.items[0].device == MEDIA_CAMERA;
}

static int look_everywhere(struct media *media)
{
	bool explained;
	int r = has_cameras(media) ? look_all(media, &explained) : 0;

	return r == 0 ? media_look_sound(media) : r;
}

static void find_switches(struct media *media)
{
	media->has_switch = media->dark = 0;
	for (size_t i = 0; i < media->nodes.len; i++) {
		bool dark;

		if (media->nodes.items[i].device == MEDIA_CAMERA &&
			media_probe_privacy(media->setup.root, &media->nodes.items[i], &dark) ==
				0) {
			media->has_switch |= UINT64_C(1) << i;
			media->dark |= (uint64_t)dark << i;
		}
	}
}

/* Asked about first, watched then, looked at last: nothing falls in between. */
static int take_nodes(struct media *media)
{
	int r = media_nodes_read(media->setup.root, &media->nodes);

	if (r < 0) {
		return r;
	}
	media->uses.len = 0;
	media->unwatched = media->unexplained = 0;
	find_switches(media);
	for (size_t i = 0; i < media->nodes.len; i++) {
		if (media->nodes.items[i].device != MEDIA_SPEAKER) {
			r = node_watch_add(media->node_watch, media->nodes.items[i].path, i);
			if (r == -ENOMEM) {
				return r;
			}
			media->unwatched |= (uint64_t)(r != 0) << i;
		}
	}
	return look_everywhere(media);
}

static int read_anew(struct media *media)
{
	struct media_nodes *former = malloc(sizeof(*former));
	bool same;
	int r;

	if (!former) {
		return -ENOMEM;
	}
	*former = media->nodes;
	node_watch_clear(media->node_watch);
	r = take_nodes(media);
	same = media_nodes_are_same(former, &media->nodes);
	free(former);
	return r == 0 ? media_conclude(media, same) : r;
}

static void on_plug(enum watch_kind kind, const void *token, void *data)
{
	struct media *media = data;
	int r = read_anew(media);

	(void)kind;
	(void)token;
	if (r < 0 && r != -ENOENT) {
		loop_quit(media->setup.loop, r);
	}
}

/* Not everybody each time that somebody asks: those that may be new now, the others soon */
static int look_sparingly(struct media *media)
{
	bool explained;
	int r = media_look_cameras(media, MEDIA_LOOK_NEWEST, &explained);

	return r == 0 ? scan_later(media) : r;
}

int media_look(struct media *media)
{
	int64_t since_ms = clock_read().boot_ms - media->scanned_ms;
	bool explained;
	int r = 0;

	look_at_switches(media);
	if (has_cameras(media)) {
		r = media->scanned_ms == 0 || since_ms >= MEDIA_SCAN_MIN_MS
			    ? look_all(media, &explained)
			    : look_sparingly(media);
	}
	if (r == 0) {
		r = media_look_sound(media);
	}
	return r == 0 ? media_conclude(media, true) : r;
}

int media_new(const struct media_setup *setup, struct media **ret_media)
{
	cleanup(media_free_p) struct media *media = calloc(1, sizeof(*media));
	int r;

	if (!media) {
		return -ENOMEM;
	}
	media->setup = *setup;
	r = loop_add_timer(setup->loop, on_reread, media, &media->reread);
	if (r == 0) {
		r = loop_add_timer(setup->loop, on_scan, media, &media->scan);
	}
	if (r == 0) {
		r = node_watch_new(setup->loop, setup->root, on_node, media, &media->node_watch);
	}
	if (r == 0) {
		r = watch_new(setup->loop, setup->root, on_plug, media, &media->watch);
	}
	if (r == 0) {
		/* a container has no such events: what is there now is followed all the same */
		r = watch_add_kind(media->watch, WATCH_MEDIA);
		r = r == -ENOMEM ? r : take_nodes(media);
	}
	if (r == 0) {
		r = media_conclude(media, false);
	}
	if (r == 0) {
		media->begun = true;
		*ret_media = TAKE_PTR(media);
	}
	return r;
}

void media_free(struct media *media)
{
	if (!media) {
		return;
	}
	watch_free(media->watch);
	node_watch_free(media->node_watch);
	loop_source_free(media->reread);
	loop_source_free(media->scan);
	vec_free(&media->uses);
	vec_free(&media->streams);
	vec_free(&media->wanted);
	free(media);
}

void media_free_p(struct media **media)
{
	media_free(*media);
}
