/* SPDX-License-Identifier: Apache-2.0 */
/*
 * PipeWire's graph, as far as it tells for whom sound and pictures come in: nodes, the links
 * between them, and the clients to whom nodes belong. Knows nothing of the library; pure, and
 * hostile input is bounded here.
 *
 * A client listens when an active link leads from a source of sound (media.class Audio/Source,
 * Audio/Source/Virtual, Audio/Duplex) to a node of it. What a sink plays is no microphone: its
 * monitor's links lead from an Audio/Sink. A link that is not active (a stream that is corked, a
 * source that is suspended) carries nothing, so it is no use. A stream that is muted counts:
 * the source runs, and whoever muted it may have it back at any moment.
 * A filter's own stream (echo-cancel, loopback, filter-chain; node.link-group) is no use of the
 * source when the other end of that filter is a source by itself: whoever listens there is told.
 */
#pragma once

#include "media-heard.h"
#include "vec.h"

#define GRAPH_NODES_MAX 1024
#define GRAPH_LINKS_MAX 4096
#define GRAPH_CLIENTS_MAX 1024
#define GRAPH_NONE UINT32_MAX /* PW_ID_ANY */

struct graph_node {
	uint32_t id;
	uint32_t client;   /* GRAPH_NONE: the server's own */
	uint64_t group;	   /* 0: none; of node.link-group, as graph_group has it */
	bool gives_sound;  /* a microphone, or what stands for one */
	bool takes_sound;  /* a loudspeaker, likewise */
	bool gives_frames; /* a camera */
};
struct graph_link {
	uint32_t id;
	uint32_t from, to; /* nodes */
	bool active;
};
struct graph_client {
	uint32_t id;
	enum media_kind kind;
};

struct graph {
	VEC(struct graph_node) nodes;
	VEC(struct graph_link) links;
	VEC(struct graph_client) clients;
	bool overrun; /* there was more than fits: what is told would not be all */
};

void graph_finish(struct graph *graph);
/* Each replaces what had this id. -ENOMEM */
must_check int graph_put_node(struct graph *graph, struct graph_node node);
must_check int graph_put_link(struct graph *graph, struct graph_link link);
must_check int graph_put_client(struct graph *graph, struct graph_client client);
/* Whatever has it; none is fine. */
void graph_remove(struct graph *graph, uint32_t id);

/* From the words that PipeWire gives a node; each may be NULL. */
struct graph_words {
	const char *media_class, *role, *api, *group;
};
void graph_node_read(const struct graph_words *words, struct graph_node *node);

/* False where it overran: nothing is known then. */
bool graph_judge(const struct graph *graph, struct media_heard *ret_heard);
