/* SPDX-License-Identifier: Apache-2.0 */
#include "graph.h"

#include "str.h"

#include <string.h>

void graph_finish(struct graph *graph)
{
	vec_free(&graph->nodes);
	vec_free(&graph->links);
	vec_free(&graph->clients);
	graph->overrun = false;
}

/* Every kind of item begins with its id. */
static void *find(void *items, size_t len, size_t size, uint32_t id)
{
	for (size_t i = 0; i < len; i++) {
		unsigned char *item = (unsigned char *)items + i * size;

		if (memcmp(item, &id, sizeof(id)) == 0) {
			return item;
		}
	}
	return NULL;
}

#define FIND(v, id) ((__typeof__((v)->items))find((v)->items, (v)->len, sizeof(*(v)->items), (id)))

static int settle(struct graph *graph, int r)
{
	graph->overrun = graph->overrun || r == -ENOSPC;
	return r == -ENOSPC ? 0 : r;
}

int graph_put_node(struct graph *graph, struct graph_node node)
{
	struct graph_node *old = FIND(&graph->nodes, node.id);

	if (old) {
		*old = node;
		return 0;
	}
	return settle(graph, vec_push(&graph->nodes, node, GRAPH_NODES_MAX));
}

int graph_put_link(struct graph *graph, struct graph_link link)
{
	struct graph_link *old = FIND(&graph->links, link.id);

	if (old) {
		*old = link;
		return 0;
	}
	return settle(graph, vec_push(&graph->links, link, GRAPH_LINKS_MAX));
}

int graph_put_client(struct graph *graph, struct graph_client client)
{
	struct graph_client *old = FIND(&graph->clients, client.id);

	if (old) {
		*old = client;
		return 0;
	}
	return settle(graph, vec_push(&graph->clients, client, GRAPH_CLIENTS_MAX));
}

void graph_remove(struct graph *graph, uint32_t id)
{
	struct graph_node *node = FIND(&graph->nodes, id);
	struct graph_link *link = FIND(&graph->links, id);
	struct graph_client *client = FIND(&graph->clients, id);

	if (node) {
		*node = graph->nodes.items[--graph->nodes.len];
	}
	if (link) {
		*link = graph->links.items[--graph->links.len];
	}
	if (client) {
		*client = graph->clients.items[--graph->clients.len];
	}
}

/* FNV-1a: two filters are told apart, and no more is asked of it */
static uint64_t group_of(const char *text)
{
	uint64_t hash = 14695981039346656037U;

	for (; *text; text++) {
		hash = (hash ^ (unsigned char)*text) * 1099511628211U;
	}
	return hash == 0 ? 1 : hash;
}

static bool is(const char *text, const char *word)
{
	return text && strcmp(text, word) == 0;
}

void graph_node_read(const struct graph_words *words, struct graph_node *node)
{
	struct span class = words->media_class ? span_z(words->media_class) : (struct span){"", 0};
	bool duplex = span_eq(class, "Audio/Duplex");

	node->gives_sound = duplex || span_starts(class, "Audio/Source");
	node->takes_sound = duplex || span_eq(class, "Audio/Sink");
	/* what a desktop shows of its screen is a Video/Source as well */
	node->gives_frames = span_starts(class, "Video/Source") &&
			     (is(words->role, "Camera") || is(words->api, "v4l2") ||
				     is(words->api, "libcamera"));
	node->group = words->group && words->group[0] ? group_of(words->group) : 0;
}

static enum media_kind kind_of(const struct graph *graph, const struct graph_node *node)
{
	const struct graph_client *client = FIND(&graph->clients, node->client);

	return client ? client->kind : MEDIA_KIND_DAEMON;
}

static bool is_passed_on(const struct graph *graph, const struct graph_node *node)
{
	vec_for_each (other, &graph->nodes) {
		if (node->group != 0 && other->group == node->group && other->gives_sound) {
			return true;
		}
	}
	return false;
}

/* A filter that makes a source of what a loudspeaker plays makes no microphone of it. */
static bool gives_sound(const struct graph *graph, const struct graph_node *node)
{
	if (!node->gives_sound || node->group == 0) {
		return node->gives_sound;
	}
	vec_for_each (link, &graph->links) {
		const struct graph_node *to = FIND(&graph->nodes, link->to);
		const struct graph_node *from = FIND(&graph->nodes, link->from);

		if (from && to && to->group == node->group && from->takes_sound &&
			!from->gives_sound) {
			return false;
		}
	}
	return true;
}

static void take_link(
	const struct graph *graph, const struct graph_link *link, struct media_heard *heard)
{
	const struct graph_node *from = FIND(&graph->nodes, link->from);
	const struct graph_node *to = FIND(&graph->nodes, link->to);
	enum media_kind kind;
	bool sound;

	if (!from || !to) {
		return;
	}
	sound = gives_sound(graph, from);
	if ((sound || from->gives_frames) && !is_passed_on(graph, to)) {
		/* the server's own, as a loopback to the loudspeakers: used, and by no known kind
		 */
		kind = kind_of(graph, to) == MEDIA_KIND_DAEMON ? MEDIA_KIND_OTHER
							       : kind_of(graph, to);
		heard->captures |= sound ? (uint8_t)(1U << kind) : 0;
		heard->films |= from->gives_frames ? (uint8_t)(1U << kind) : 0;
	}
	kind = kind_of(graph, from);
	if (to->takes_sound && kind != MEDIA_KIND_DAEMON) {
		heard->plays |= (uint8_t)(1U << kind);
	}
}

bool graph_judge(const struct graph *graph, struct media_heard *ret_heard)
{
	struct media_heard heard = {.format = MEDIA_HEARD_FORMAT};

	if (graph->overrun) {
		return false;
	}
	vec_for_each (link, &graph->links) {
		if (link->active) {
			take_link(graph, link, &heard);
		}
	}
	*ret_heard = heard;
	return true;
}
