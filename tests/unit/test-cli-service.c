/* SPDX-License-Identifier: Apache-2.0 */
#include "unit.h"

#include "clock.h"
#include "ipc.h"
#include "service.h"

#include <sys/socket.h>

#define SHORT_MS 50
#define LONG_MS 60000 /* never reached */

struct pair {
	int ours;
	int theirs;
};

static void pair_make(struct pair *pair)
{
	int fds[2];

	assert_int_equal(socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, fds), 0);
	*pair = (struct pair){fds[0], fds[1]};
}

static void pair_close(struct pair *pair)
{
	fd_close(&pair->ours);
	fd_close(&pair->theirs);
}

static void say(int fd, enum ipc_type type, const char *text)
{
	cleanup(json_put) struct json_object *body = NULL;

	assert_int_equal(json_parse(span_z(text), &body, NULL), 0);
	assert_int_equal(ipc_send(fd, type, body), 0);
}

static void count_progress(const char *step, int64_t done, int64_t of, void *data)
{
	unsigned *n = data;

	assert_string_equal(step, "x");
	assert_int_equal(done, 1);
	assert_int_equal(of, 2);
	(*n)++;
}

static int ask(
	struct pair *pair, int64_t timeout_ms, unsigned *progress, struct json_object **ret_reply)
{
	struct service_call call = {
		.timeout_ms = timeout_ms,
		.progress = progress ? count_progress : NULL,
		.data = progress,
	};
	struct service_refusal refusal = {0};
	cleanup(json_put) struct json_object *request = service_request("status");

	assert_non_null(request);
	return service_ask_fd(pair->ours, &call, request, &refusal, ret_reply);
}

static void silence_ends_in_time(void **state)
{
	struct pair pair;
	struct json_object *reply = NULL;
	int64_t begin = clock_read().boot_ms;

	(void)state;
	pair_make(&pair);
	assert_int_equal(ask(&pair, SHORT_MS, NULL, &reply), SERVICE_E_TIMEOUT);
	assert_null(reply);
	assert_true(clock_read().boot_ms - begin >= SHORT_MS);
	pair_close(&pair);
}

static void progress_does_not_stretch_the_limit(void **state)
{
	struct pair pair;
	struct json_object *reply = NULL;
	unsigned n = 0;

	(void)state;
	pair_make(&pair);
	say(pair.theirs, IPC_PROGRESS, "{\"done\":1,\"of\":2,\"step\":\"x\"}");
	say(pair.theirs, IPC_PROGRESS, "{\"done\":1,\"of\":2,\"step\":\"x\"}");
	assert_int_equal(ask(&pair, SHORT_MS, &n, &reply), SERVICE_E_TIMEOUT);
	assert_in_range(n, 0, 2);
	pair_close(&pair);
}

static void answer_after_progress_is_taken(void **state)
{
	struct pair pair;
	cleanup(json_put) struct json_object *reply = NULL;
	unsigned n = 0;

	(void)state;
	pair_make(&pair);
	say(pair.theirs, IPC_PROGRESS, "{\"done\":1,\"of\":2,\"step\":\"x\"}");
	say(pair.theirs, IPC_REPLY, "{\"format\":1}");
	assert_int_equal(ask(&pair, LONG_MS, &n, &reply), 0);
	assert_non_null(reply);
	assert_int_equal(n, 1);
	pair_close(&pair);
}

static void closed_before_the_answer(void **state)
{
	struct pair pair;
	struct json_object *reply = NULL;

	(void)state;
	pair_make(&pair);
	assert_int_equal(shutdown(pair.theirs, SHUT_WR), 0);
	assert_int_equal(ask(&pair, LONG_MS, NULL, &reply), SERVICE_E_CLOSED);
	assert_null(reply);
	pair_close(&pair);
}

static void nothing_listens(void **state)
{
	struct service_call call = {.socket = "/nonexistent/x", .timeout_ms = SHORT_MS};
	struct service_refusal refusal = {0};
	struct json_object *reply = NULL;
	cleanup(json_put) struct json_object *request = service_request("status");

	(void)state;
	assert_int_equal(service_ask(&call, request, &refusal, &reply), SERVICE_E_ABSENT);
	assert_null(reply);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(silence_ends_in_time),
		cmocka_unit_test(progress_does_not_stretch_the_limit),
		cmocka_unit_test(answer_after_progress_is_taken),
		cmocka_unit_test(closed_before_the_answer),
		cmocka_unit_test(nothing_listens),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
