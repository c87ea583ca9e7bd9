/* SPDX-License-Identifier: Apache-2.0 */
/* Whose workers are asked what their sound servers do, and what they say. */
#include "media-parts.h"

bool media_is_used(const struct media *media, enum media_device device, bool reported)
{
	vec_for_each (use, &media->uses) {
		enum media_device own = media->nodes.items[use->node].device;

		if (reported ? own != MEDIA_SPEAKER : own == device) {
			return true;
		}
	}
	return false;
}

/* Somebody's worker can tell something only while a daemon of theirs uses a device for others. */
bool media_wants(const struct media *media, uid_t uid)
{
	if (!media_is_used(media, MEDIA_CAMERA, true)) {
		return false;
	}
	vec_for_each (use, &media->uses) {
		bool camera = media->nodes.items[use->node].device == MEDIA_CAMERA;

		if (use->uid == uid && use->kind == MEDIA_KIND_DAEMON && (camera || use->moves)) {
			return true;
		}
	}
	return false;
}

static struct media_wanted *wanted_of(struct media *media, uid_t uid)
{
	vec_for_each (other, &media->wanted) {
		if (other->uid == uid) {
			return other;
		}
	}
	return NULL;
}

/*
 * Tells one set of daemons from another, whatever their order: one that started anew is asked for
 * anew, since a worker waits for none that is not there.
 */
static uint64_t daemons_of(const struct media *media, uid_t uid)
{
	uint64_t sum = 0;

	vec_for_each (use, &media->uses) {
		bool again = false;

		for (const struct media_use *former = media->uses.items; former < use; former++) {
			again = again || former->pid == use->pid;
		}
		if (!again && use->uid == uid && use->kind == MEDIA_KIND_DAEMON) {
			/* multiplied, so that two sums of other numbers are hardly the same */
			sum += (uint64_t)use->pid * UINT64_C(0x9e3779b97f4a7c15);
		}
	}
	return sum;
}

static void stop_listening(struct media *media)
{
	size_t kept = 0;

	for (size_t i = 0; i < media->wanted.len; i++) {
		const struct media_wanted wanted = media->wanted.items[i];
		uid_t uid = wanted.uid;

		if (media_wants(media, uid)) {
			media->wanted.items[kept++] = wanted;
			continue;
		}
		media->setup.listen(uid, false, media->setup.data);
		for (size_t j = 0; j < media->streams.len; j++) {
			if (media->streams.items[j].uid == uid) {
				media->streams.items[j] =
					media->streams.items[--media->streams.len];
				break;
			}
		}
	}
	media->wanted.len = kept;
}

static int start_listening(struct media *media)
{
	vec_for_each (use, &media->uses) {
		struct media_wanted *wanted = wanted_of(media, use->uid);
		const struct media_wanted fresh = {use->uid, daemons_of(media, use->uid)};
		int r = 0;

		if ((wanted && wanted->daemons == fresh.daemons) || !media_wants(media, use->uid)) {
			continue;
		}
		if (wanted) {
			*wanted = fresh;
		} else {
			r = vec_push(&media->wanted, fresh, MEDIA_STREAMS_MAX);
		}
		if (r < 0) {
			return r == -ENOSPC ? 0 : r;
		}
		media->setup.listen(use->uid, true, media->setup.data);
	}
	return 0;
}

int media_listen(struct media *media)
{
	int r;

	if (!media->begun) {
		return 0;
	}
	media->telling = true;
	stop_listening(media);
	r = start_listening(media);
	media->telling = false;
	return r;
}

int media_take_streams(struct media *media, const struct media_streams *streams)
{
	if (!wanted_of(media, streams->uid)) {
		return 0; /* said too late */
	}
	vec_for_each (known, &media->streams) {
		if (known->uid == streams->uid) {
			*known = *streams;
			return media_conclude(media, true);
		}
	}
	if (vec_push(&media->streams, *streams, MEDIA_STREAMS_MAX) == -ENOMEM) {
		return -ENOMEM;
	}
	return media_conclude(media, true);
}

int media_forget_streams(struct media *media, uid_t uid)
{
	for (size_t i = 0; i < media->streams.len; i++) {
		if (media->streams.items[i].uid == uid) {
			media->streams.items[i] = media->streams.items[--media->streams.len];
			return media->telling ? loop_timer_set(media->reread, 0)
					      : media_conclude(media, true);
		}
	}
	return 0;
}
