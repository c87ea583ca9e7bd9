/* SPDX-License-Identifier: Apache-2.0 */
#include "hand.h"

#include "serve.h"

#include <sys/epoll.h>

struct hand {
	struct hand_config config;
	struct serve *serve;
	struct loop_source *mounts;
	bool succeeded; /* a fresh process is to take this one's place */
};

void hand_free(struct hand *hand)
{
	if (hand) {
		loop_source_free(hand->mounts);
		serve_free(hand->serve);
		free(hand);
	}
}

void hand_free_p(struct hand **hand)
{
	hand_free(*hand);
}

static int on_message(void *data, enum ipc_type type, struct json_object *body,
	enum ipc_type *ret_type, struct json_object **ret_body)
{
	const struct hand *hand = data;
	unsigned answer;
	int r = hand_answer(&hand->config, (unsigned)type, body, &answer, ret_body);

	if (r == 0) {
		*ret_type = (enum ipc_type)answer;
	}
	return r;
}

static bool has_outlived(void *data)
{
	const struct hand *hand = data;

	return hand->config.surroundings && surroundings_changed(hand->config.surroundings);
}

static bool stays(void *data)
{
	struct hand *hand = data;

	if (!hand_keeps(&hand->config)) {
		return false;
	}
	hand->succeeded = has_outlived(hand);
	return !hand->succeeded;
}

bool hand_wants_successor(const struct hand *hand)
{
	return hand->succeeded;
}

/* Mounts come and go in groups: the last of them starts the wait anew. */
static int on_mounts(struct loop_source *source, uint32_t events, void *data)
{
	const struct hand *hand = data;

	(void)source;
	(void)events;
	return serve_reconsider(hand->serve);
}

int hand_new(struct loop *loop, const struct hand_config *config, struct hand **ret_hand)
{
	cleanup(hand_free_p) struct hand *hand = calloc(1, sizeof(*hand));
	const struct serve_setup setup = {
		.loop = loop,
		.listener = config->listener,
		.idle_ms = config->idle_ms,
		.party = IPC_HAND,
		.answer = on_message,
		.stays = stays,
		.outlived = has_outlived,
		.data = hand,
	};
	int r;

	if (!hand) {
		return -ENOMEM;
	}
	hand->config = *config;
	r = serve_new(&setup, &hand->serve);
	if (r == 0 && config->surroundings) {
		r = loop_add_fd(loop, config->surroundings->mounts, EPOLLPRI, on_mounts, hand,
			&hand->mounts);
	}
	if (r == 0) {
		*ret_hand = TAKE_PTR(hand);
	}
	return r;
}
