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

/* The one that was seen last comes first. */
static struct media_recent *remember(struct media *media, pid_t pid)
{
	struct media_recent recent = {.pid = pid};
	size_t i = 0;

	while (i < media->n_recent && media->recent[i].pid != pid) {
		i++;
	}
	if (i < media->n_recent) {
		recent = media->recent[i];
	} else if (i < MEDIA_RECENT_MAX) {
		media->n_recent++;
	} else {
		i--;
	}
	memmove(&media->recent[1], &media->recent[0], i * sizeof(recent));
	media->recent[0] = recent;
	return &media->recent[0];
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

/* Those who had one before: hasty, until one explains an open. Who is gone is forgotten. */
static int look_recent(struct media *media, const pid_t *done, size_t n, bool hasty,
	struct before *before, struct media_holds *holds)
{
	size_t kept = 0, i = 0;
	int r = 0;

	while (i < media->n_recent && r >= 0 && !(hasty && explains(holds, before))) {
		const struct media_recent recent = media->recent[i++];
		pid_t pid = recent.pid;

		if (is_looked_at(done, n, pid)) {
			r = 0;
		} else if (hasty) {
			r = media_holders_open(media->setup.proc, pid, &media->nodes, holds);
		} else {
			r = media_holders_of(media->setup.proc, pid, &media->nodes, 0, holds);
		}
		if (r != MEDIA_HOLDERS_E_GONE) {
			media->recent[kept++] = recent;
		}
	}
	memmove(&media->recent[kept], &media->recent[i],
		(media->n_recent - i) * sizeof(media->recent[0]));
	media->n_recent -= i - kept;
	return r < 0 ? r : 0;
}

/* Those who hold one now, and those who did before */
static int look_known(
	struct media *media, bool hasty, struct before *before, struct media_holds *holds)
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
	return look_recent(media, done, n, hasty, before, holds);
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
	struct media *media, const struct media_hold *hold, const struct media_use *old, bool hasty)
{
	struct media_use use = (struct media_use){
		.pid = hold->pid, .node = hold->node, .opens = hold->opens, .moves = hold->mapped};
	struct media_program *program = &remember(media, hold->pid)->program;

	if (old && (hasty || !old->guessed)) {
		use.kind = old->kind;
		use.uid = old->uid;
		use.guessed = old->guessed;
		return use;
	}
	use.guessed = hasty && media_program_is(media->setup.proc, hold->pid, program);
	if (!use.guessed) {
		media_program_look(media->setup.proc, hold->pid, program);
	}
	use.kind = program->kind;
	use.uid = program->uid;
	return use;
}

/* Takes the place of what was known of cameras; that of sound stays. */
static int replace_cameras(struct media *media, const struct media_holds *holds, bool hasty)
{
	__typeof__(media->uses) uses = {NULL, 0, 0};
	int r = 0;

	for (size_t i = 0; r == 0 && i < holds->len; i++) {
		const struct media_hold *hold = &holds->items[i];
		struct media_use use;

		if (is_known(uses.items, uses.len, hold)) {
			continue;
		}
		use = use_from(media, hold, use_of(media, hold->pid), hasty);
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

int media_look_cameras(struct media *media, unsigned how, bool *ret_explained)
{
	cleanup(media_holds_finish) struct media_holds holds = {.items = NULL};
	struct before before = {opens_known(media)};
	bool hasty = (how & MEDIA_LOOK_HASTY) != 0;
	int r = look_known(media, hasty, &before, &holds);

	if (r == 0 && (hasty || (how & MEDIA_LOOK_NEWEST)) && !explains(&holds, &before)) {
		r = media_holders_newest(
			media->setup.proc, &media->nodes, !hasty, explains, &before, &holds);
	}
	if (r == 0 && (how & MEDIA_LOOK_ALL)) {
		holds.unseen = false;
		r = media_holders_all(
			media->setup.proc, &media->nodes, media->unexplained, NULL, NULL, &holds);
		media->blind = holds.unseen;
		media->unexplained = 0;
	}
	*ret_explained = explains(&holds, &before);
	return r == 0 ? replace_cameras(media, &holds, hasty) : r;
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
		if (old && !old->guessed) {
			use.kind = old->kind;
			use.uid = old->uid;
		} else if (use.pid > 0) {
			struct media_program program;

			media_program_look(media->setup.proc, use.pid, &program);
			use.kind = program.kind;
			use.uid = program.uid;
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
