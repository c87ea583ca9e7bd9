/* SPDX-License-Identifier: Apache-2.0 */
#include "pipewire.h"

#include "client.h"
#include "graph.h"
#include "str.h"

#include <pipewire/impl-module.h>
#include <pipewire/pipewire.h>
#include <string.h>

#define KEY_APP "pipewire.access.portal.app_id"
/* Turns that the server may take before what is known is told although more keeps coming */
#define ROUNDS_MAX 8
#define BOUND_MAX (GRAPH_NODES_MAX + GRAPH_LINKS_MAX + GRAPH_CLIENTS_MAX)

struct listener {
	struct pw_main_loop *loop;
	struct pw_registry *registry;
	struct pw_core *core;
	struct answer *answer;
	struct graph graph;
	size_t n_bound;
	int awaited; /* sequence of the sync that is under way; 0: none */
	int rounds;
	bool again;
	int error;
};

/* An object of the server whose news we get; the library frees it with its proxy */
struct bound {
	struct listener *listener;
	struct pw_proxy *proxy;
	struct spa_hook proxy_hook, object_hook;
	uint32_t id;
};

static void end(struct listener *listener, int error)
{
	listener->error = listener->error == 0 ? error : listener->error;
	pw_main_loop_quit(listener->loop);
}

/* Tells once the server has sent all that it had: its answer to a sync comes behind it. */
static void touch(struct listener *listener)
{
	if (listener->awaited != 0) {
		listener->again = true;
		return;
	}
	listener->awaited = pw_core_sync(listener->core, PW_ID_CORE, 0);
	if (listener->awaited < 0) {
		end(listener, -EPROTO);
	}
}

static void note(struct listener *listener, int r)
{
	if (r < 0) {
		end(listener, r);
	} else {
		touch(listener);
	}
}

static const char *word(const struct spa_dict *props, const char *key)
{
	return props ? spa_dict_lookup(props, key) : NULL;
}

static void on_node(void *data, const struct pw_node_info *info)
{
	struct bound *bound = data;
	const struct graph_words words = {.media_class = word(info->props, PW_KEY_MEDIA_CLASS),
		.role = word(info->props, PW_KEY_MEDIA_ROLE),
		.api = word(info->props, PW_KEY_DEVICE_API),
		.group = word(info->props, PW_KEY_NODE_LINK_GROUP)};
	struct graph_node node = {.id = bound->id, .client = GRAPH_NONE};
	const char *client = word(info->props, PW_KEY_CLIENT_ID);
	uint64_t n;

	if (!(info->change_mask & PW_NODE_CHANGE_MASK_PROPS)) {
		return;
	}
	if (client && span_u64(span_z(client), &n) == 0 && n < GRAPH_NONE) {
		node.client = (uint32_t)n;
	}
	graph_node_read(&words, &node);
	note(bound->listener, graph_put_node(&bound->listener->graph, node));
}

static void on_link(void *data, const struct pw_link_info *info)
{
	struct bound *bound = data;
	const struct graph_link link = {.id = bound->id,
		.from = info->output_node_id,
		.to = info->input_node_id,
		.active = info->state == PW_LINK_STATE_ACTIVE};

	note(bound->listener, graph_put_link(&bound->listener->graph, link));
}

static void on_client(void *data, const struct pw_client_info *info)
{
	struct bound *bound = data;
	struct listener *listener = bound->listener;
	const char *app = word(info->props, KEY_APP);
	const char *binary = word(info->props, PW_KEY_APP_PROCESS_BINARY);
	const struct client client = {.app = span_z(app ? app : ""),
		.has_app = app != NULL,
		.proven = client_pid(word(info->props, PW_KEY_SEC_PID)),
		.claimed = client_pid(word(info->props, PW_KEY_APP_PROCESS_ID)),
		.binary = span_z(binary ? binary : "")};
	const struct graph_client found = {.id = bound->id,
		.kind = client_kind(&client, listener->answer->proc, listener->answer->uid)};

	if (info->change_mask & PW_CLIENT_CHANGE_MASK_PROPS) {
		note(listener, graph_put_client(&listener->graph, found));
	}
}

static const struct pw_node_events node_events = {PW_VERSION_NODE_EVENTS, .info = on_node};
static const struct pw_link_events link_events = {PW_VERSION_LINK_EVENTS, .info = on_link};
static const struct pw_client_events client_events = {PW_VERSION_CLIENT_EVENTS, .info = on_client};

static void on_removed(void *data)
{
	struct bound *bound = data;

	pw_proxy_destroy(bound->proxy);
}

static void on_destroy(void *data)
{
	struct bound *bound = data;

	spa_hook_remove(&bound->proxy_hook);
	spa_hook_remove(&bound->object_hook);
	bound->listener->n_bound--;
}

static const struct pw_proxy_events proxy_events = {
	PW_VERSION_PROXY_EVENTS, .removed = on_removed, .destroy = on_destroy};

