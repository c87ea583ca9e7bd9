/* SPDX-License-Identifier: Apache-2.0 */
#include "args.h"

#include "log.h"
#include "str.h"

#include <string.h>

static bool set(const struct args_option *option, const char *value)
{
	struct args_list *list = option->slot;
	uint64_t n = 0;

	switch (option->kind) {
	case ARGS_TEXT:
		*(const char **)option->slot = value;
		return true;
	case ARGS_NUMBER:
		if (span_u64(span_z(value), &n) < 0 || n < (uint64_t)option->min ||
			n > (uint64_t)option->max) {
			log_error("--%s takes a number from %lld to %lld", option->name,
				(long long)option->min, (long long)option->max);
			return false;
		}
		*(int64_t *)option->slot = (int64_t)n;
		return true;
	case ARGS_LIST:
		if (list->n == ARGS_LIST_MAX) {
			log_error("--%s may be given %d times", option->name, ARGS_LIST_MAX);
			return false;
		}
		list->items[list->n++] = value;
		return true;
	}
	return false;
}

static const struct args_option *find(
	const struct args_option *options, size_t n, const char *word, size_t len)
{
	for (size_t i = 0; i < n; i++) {
		if (strlen(options[i].name) == len && memcmp(options[i].name, word, len) == 0) {
			return &options[i];
		}
	}
	return NULL;
}

/* One "--name=value" or "--name" "value"; how many words it took, 0 when it is not right */
static int take(const struct args_option *options, size_t n, int left, char **argv)
{
	const char *word = argv[0] + 2, *equals = strchr(word, '=');
	size_t len = equals ? (size_t)(equals - word) : strlen(word);
	const struct args_option *option = find(options, n, word, len);

	if (!option) {
		log_error("unknown option --%.*s", (int)len, word);
		return 0;
	}
	if (!equals && left < 2) {
		log_error("--%s needs a value", option->name);
		return 0;
	}
	if (!set(option, equals ? equals + 1 : argv[1])) {
		return 0;
	}
	return equals ? 1 : 2;
}

bool args_parse(int argc, char **argv, const struct args_option *options, size_t n,
	const char **operands, size_t n_operands)
{
	size_t have = 0;

	for (int i = 0; i < argc;) {
		int taken = 1;

		if (strncmp(argv[i], "--", 2) == 0) {
			taken = take(options, n, argc - i, argv + i);
		} else if (have < n_operands) {
			operands[have++] = argv[i];
		} else {
			log_error("unexpected argument %s", argv[i]);
			taken = 0;
		}
		if (taken == 0) {
			return false;
		}
		i += taken;
	}
	return true;
}
