/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a hostile sound server can make of the graph: each line is one thing that it says. "n ID
 * CLIENT CLASS ROLE API GROUP", "l ID FROM TO", "i ID FROM TO" (not active), "c ID KIND", "r ID",
 * "p PID".
 */
#include "client.h"
#include "fuzz.h"
#include "graph.h"
#include "str.h"

#include <stdio.h>
#include <string.h>

#define WORD_MAX 64
#define WORDS 7

static uint32_t number(const char *word)
{
	uint64_t n;

	return span_u64(span_z(word), &n) == 0 ? (uint32_t)n : GRAPH_NONE;
}

static void take(struct graph *graph, char words[WORDS][WORD_MAX])
{
	const struct graph_words said = {.media_class = words[3],
		.role = words[4],
		.api = words[5],
		.group = words[6][0] ? words[6] : NULL};
	struct graph_node node = {.id = number(words[1]), .client = number(words[2])};
	const struct graph_link link = {.id = number(words[1]),
		.from = number(words[2]),
		.to = number(words[3]),
		.active = words[0][0] == 'l'};
	const struct graph_client client = {.id = number(words[1]),
		.kind = (enum media_kind)(number(words[2]) % MEDIA_KIND_COUNT)};

	switch (words[0][0]) {
	case 'n':
		graph_node_read(&said, &node);
		FUZZ_TRY(graph_put_node(graph, node));
		break;
	case 'l':
	case 'i':
		FUZZ_TRY(graph_put_link(graph, link));
		break;
	case 'c':
		FUZZ_TRY(graph_put_client(graph, client));
		break;
	case 'r':
		graph_remove(graph, number(words[1]));
		break;
	case 'p':
		FUZZ_REQUIRE(client_pid(words[1]) >= 0);
		break;
	default:
		break;
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct span text = {(const char *)data, size}, line, word;
	struct media_heard heard;
	struct graph graph = {.overrun = false};

	while (span_next(&text, '\n', &line)) {
		char words[WORDS][WORD_MAX] = {{'\0'}};

		for (size_t i = 0; i < WORDS && span_next(&line, ' ', &word); i++) {
			size_t len = word.len < WORD_MAX - 1 ? word.len : WORD_MAX - 1;

			memcpy(words[i], word.p, len);
		}
		take(&graph, words);
	}
	if (graph_judge(&graph, &heard)) {
		FUZZ_REQUIRE(media_heard_valid(&heard));
	}
	graph_finish(&graph);
	return 0;
}