static void on_global(void *data, uint32_t id, uint32_t permissions, const char *type,
	uint32_t version, const struct spa_dict *props)
{
	static const struct {
		const char *type;
		uint32_t version;
		const void *events;
	} rows[] = {
		{PW_TYPE_INTERFACE_Client, PW_VERSION_CLIENT, &client_events},
		{PW_TYPE_INTERFACE_Link, PW_VERSION_LINK, &link_events},
		{PW_TYPE_INTERFACE_Node, PW_VERSION_NODE, &node_events},
	};
	struct listener *listener = data;
	struct pw_proxy *proxy;
	struct bound *bound;
	size_t i = 0;

	(void)permissions;
	(void)version;
	(void)props;
	while (i < SPA_N_ELEMENTS(rows) && strcmp(rows[i].type, type) != 0) {
		i++;
	}
	if (i == SPA_N_ELEMENTS(rows)) {
		return;
	}
	if (listener->n_bound == BOUND_MAX) {
		end(listener, -EPROTO);
		return;
	}
	proxy = pw_registry_bind(
		listener->registry, id, rows[i].type, rows[i].version, sizeof(*bound));
	if (!proxy) {
		end(listener, -errno);
		return;
	}
	bound = pw_proxy_get_user_data(proxy);
	*bound = (struct bound){.listener = listener, .proxy = proxy, .id = id};
	listener->n_bound++;
	pw_proxy_add_listener(proxy, &bound->proxy_hook, &proxy_events, bound);
	pw_proxy_add_object_listener(proxy, &bound->object_hook, rows[i].events, bound);
	touch(listener);
}

static void on_global_remove(void *data, uint32_t id)
{
	struct listener *listener = data;

	graph_remove(&listener->graph, id);
	touch(listener);
}

static const struct pw_registry_events registry_events = {
	PW_VERSION_REGISTRY_EVENTS, .global = on_global, .global_remove = on_global_remove};

static void on_done(void *data, uint32_t id, int seq)
{
	struct listener *listener = data;
	struct media_heard heard;
	int r;

	if (id != PW_ID_CORE || seq != listener->awaited) {
		return;
	}
	listener->awaited = 0;
	listener->rounds++;
	if (listener->again && listener->rounds < ROUNDS_MAX) {
		listener->again = false;
		touch(listener);
		return;
	}
	listener->rounds = 0;
	if (!graph_judge(&listener->graph, &heard)) {
		end(listener, -EPROTO);
		return;
	}
	r = answer_tell(listener->answer, &heard);
	if (r < 0) {
		end(listener, r == -EPIPE ? 0 : r);
	} else if (listener->again) {
		listener->again = false;
		touch(listener);
	}
}

static void on_error(void *data, uint32_t id, int seq, int res, const char *message)
{
	struct listener *listener = data;

	(void)seq;
	(void)message;
	/* of an object that is gone already it is none of ours */
	if (id == PW_ID_CORE) {
		end(listener, res == -EPIPE ? 0 : res);
	}
}

static const struct pw_core_events core_events = {
	PW_VERSION_CORE_EVENTS, .done = on_done, .error = on_error};

/* Whoever listens to us is gone: nothing else would tell before the next answer. */
static void on_output(void *data, int fd, uint32_t mask)
{
	(void)fd;
	(void)mask;
	end(data, 0);
}

static int follow(struct listener *listener)
{
	struct pw_loop *loop = pw_main_loop_get_loop(listener->loop);
	struct spa_hook core_hook, registry_hook;

	listener->registry = pw_core_get_registry(listener->core, PW_VERSION_REGISTRY, 0);
	if (!listener->registry || !pw_loop_add_io(loop, STDOUT_FILENO, SPA_IO_ERR | SPA_IO_HUP,
					   false, on_output, listener)) {
		return -errno;
	}
	spa_zero(core_hook);
	spa_zero(registry_hook);
	pw_core_add_listener(listener->core, &core_hook, &core_events, listener);
	pw_registry_add_listener(listener->registry, &registry_hook, &registry_events, listener);
	touch(listener);
	if (listener->error == 0) {
		(void)pw_main_loop_run(listener->loop);
	}
	spa_hook_remove(&registry_hook);
	spa_hook_remove(&core_hook);
	return listener->error;
}

/* No configuration is read: what a client needs is its protocol, and nothing of what plays. */
static struct pw_context *make_context(struct pw_loop *loop)
{
	struct pw_context *context = pw_context_new(loop,
		pw_properties_new(PW_KEY_CONFIG_NAME, "null", "support.dbus", "false", NULL), 0);

	if (context && !pw_context_load_module(
			       context, "libpipewire-module-protocol-native", NULL, NULL)) {
		pw_context_destroy(context);
		return NULL;
	}
	return context;
}

int pipewire_listen(int fd, struct answer *answer)
{
	struct listener listener = {.answer = answer};
	struct pw_context *context = NULL;
	int r = -ENOMEM;

	pw_init(NULL, NULL);
	pw_log_set_level(SPA_LOG_LEVEL_NONE);
	listener.loop = pw_main_loop_new(NULL);
	if (listener.loop) {
		context = make_context(pw_main_loop_get_loop(listener.loop));
	}
	if (context) {
		listener.core = pw_context_connect_fd(context, TAKE_FD(fd), NULL, 0);
		r = listener.core ? follow(&listener) : -errno;
	}
	fd_close(&fd);
	if (listener.core) {
		(void)pw_core_disconnect(listener.core);
	}
	if (context) {
		pw_context_destroy(context);
	}
	if (listener.loop) {
		pw_main_loop_destroy(listener.loop);
	}
	graph_finish(&listener.graph);
	pw_deinit();
	return r;
}
