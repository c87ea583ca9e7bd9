/* SPDX-License-Identifier: Apache-2.0 */
#include "media-parts.h"

#include <string.h>

/* Opens that are known, to be compared with what a look finds */
struct before {
	unsigned opens;
};

static unsigned opens_known(const struct media *media)
{
	unsigned n = 0;

	vec_for_each (use, &media->uses) {
		if (media->nodes.items[use->node].device == MEDIA_CAMERA) {
			n += use->opens > 0 ? use->opens : 1; /* its memory alone */
		}
	}
	return n;
}

static bool explains(const struct media_holds *holds, void *data)
{
	const struct before *before = data;
	unsigned n = 0;

	for (size_t i = 0; i < holds->len; i++) {
		n += holds->items[i].opens > 0 ? holds->items[i].opens : 1;
	}
	return n > before->opens;
}

static bool is_looked_at(const pid_t *pids, size_t n, pid_t pid)
{
	for (size_t i = 0; i < n; i++) {
		if (pids[i] == pid) {
			return true;
		}
	}
	return false;
}

static void remember(struct media *media, pid_t pid)
{
	size_t n = media->n_recent;

	for (size_t i = 0; i < n; i++) {
		if (media->recent[i] == pid) {
			memmove(&media->recent[1], &media->recent[0], i * sizeof(pid_t));
			media->recent[0] = pid;
			return;
		}
	}
	n = n == MEDIA_RECENT_MAX ? n - 1 : n;
	memmove(&media->recent[1], &media->recent[0], n * sizeof(pid_t));
	media->recent[0] = pid;
	media->n_recent = n + 1;
}

static uint64_t nodes_of(const struct media *media, pid_t pid)
{
	uint64_t nodes = 0;

	vec_for_each (use, &media->uses) {
		if (use->pid == pid) {
			nodes |= UINT64_C(1) << use->node;
		}
	}
	return nodes;
}

/* Those who hold one now, and those who did before */
static int look_known(struct media *media, struct media_holds *holds)
{
	pid_t done[MEDIA_USES_MAX + MEDIA_RECENT_MAX];
	size_t n = 0;
	int r = 0;

	vec_for_each (use, &media->uses) {
		if (media->nodes.items[use->node].device != MEDIA_CAMERA ||
			is_looked_at(done, n, use->pid)) {
			continue;
		}
		done[n++] = use->pid;
		r = media_holders_of(media->setup.proc, use->pid, &media->nodes,
			nodes_of(media, use->pid), holds);
		if (r < 0) {
			return r;
		}
	}
	for (size_t i = 0; r == 0 && i < media->n_recent; i++) {
		if (!is_looked_at(done, n, media->recent[i])) {
			r = media_holders_of(
				media->setup.proc, media->recent[i], &media->nodes, 0, holds);
		}
	}
	return r;
}

static bool is_camera_use(const struct media *media, const struct media_use *use)
{
	return media->nodes.items[use->node].device == MEDIA_CAMERA;
}

static const struct media_use *use_of(const struct media *media, pid_t pid)
{
	vec_for_each (use, &media->uses) {
		if (use->pid == pid) {
			return use;
		}
	}
	return NULL;
}

/* A process found twice in one look counts once. */
static bool is_known(const struct media_use *uses, size_t n, const struct media_hold *hold)
{
	for (size_t i = 0; i < n; i++) {
		if (uses[i].pid == hold->pid && uses[i].node == hold->node) {
			return true;
		}
	}
	return false;
}

static struct media_use use_from(
	struct media *media, const struct media_hold *hold, const struct media_use *old)
{
	struct media_use use = (struct media_use){
		.pid = hold->pid, .node = hold->node, .opens = hold->opens, .moves = hold->mapped};
	if (old) {
		use.kind = old->kind;
		use.uid = old->uid;
	} else {
		use.kind = media_program_kind(media->setup.proc, hold->pid, &use.uid);
	}
	remember(media, hold->pid);
	return use;
}

/* Takes the place of what was known of cameras; that of sound stays. */
static int replace_cameras(struct media *media, const struct media_holds *holds)
{
	__typeof__(media->uses) uses = {NULL, 0, 0};
	int r = 0;

	for (size_t i = 0; r == 0 && i < holds->len; i++) {
		const struct media_hold *hold = &holds->items[i];
		struct media_use use;

		if (is_known(uses.items, uses.len, hold)) {
			continue;
		}
		use = use_from(media, hold, use_of(media, hold->pid));
		r = vec_push(&uses, use, MEDIA_USES_MAX);
	}
	vec_for_each (use, &media->uses) {
		if (r == 0 && !is_camera_use(media, use)) {
			r = vec_push(&uses, *use, MEDIA_USES_MAX);
		}
	}
	if (r < 0 && r != -ENOSPC) {
		vec_free(&uses);
		return r;
	}
	vec_free(&media->uses);
	memcpy(&media->uses, &uses, sizeof(uses));
	return 0;
}

int media_look_cameras(struct media *media, bool opened, bool all, bool *ret_explained)
{
	cleanup(media_holds_finish) struct media_holds holds = {.items = NULL};
	struct before before = {opens_known(media)};
	int r = look_known(media, &holds);

	if (r == 0 && opened && !explains(&holds, &before)) {
		r = media_holders_newest(
			media->setup.proc, &media->nodes, explains, &before, &holds);
	}
	if (r == 0 && all) {
		holds.unseen = false;
		r = media_holders_all(
			media->setup.proc, &media->nodes, media->unexplained, NULL, NULL, &holds);
		media->blind = holds.unseen;
		media->unexplained = 0;
	}
	*ret_explained = explains(&holds, &before);
	return r == 0 ? replace_cameras(media, &holds) : r;
}

static int add_substreams(struct media *media, size_t node)
{
	struct media_pcm pcms[MEDIA_SUBSTREAMS_MAX];
	size_t n;
	int r = media_pcm_read(media->setup.root, &media->nodes.items[node], pcms, &n);

	if (r != 0) {
		return r == -ENOMEM ? r : 0;
	}
	for (size_t i = 0; r == 0 && i < n; i++) {
		struct media_use use = {.pid = pcms[i].owner,
			.node = (uint16_t)node,
			.opens = 1,
			.kind = MEDIA_KIND_OTHER,
			.uid = (uid_t)-1,
			.moves = pcms[i].state == MEDIA_PCM_RUNNING};
		const struct media_use *old;

		if (pcms[i].state == MEDIA_PCM_CLOSED) {
			continue;
		}
		old = use.pid > 0 ? use_of(media, use.pid) : NULL;
		if (old) {
			use.kind = old->kind;
			use.uid = old->uid;
		} else if (use.pid > 0) {
			use.kind = media_program_kind(media->setup.proc, use.pid, &use.uid);
		}
		r = vec_push(&media->uses, use, MEDIA_USES_MAX);
	}
	return r == -ENOSPC ? 0 : r;
}

/* The kernel names the owner of each substream: nobody has to be looked for. */
int media_look_sound(struct media *media)
{
	size_t kept = 0;
	int r = 0;

	for (size_t i = 0; i < media->uses.len; i++) {
		if (is_camera_use(media, &media->uses.items[i])) {
			media->uses.items[kept++] = media->uses.items[i];
		}
	}
	media->uses.len = kept;
	for (size_t i = 0; r == 0 && i < media->nodes.len; i++) {
		if (media->nodes.items[i].device != MEDIA_CAMERA) {
			r = add_substreams(media, i);
		}
	}
	return r;
}
