/* SPDX-License-Identifier: Apache-2.0 */
#include "pulse.h"

#include "client.h"
#include "confine.h"
#include "graph.h"
#include "str.h"

#include <pulse/pulseaudio.h>
#include <stdio.h>

/* PulseAudio counts each kind of object by itself, and the graph knows one number for all. */
enum space {
	SPACE_SOURCE,
	SPACE_SINK,
	SPACE_OUTPUT,
	SPACE_INPUT,
	SPACE_OUTPUT_LINK,
	SPACE_INPUT_LINK,
	SPACE_CLIENT,
	SPACE_COUNT,
};
#define INDEX_MAX (UINT32_MAX / SPACE_COUNT - 1)

struct listener {
	pa_mainloop *loop;
	pa_context *context;
	struct answer *answer;
	struct graph graph;
	bool looking, again;
	int error;
};

static void end(struct listener *listener, int error)
{
	listener->error = listener->error == 0 ? error : listener->error;
	pa_mainloop_quit(listener->loop, 0);
}

static void note(struct listener *listener, int r)
{
	if (r < 0) {
		end(listener, r);
	}
}

static uint32_t id_of(enum space space, uint32_t index)
{
	return index > INDEX_MAX ? GRAPH_NONE : index * SPACE_COUNT + space;
}

/* What one module makes belongs together, as a filter's two ends. */
static uint64_t group_of(uint32_t module)
{
	return module == PA_INVALID_INDEX ? 0 : (uint64_t)module + 1;
}

static void on_source(pa_context *context, const pa_source_info *info, int eol, void *data)
{
	struct listener *listener = data;
	struct graph_node node = {.client = GRAPH_NONE};

	(void)context;
	if (eol) {
		return;
	}
	if (info->state == PA_SOURCE_SUSPENDED) {
		return; /* what hangs on it leads from nowhere */
	}
	node.id = id_of(SPACE_SOURCE, info->index);
	node.gives_sound = info->monitor_of_sink == PA_INVALID_INDEX;
	node.takes_sound = !node.gives_sound;
	node.group = group_of(info->owner_module);
	note(listener, graph_put_node(&listener->graph, node));
}

static void on_sink(pa_context *context, const pa_sink_info *info, int eol, void *data)
{
	struct listener *listener = data;
	struct graph_node node = {.client = GRAPH_NONE, .takes_sound = true};

	(void)context;
	if (!eol && info->state != PA_SINK_SUSPENDED) {
		node.id = id_of(SPACE_SINK, info->index);
		note(listener, graph_put_node(&listener->graph, node));
	}
}

static void put_stream(
	struct listener *listener, struct graph_node node, const struct graph_link *link)
{
	int r = graph_put_node(&listener->graph, node);

	note(listener, r < 0 ? r : graph_put_link(&listener->graph, *link));
}

static void on_output(pa_context *context, const pa_source_output_info *info, int eol, void *data)
{
	struct graph_node node = {.client = GRAPH_NONE};
	struct graph_link link;

	(void)context;
	if (eol) {
		return;
	}
	node.id = id_of(SPACE_OUTPUT, info->index);
	node.client = id_of(SPACE_CLIENT, info->client);
	node.group = group_of(info->owner_module);
	link = (struct graph_link){.id = id_of(SPACE_OUTPUT_LINK, info->index),
		.from = id_of(SPACE_SOURCE, info->source),
		.to = node.id,
		.active = !info->corked};
	put_stream(data, node, &link);
}

static void on_input(pa_context *context, const pa_sink_input_info *info, int eol, void *data)
{
	struct graph_node node = {.client = GRAPH_NONE};
	struct graph_link link;

	(void)context;
	if (eol) {
		return;
	}
	node.id = id_of(SPACE_INPUT, info->index);
	node.client = id_of(SPACE_CLIENT, info->client);
	link = (struct graph_link){.id = id_of(SPACE_INPUT_LINK, info->index),
		.from = node.id,
		.to = id_of(SPACE_SINK, info->sink),
		.active = !info->corked};
	put_stream(data, node, &link);
}

static void look(struct listener *listener);

static void conclude(struct listener *listener)
{
	struct media_heard heard;
	int r = graph_judge(&listener->graph, &heard) ? 0 : -EPROTO;

	graph_finish(&listener->graph);
	listener->looking = false;
	r = r < 0 ? r : answer_tell(listener->answer, &heard);
	if (r < 0) {
		end(listener, r == -EPIPE ? 0 : r);
	} else if (listener->again) {
		look(listener);
	}
}

