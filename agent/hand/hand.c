/* SPDX-License-Identifier: Apache-2.0 */
#include "hand.h"

#include "serve.h"

struct hand {
	struct hand_config config;
	struct serve *serve;
};

void hand_free(struct hand *hand)
{
	if (hand) {
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

int hand_new(struct loop *loop, const struct hand_config *config, struct hand **ret_hand)
{
	cleanup(hand_free_p) struct hand *hand = calloc(1, sizeof(*hand));
	const struct serve_setup setup = {
		.loop = loop,
		.listener = config->listener,
		.idle_ms = config->idle_ms,
		.party = IPC_HAND,
		.answer = on_message,
		.data = hand,
	};
	int r;

	if (!hand) {
		return -ENOMEM;
	}
	hand->config = *config;
	r = serve_new(&setup, &hand->serve);
	if (r == 0) {
		*ret_hand = TAKE_PTR(hand);
	}
	return r;
}
