/* SPDX-License-Identifier: Apache-2.0 */
/*
 * From what the kernel shows of the nodes, and what each person's sound server says of its streams,
 * to one state for each device. Pure.
 */
#pragma once

#include "media-view.h"

#define MEDIA_USES_MAX 256
#define MEDIA_STREAMS_MAX 64

/* One process and one node */
struct media_use {
	pid_t pid;
	uid_t uid;
	uint16_t node;
	uint16_t opens;
	enum media_kind kind;
	bool moves;   /* the node's memory is mapped; a substream is running */
	bool guessed; /* uid and kind are those of a while ago */
};

/* Behind the media daemons of one person: bits 1 << kind. Told by that person's worker. */
struct media_streams {
	uid_t uid;
	bool sound_heard, video_heard; /* the server of these answers */
	unsigned captures, plays, films;
};

struct media_facts {
	const struct media_nodes *nodes;
	const struct media_use *uses;
	size_t n_uses;
	const struct media_streams *streams;
	size_t n_streams;
	uint64_t dark;	 /* nodes (bits) whose own switch keeps them dark */
	uint64_t unseen; /* nodes that somebody has open whom nothing finds */
};

/* States, reasons and kinds; the times are media_view_date's. */
void media_join(const struct media_facts *facts, struct media_view *ret_view);
/*
 * Carries the times of the former view over, which may be of other devices when same is false.
 * True when anything but a time is another.
 */
bool media_view_date(
	const struct media_view *former, bool same, int64_t now_ms, struct media_view *view);
