/* SPDX-License-Identifier: Apache-2.0 */
#include "media-join.h"

#include "str.h"

static const char *const state_codes[] = {
#define X(name, code) [MEDIA_STATE_##name] = (code),
	MEDIA_STATES(X)
#undef X
};
static const char *const reason_codes[] = {
#define X(name, code) [MEDIA_REASON_##name] = (code),
	MEDIA_REASONS(X)
#undef X
};

#define BIT(kind) (1U << (kind))

const char *media_state_code(enum media_state state)
{
	return state_codes[state];
}

int media_state_parse(struct span word, enum media_state *ret_state)
{
	for (size_t i = 0; i < ARRAY_LEN(state_codes); i++) {
		if (span_eq(word, state_codes[i])) {
			*ret_state = (enum media_state)i;
			return 0;
		}
	}
	return -EINVAL;
}

const char *media_reason_code(enum media_reason reason)
{
	return reason_codes[reason];
}

size_t media_view_count(const struct media_view *view, enum media_device device)
{
	size_t n = 0;

	for (size_t i = 0; i < view->len; i++) {
		n += view->rows[i].device == device;
	}
	return n;
}

/* Sound of the whole machine, by kind of program */
struct sound {
	unsigned captures, plays;
	bool hidden; /* some of it could not be told */
};

static const struct media_streams *streams_of(const struct media_facts *facts, uid_t uid)
{
	for (size_t i = 0; i < facts->n_streams; i++) {
		if (facts->streams[i].uid == uid) {
			return &facts->streams[i];
		}
	}
	return NULL;
}

static struct sound sound_of(const struct media_facts *facts)
{
	struct sound sound = {0, 0, false};

	for (size_t i = 0; i < facts->n_streams; i++) {
		sound.captures |= facts->streams[i].captures;
		sound.plays |= facts->streams[i].plays;
	}
	for (size_t i = 0; i < facts->n_uses; i++) {
		const struct media_use *use = &facts->uses[i];
		enum media_device device = facts->nodes->items[use->node].device;
		const struct media_streams *streams;

		if (device == MEDIA_CAMERA || !use->moves) {
			continue;
		}
		if (use->kind == MEDIA_KIND_DAEMON) {
			streams = streams_of(facts, use->uid);
			sound.hidden = sound.hidden || !streams || !streams->sound_heard;
		} else if (device == MEDIA_SPEAKER) {
			sound.plays |= BIT(use->kind);
		} else {
			sound.captures |= BIT(use->kind);
		}
	}
	return sound;
}

/*
 * Programs of which it shows that a call goes on: a conferencing client with any sound, and a
 * browser that listens and plays at once. What a browser's page is nobody asks.
 */
static unsigned calls_of(struct sound sound)
{
	return ((sound.captures | sound.plays) & BIT(MEDIA_KIND_CONFERENCING)) |
	       (sound.captures & sound.plays & BIT(MEDIA_KIND_BROWSER));
}

/* Who uses one node, over all processes */
struct tally {
	unsigned moving, holding; /* bits of kinds */
	bool daemon;		  /* a media daemon has it open */
	bool hidden;		  /* ... and nobody tells for whom */
};

static void daemon_take(const struct media_facts *facts, const struct media_use *use,
	enum media_device device, struct tally *tally)
{
	const struct media_streams *streams = streams_of(facts, use->uid);

	tally->daemon = true;
	if (device == MEDIA_MICROPHONE) {
		/* a substream at rest takes no sound in, whoever is connected */
		if (use->moves && (!streams || !streams->sound_heard)) {
			tally->hidden = true;
		} else if (use->moves) {
			tally->moving |= streams->captures;
		}
	} else if (!streams || !streams->video_heard) {
		/* it hands pictures on without mapping them itself */
		tally->hidden = true;
	} else {
		tally->moving |= streams->films;
	}
}

static struct tally tally_of(const struct media_facts *facts, size_t node)
{
	struct tally tally = {0};

	for (size_t i = 0; i < facts->n_uses; i++) {
		const struct media_use *use = &facts->uses[i];

		if (use->node != node) {
			continue;
		}
		if (use->kind == MEDIA_KIND_DAEMON) {
			daemon_take(facts, use, facts->nodes->items[node].device, &tally);
		} else if (use->moves) {
			tally.moving |= BIT(use->kind);
		} else {
			tally.holding |= BIT(use->kind);
		}
	}
	return tally;
}

