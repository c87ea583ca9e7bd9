/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A sound server's graph to kinds of programs. What is right are the rules of graph.h and client.h,
 * case by case; tests/netns/streams.py holds the same against the real servers.
 */
#include "client.h"
#include "graph.h"
#include "str.h"
#include "unit.h"

#include <fcntl.h>
#include <string.h>

#define B(kind) (1U << MEDIA_KIND_##kind)

enum { ZOOM = 1, BROWSER, SERVER };
enum { MIC = 10, SINK, CAMERA, SCREEN, STREAM, PLAY, FILTER_IN, FILTER_OUT };

static void put_node(struct graph *graph, uint32_t id, uint32_t client, const char *class,
	const char *role, const char *group)
{
	const struct graph_words words = {.media_class = class, .role = role, .group = group};
	struct graph_node node = {.id = id, .client = client};

	graph_node_read(&words, &node);
	assert_int_equal(graph_put_node(graph, node), 0);
}

static void put_link(struct graph *graph, uint32_t id, uint32_t from, uint32_t to, bool active)
{
	const struct graph_link link = {id, from, to, active};

	assert_int_equal(graph_put_link(graph, link), 0);
}

static void set_up(struct graph *graph)
{
	static const struct graph_client clients[] = {{ZOOM, MEDIA_KIND_CONFERENCING},
		{BROWSER, MEDIA_KIND_BROWSER}, {SERVER, MEDIA_KIND_DAEMON}};

	for (size_t i = 0; i < ARRAY_LEN(clients); i++) {
		assert_int_equal(graph_put_client(graph, clients[i]), 0);
	}
	put_node(graph, MIC, GRAPH_NONE, "Audio/Source", NULL, NULL);
	put_node(graph, SINK, GRAPH_NONE, "Audio/Sink", NULL, NULL);
	put_node(graph, CAMERA, GRAPH_NONE, "Video/Source", "Camera", NULL);
	put_node(graph, SCREEN, GRAPH_NONE, "Video/Source", NULL, NULL);
	put_node(graph, STREAM, ZOOM, "Stream/Input/Audio", NULL, NULL);
	put_node(graph, PLAY, BROWSER, "Stream/Output/Audio", NULL, NULL);
	put_node(graph, FILTER_IN, SERVER, "Stream/Input/Audio", NULL, "filter-1");
}

static void judge(struct graph *graph, unsigned captures, unsigned plays, unsigned films)
{
	struct media_heard heard;

	assert_true(graph_judge(graph, &heard));
	assert_true(media_heard_valid(&heard));
	assert_int_equal(heard.captures, captures);
	assert_int_equal(heard.plays, plays);
	assert_int_equal(heard.films, films);
}

static void links_that_run_alone_are_use(void **state)
{
	struct graph graph = {.overrun = false};

	(void)state;
	set_up(&graph);
	judge(&graph, 0, 0, 0);
	put_link(&graph, 100, MIC, STREAM, false);
	judge(&graph, 0, 0, 0);
	put_link(&graph, 100, MIC, STREAM, true);
	judge(&graph, B(CONFERENCING), 0, 0);
	put_link(&graph, 101, PLAY, SINK, true);
	judge(&graph, B(CONFERENCING), B(BROWSER), 0);
	graph_remove(&graph, 100);
	put_link(&graph, 102, SINK, STREAM, true); /* a monitor */
	judge(&graph, 0, B(BROWSER), 0);
	put_link(&graph, 103, CAMERA, PLAY, true);
	put_link(&graph, 104, SCREEN, STREAM, true);
	judge(&graph, 0, B(BROWSER), B(BROWSER));
	put_link(&graph, 105, 9999, STREAM, true); /* of nobody */
	judge(&graph, 0, B(BROWSER), B(BROWSER));
	graph_finish(&graph);
}

static void filters_pass_on(void **state)
{
	struct graph graph = {.overrun = false};

	(void)state;
	set_up(&graph);
	/* the server's own loopback to the loudspeakers */
	put_link(&graph, 100, MIC, FILTER_IN, true);
	judge(&graph, B(OTHER), 0, 0);
	/* a source that it makes of the microphone: whoever listens there */
	put_node(&graph, FILTER_OUT, SERVER, "Audio/Source", NULL, "filter-1");
	judge(&graph, 0, 0, 0);
	put_link(&graph, 101, FILTER_OUT, STREAM, true);
	judge(&graph, B(CONFERENCING), 0, 0);
	/* one that it makes of what is played */
	put_link(&graph, 100, SINK, FILTER_IN, true);
	judge(&graph, 0, 0, 0);
	graph_finish(&graph);
}

static void more_than_fits_is_not_known(void **state)
{
	struct graph graph = {.overrun = false};
	struct media_heard heard;

	(void)state;
	for (uint32_t i = 0; i <= GRAPH_NODES_MAX; i++) {
		put_node(&graph, i, GRAPH_NONE, "Audio/Source", NULL, NULL);
	}
	assert_false(graph_judge(&graph, &heard));
	graph_finish(&graph);
}

static void who_is_behind_a_client(void **state)
{
	int proc = open("/proc", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	struct client client = {.app = span_z("us.zoom.Zoom"), .has_app = true};

	(void)state;
	assert_true(proc >= 0);
	/* what the portal says of a sandbox goes before all */
	assert_int_equal(client_kind(&client, proc, getuid()), MEDIA_KIND_CONFERENCING);
	/* what the kernel proves goes before what is claimed: this test is none of them */
	client = (struct client){.app = span_z(""), .proven = getpid(), .binary = span_z("zoom")};
	assert_int_equal(client_kind(&client, proc, getuid()), MEDIA_KIND_OTHER);
	/* a number that is somebody else's proves nothing of this user's */
	assert_int_equal(client_kind(&client, proc, getuid() + 1), MEDIA_KIND_CONFERENCING);
	/* handed on by the portal, whose process it is: the claim is all there is */
	client.has_app = true;
	assert_int_equal(client_kind(&client, proc, getuid()), MEDIA_KIND_CONFERENCING);
	/* nobody is a daemon by a claim */
	client = (struct client){.app = span_z(""), .binary = span_z("pipewire")};
	assert_int_equal(client_kind(&client, proc, getuid()), MEDIA_KIND_OTHER);
	assert_int_equal(client_pid("12"), 12);
	assert_int_equal(client_pid("-1"), 0);
	assert_int_equal(client_pid("4294967296"), 0);
	assert_int_equal(client_pid(NULL), 0);
	fd_close(&proc);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(links_that_run_alone_are_use),
		cmocka_unit_test(filters_pass_on),
		cmocka_unit_test(more_than_fits_is_not_known),
		cmocka_unit_test(who_is_behind_a_client),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
