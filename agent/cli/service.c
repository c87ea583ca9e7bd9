/* SPDX-License-Identifier: Apache-2.0 */
#include "service.h"

#include "clock.h"
#include "ipc.h"

#include <poll.h>
#include <stdio.h>

/* Waits until fd can be read or deadline (clock_read().boot_ms) has passed. */
static int wait_readable(int fd, int64_t deadline_ms)
{
	for (;;) {
		int64_t left = deadline_ms - clock_read().boot_ms;
		struct pollfd wanted = {.fd = fd, .events = POLLIN};
		int n;

		if (left <= 0) {
			return SERVICE_E_TIMEOUT;
		}
		n = poll(&wanted, 1, left > INT32_MAX ? INT32_MAX : (int)left);
		if (n > 0) {
			return 0;
		}
		if (n < 0 && errno != EINTR) {
			return -errno;
		}
	}
}

static void copy_string(struct json_object *body, const char *name, char *ret, size_t size)
{
	struct json_object *value;

	ret[0] = '\0';
	if (json_object_object_get_ex(body, name, &value) &&
		json_object_is_type(value, json_type_string)) {
		snprintf(ret, size, "%s", json_object_get_string(value));
	}
}

static int reply_take(struct ipc_message *message, struct json_object **ret_reply)
{
	struct json_object *format;

	if (!json_object_object_get_ex(message->body, "format", &format) ||
		!json_object_is_type(format, json_type_int) ||
		json_object_get_int64(format) != SERVICE_FORMAT) {
		return SERVICE_E_PROTOCOL;
	}
	*ret_reply = TAKE_PTR(message->body);
	return 0;
}

static int progress_tell(const struct service_call *call, struct json_object *body)
{
	struct progress {
		const char *step;
		int64_t done;
		int64_t of;
	} progress;
	static const struct json_field fields[] = {
		{"done", JSON_WANT_INT, offsetof(struct progress, done), true, 0},
		{"of", JSON_WANT_INT, offsetof(struct progress, of), true, 0},
		{"step", JSON_WANT_STRING, offsetof(struct progress, step), true, 64},
	};

	if (json_decode(body, fields, ARRAY_LEN(fields), &progress, NULL) != 0) {
		return SERVICE_E_PROTOCOL;
	}
	if (call->progress != NULL) {
		call->progress(progress.step, progress.done, progress.of, call->data);
	}
	return 0;
}

static int receive_outcome(int r)
{
	if (r == IPC_E_CLOSED || r == -ECONNRESET || r == -EPIPE) {
		return SERVICE_E_CLOSED;
	}
	return r == IPC_E_PROTOCOL ? SERVICE_E_PROTOCOL : r;
}

int service_take(int fd, const struct service_call *call, struct service_refusal *ret_refusal,
	struct json_object **ret_reply, bool *ret_done)
{
	cleanup(ipc_message_finish) struct ipc_message message = {0};
	int r = ipc_receive(fd, &message);

	if (r == IPC_E_AGAIN) {
		return 0;
	}
	if (r != 0) {
		return receive_outcome(r);
	}
	if (message.type == IPC_PROGRESS) {
		return progress_tell(call, message.body);
	}
	*ret_done = true;
	if (message.type == IPC_REPLY) {
		return reply_take(&message, ret_reply);
	}
	if (message.type != IPC_ERROR) {
		return SERVICE_E_PROTOCOL;
	}
	copy_string(message.body, "code", ret_refusal->code, sizeof(ret_refusal->code));
	copy_string(message.body, "text", ret_refusal->text, sizeof(ret_refusal->text));
	return SERVICE_E_REFUSED;
}

int service_send(int fd, struct json_object *request)
{
	int r = ipc_send(fd, IPC_REQUEST, request);

	return r == 0 ? 0 : receive_outcome(r);
}

int service_ask_fd(int fd, const struct service_call *call, struct json_object *request,
	struct service_refusal *ret_refusal, struct json_object **ret_reply)
{
	int64_t deadline = clock_read().boot_ms + call->timeout_ms;
	bool done = false;
	int r = service_send(fd, request);

	while (r == 0 && !done) {
		r = wait_readable(fd, deadline);
		if (r == 0) {
			r = service_take(fd, call, ret_refusal, ret_reply, &done);
		}
	}
	return r;
}

int service_connect(const char *socket, int *ret_fd)
{
	int fd = ipc_connect(socket);

	if (fd == -ENOENT || fd == -ECONNREFUSED || fd == -ENOTSOCK || fd == -EPROTOTYPE ||
		fd == -ENOTDIR) {
		return SERVICE_E_ABSENT;
	}
	if (fd == -EACCES || fd == -EPERM) {
		return SERVICE_E_DENIED;
	}
	if (fd < 0) {
		return fd;
	}
	*ret_fd = fd;
	return 0;
}

int service_ask(const struct service_call *call, struct json_object *request,
	struct service_refusal *ret_refusal, struct json_object **ret_reply)
{
	cleanup(fd_close) int fd = -1;
	int r = service_connect(call->socket, &fd);

	return r == 0 ? service_ask_fd(fd, call, request, ret_refusal, ret_reply) : r;
}

struct json_object *service_request(const char *verb)
{
	struct json_object *request = json_object_new_object();

	if (request != NULL && service_request_add(request, "verb", verb) < 0) {
		json_object_put(request);
		return NULL;
	}
	return request;
}

int service_request_add(struct json_object *request, const char *name, const char *value)
{
	struct json_object *text = json_object_new_string(value);

	if (text == NULL || json_object_object_add(request, name, text) != 0) {
		json_object_put(text);
		return -ENOMEM;
	}
	return 0;
}