/* The kind that a person wants to hear of first: one that is on without a call, recorders first */
static void set_kind(struct media_row *row, unsigned kinds)
{
	static const enum media_kind order[] = {
		MEDIA_KIND_RECORDER, MEDIA_KIND_OTHER, MEDIA_KIND_BROWSER, MEDIA_KIND_CONFERENCING};

	for (size_t i = 0; i < ARRAY_LEN(order); i++) {
		if (kinds & BIT(order[i])) {
			row->kind = order[i];
			row->has_kind = true;
			return;
		}
	}
}

static void set_state(struct media_row *row, enum media_state state, enum media_reason reason)
{
	row->state = state;
	row->reason = reason;
}

static void judge_moving(struct media_row *row, const struct tally *tally, struct sound sound)
{
	unsigned talkers = BIT(MEDIA_KIND_CONFERENCING) | BIT(MEDIA_KIND_BROWSER);
	unsigned in_call = tally->moving & calls_of(sound);

	if (in_call) {
		set_state(row, MEDIA_STATE_MEETING, MEDIA_REASON_NONE);
		set_kind(row, in_call);
	} else if ((tally->moving & talkers) && sound.hidden) {
		set_state(row, MEDIA_STATE_UNKNOWN, MEDIA_REASON_HIDDEN_STREAMS);
		set_kind(row, tally->moving);
	} else {
		set_state(row, MEDIA_STATE_OTHER, MEDIA_REASON_NONE);
		set_kind(row, tally->moving);
	}
}

static void judge_node(
	const struct media_facts *facts, size_t node, struct sound sound, struct media_row *row)
{
	struct tally tally = tally_of(facts, node);

	if (facts->dark >> node & 1) {
		set_state(row, MEDIA_STATE_OFF, MEDIA_REASON_PRIVACY_SWITCH);
	} else if (tally.moving) {
		judge_moving(row, &tally, sound);
	} else if (tally.hidden) {
		set_state(row, MEDIA_STATE_UNKNOWN, MEDIA_REASON_HIDDEN_STREAMS);
	} else if (tally.holding) {
		set_state(row, MEDIA_STATE_HELD, MEDIA_REASON_NONE);
		set_kind(row, tally.holding);
	} else if (facts->unseen >> node & 1) {
		set_state(row, MEDIA_STATE_UNKNOWN, MEDIA_REASON_UNSEEN_HOLDER);
	} else {
		set_state(row, MEDIA_STATE_IDLE,
			tally.daemon ? MEDIA_REASON_DAEMON : MEDIA_REASON_NONE);
	}
}

void media_join(const struct media_facts *facts, struct media_view *ret_view)
{
	struct sound sound = sound_of(facts);

	ret_view->len = 0;
	ret_view->more = facts->nodes->more;
	for (size_t i = 0; i < facts->nodes->len; i++) {
		struct media_row *row = &ret_view->rows[ret_view->len];

		if (facts->nodes->items[i].device == MEDIA_SPEAKER) {
			continue;
		}
		*row = (struct media_row){.device = facts->nodes->items[i].device};
		judge_node(facts, i, sound, row);
		ret_view->len++;
	}
}

static bool is_open(const struct media_row *row)
{
	return row->state == MEDIA_STATE_HELD || row->state == MEDIA_STATE_OTHER ||
	       row->state == MEDIA_STATE_MEETING;
}

bool media_view_date(
	const struct media_view *former, bool same, int64_t now_ms, struct media_view *view)
{
	bool changed = !same || former->len != view->len || former->more != view->more;

	for (size_t i = 0; i < view->len; i++) {
		struct media_row *row = &view->rows[i];
		const struct media_row *old = same && i < former->len ? &former->rows[i] : NULL;
		bool differs = !old || old->state != row->state || old->reason != row->reason ||
			       old->has_kind != row->has_kind || old->kind != row->kind;

		row->since_ms = old && old->state == row->state ? old->since_ms : now_ms;
		if (is_open(row)) {
			row->open_ms = old && old->open_ms ? old->open_ms : now_ms;
			row->left_ms = row->state == MEDIA_STATE_MEETING ? 0
				       : old && old->left_ms		 ? old->left_ms
									 : now_ms;
		} else if (row->state == MEDIA_STATE_UNKNOWN && old) {
			/* what is not seen for a while does not begin anew */
			row->open_ms = old->open_ms;
			row->left_ms = old->left_ms;
		}
		changed = changed || differs;
	}
	return changed;
}
