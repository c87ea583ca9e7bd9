/* SPDX-License-Identifier: Apache-2.0 */
#include "format.h"

#include <string.h>

static const char *const words[] = {
#define X(name, word) word,
	ENFORCE_FORMATS(X)
#undef X
};

const char *enforce_format_word(enum enforce_format format)
{
	return words[format];
}

int enforce_format_parse(const char *word, enum enforce_format *ret_format)
{
	for (size_t i = 0; i < ARRAY_LEN(words); i++) {
		if (strcmp(words[i], word) == 0) {
			*ret_format = (enum enforce_format)i;
			return 0;
		}
	}
	return -EINVAL;
}

void enforce_value_finish(struct enforce_value *value)
{
	json_object_put(value->object);
	free(value->text);
	*value = (struct enforce_value){0};
}
