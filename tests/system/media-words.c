/* SPDX-License-Identifier: Apache-2.0 */
#include "media-words.h"

#include "clock.h"
#include "fd.h"
#include "json-build.h"

#include <poll.h>
#include <stdio.h>
#include <string.h>

static const char *text_of(struct json_object *row, const char *name)
{
	struct json_object *value = json_object_object_get(row, name);

	return value ? json_object_get_string(value) : "";
}

bool media_words_hold(struct json_object *body, const char *word, char said[MEDIA_WORDS_SAID_MAX])
{
	struct json_object *list =
		json_object_object_get(body, word[0] == 'c' ? "cameras" : "microphones");
	size_t n = (size_t)strtoul(word + 1, NULL, 10);
	const char *wanted = strchr(word, '=');
	struct json_object *row = n > 0 ? json_object_array_get_idx(list, n - 1) : NULL;
	bool kind = wanted && strchr(wanted, '/');

	if (!row) {
		(void)snprintf(said, MEDIA_WORDS_SAID_MAX, "%.*s=-", (int)strcspn(word, "="), word);
	} else {
		(void)snprintf(said, MEDIA_WORDS_SAID_MAX, "%.*s=%s%s%s", (int)strcspn(word, "="),
			word, text_of(row, "state"), kind ? "/" : "",
			kind ? text_of(row, "kind") : "");
	}
	return strcmp(said, word) == 0;
}

int media_words_follow(const char *socket)
{
	cleanup(json_put) struct json_object *body = NULL;
	struct json_build build = json_build_object();
	int fd = ipc_connect(socket);

	json_build_bool(&build, "follow", true);
	json_build_string(&build, "verb", "media");
	if (fd < 0 || json_build_finish(&build, &body) < 0 ||
		ipc_send(fd, IPC_REQUEST, body) != 0) {
		return -1;
	}
	return fd;
}

bool media_words_wait(int fd, int64_t until_ms)
{
	struct pollfd wait = {.fd = fd, .events = POLLIN};
	int64_t left_ms = until_ms - clock_read().boot_ms;

	return left_ms > 0 && poll(&wait, 1, (int)left_ms) > 0;
}

bool media_words_receive(int fd, int64_t until_ms, struct ipc_message *ret_message)
{
	return media_words_wait(fd, until_ms) && ipc_receive(fd, ret_message) == 0 &&
	       ret_message->type == IPC_REPLY;
}
