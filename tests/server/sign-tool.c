/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Signs for tests, line by line on stdin:
 *   key NAME             make a key and keep it under this name
 *   sign NAME TYP KID TEXT   JWS of the rest of the line; KID "-" puts the key in as jwk
 * Each answer is one line on stdout.
 */
#include "jws.h"

#include <stdio.h>
#include <string.h>

#define KEYS_MAX 64
#define NAME_MAX_LEN 32

struct named_key {
	char name[NAME_MAX_LEN + 1];
	struct crypto_key *key;
};

struct tool {
	struct named_key keys[KEYS_MAX];
	size_t n;
};

static int add_key(struct tool *tool, const char *name)
{
	struct named_key *slot = &tool->keys[tool->n];

	if (tool->n == KEYS_MAX || crypto_key_generate(&slot->key) < 0) {
		return -ENOSPC;
	}
	snprintf(slot->name, sizeof(slot->name), "%s", name);
	tool->n++;
	puts("made");
	return 0;
}

static int sign(const struct tool *tool, char *line)
{
	cleanup(str_finish) struct str out = {.max = JWS_MAX};
	const char *name = strsep(&line, " "), *typ = strsep(&line, " "), *kid = strsep(&line, " ");

	for (size_t i = 0; line && i < tool->n; i++) {
		if (strcmp(tool->keys[i].name, name) == 0) {
			int r = jws_sign(tool->keys[i].key, typ, strcmp(kid, "-") == 0 ? NULL : kid,
				span_z(line), &out);

			puts(r == 0 ? out.p : "failed");
			return r;
		}
	}
	return -ENOENT;
}

static int handle(struct tool *tool, char *line)
{
	char *rest = line;
	const char *verb = strsep(&rest, " ");

	line[strcspn(line, "\n")] = 0;
	if (!rest) {
		return -EINVAL;
	}
	rest[strcspn(rest, "\n")] = 0;
	if (strcmp(verb, "key") == 0) {
		return add_key(tool, rest);
	}
	return strcmp(verb, "sign") == 0 ? sign(tool, rest) : -EINVAL;
}

int main(void)
{
	struct tool tool = {0};
	cleanup(free_ptr) char *line = NULL;
	size_t cap = 0;
	int r = 0;

	while (r == 0 && getline(&line, &cap, stdin) > 0) {
		r = handle(&tool, line);
		fflush(stdout);
	}
	for (size_t i = 0; i < tool.n; i++) {
		crypto_key_free(tool.keys[i].key);
	}
	return r == 0 ? 0 : 1;
}