static void on_client(pa_context *context, const pa_client_info *info, int eol, void *data)
{
	struct listener *listener = data;
	struct client client = {.app = {"", 0}};
	struct graph_client found;
	const char *binary;

	(void)context;
	if (eol < 0) {
		end(listener, -EPROTO);
		return;
	}
	if (eol > 0) {
		conclude(listener);
		return;
	}
	binary = pa_proplist_gets(info->proplist, PA_PROP_APPLICATION_PROCESS_BINARY);
	client.binary = span_z(binary ? binary : "");
	client.claimed =
		client_pid(pa_proplist_gets(info->proplist, PA_PROP_APPLICATION_PROCESS_ID));
	found = (struct graph_client){.id = id_of(SPACE_CLIENT, info->index),
		.kind = client_kind(&client, listener->answer->proc, listener->answer->uid)};
	note(listener, graph_put_client(&listener->graph, found));
}

/* The server answers in the order in which it was asked, clients last. */
static void look(struct listener *listener)
{
	pa_context *context = listener->context;
	pa_operation *asked[5];

	if (listener->looking) {
		listener->again = true;
		return;
	}
	listener->looking = true;
	listener->again = false;
	asked[0] = pa_context_get_source_info_list(context, on_source, listener);
	asked[1] = pa_context_get_sink_info_list(context, on_sink, listener);
	asked[2] = pa_context_get_source_output_info_list(context, on_output, listener);
	asked[3] = pa_context_get_sink_input_info_list(context, on_input, listener);
	asked[4] = pa_context_get_client_info_list(context, on_client, listener);
	for (size_t i = 0; i < ARRAY_LEN(asked); i++) {
		if (!asked[i]) {
			end(listener, -EPROTO);
			continue;
		}
		pa_operation_unref(asked[i]);
	}
}

static void on_event(
	pa_context *context, pa_subscription_event_type_t type, uint32_t index, void *data)
{
	(void)context;
	(void)type;
	(void)index;
	look(data);
}

static void begin(struct listener *listener)
{
	pa_operation *subscribed;

	pa_context_set_subscribe_callback(listener->context, on_event, listener);
	subscribed = pa_context_subscribe(listener->context,
		PA_SUBSCRIPTION_MASK_SOURCE | PA_SUBSCRIPTION_MASK_SINK |
			PA_SUBSCRIPTION_MASK_SOURCE_OUTPUT | PA_SUBSCRIPTION_MASK_SINK_INPUT |
			PA_SUBSCRIPTION_MASK_CLIENT,
		NULL, NULL);
	if (!subscribed) {
		end(listener, -EPROTO);
		return;
	}
	pa_operation_unref(subscribed);
	look(listener);
}

static void on_state(pa_context *context, void *data)
{
	pa_context_state_t state = pa_context_get_state(context);

	if (state == PA_CONTEXT_READY) {
		note(data, confine_connected());
		begin(data);
	} else if (state == PA_CONTEXT_FAILED) {
		end(data, pa_context_errno(context) == PA_ERR_CONNECTIONTERMINATED ? 0 : -EPROTO);
	} else if (state == PA_CONTEXT_TERMINATED) {
		end(data, 0);
	}
}

/* Whoever listens to us is gone: nothing else would tell before the next answer. */
static void on_stdout(
	pa_mainloop_api *api, pa_io_event *event, int fd, pa_io_event_flags_t flags, void *data)
{
	(void)fd;
	(void)flags;
	api->io_free(event);
	end(data, 0);
}

static int follow(struct listener *listener, const char *server)
{
	pa_mainloop_api *api = pa_mainloop_get_api(listener->loop);

	listener->context = pa_context_new(api, "caretaker");
	if (!listener->context ||
		!api->io_new(api, STDOUT_FILENO, PA_IO_EVENT_HANGUP | PA_IO_EVENT_ERROR, on_stdout,
			listener)) {
		return -ENOMEM;
	}
	pa_context_set_state_callback(listener->context, on_state, listener);
	if (pa_context_connect(listener->context, server, PA_CONTEXT_NOAUTOSPAWN, NULL) < 0) {
		return -ECONNREFUSED;
	}
	(void)pa_mainloop_run(listener->loop, NULL);
	return listener->error;
}

int pulse_listen(const char *runtime, struct answer *answer)
{
	struct listener listener = {.answer = answer};
	char server[256];
	int n = snprintf(server, sizeof(server), "unix:%s/pulse/native", runtime);
	int r;

	if (n < 0 || (size_t)n >= sizeof(server)) {
		return -ENAMETOOLONG;
	}
	listener.loop = pa_mainloop_new();
	if (!listener.loop) {
		return -ENOMEM;
	}
	r = follow(&listener, server);
	if (listener.context) {
		pa_context_set_state_callback(listener.context, NULL, NULL);
		pa_context_disconnect(listener.context);
		pa_context_unref(listener.context);
	}
	pa_mainloop_free(listener.loop);
	graph_finish(&listener.graph);
	return r;
}
