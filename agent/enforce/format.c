/* SPDX-License-Identifier: Apache-2.0 */
#include "format.h"

#include "apt-conf.h"
#include "json.h"

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

const struct enforce_format_ops *enforce_format_ops(enum enforce_format format)
{
	static const struct enforce_format_ops *const ops[] = {
		[ENFORCE_JSON] = &enforce_format_json,
		[ENFORCE_JSON_RELAXED] = &enforce_format_json,
		[ENFORCE_INI] = &enforce_format_lines,
		[ENFORCE_ASSIGNMENTS] = &enforce_format_lines,
		[ENFORCE_TOML] = &enforce_format_lines,
		[ENFORCE_APT] = &enforce_format_apt,
		[ENFORCE_DCONF] = &enforce_format_lines,
		[ENFORCE_DCONF_LOCKS] = &enforce_format_dconf_locks,
		[ENFORCE_DCONF_PROFILE] = &enforce_format_dconf_profile,
		[ENFORCE_LINK] = &enforce_format_link,
		[ENFORCE_PLUGS] = &enforce_format_plugs,
		[ENFORCE_XFCONF] = &enforce_format_xfconf,
	};

	return ops[format];
}

bool enforce_format_same(
	enum enforce_format format, const struct enforce_value *value, struct json_object *wanted)
{
	return value->present && !value->open &&
	       (format == ENFORCE_DCONF_LOCKS || json_equal(value->object, wanted));
}

bool enforce_format_reads(enum enforce_format format, const char *name)
{
	switch (format) {
	case ENFORCE_APT:
		return apt_conf_name_read(name);
	case ENFORCE_DCONF:
	case ENFORCE_DCONF_LOCKS:
		return name[0] != '.'; /* dconf update, tried with dconf 0.40 */
	case ENFORCE_JSON:
	case ENFORCE_JSON_RELAXED:
	case ENFORCE_INI:
	case ENFORCE_ASSIGNMENTS:
	case ENFORCE_TOML:
	case ENFORCE_DCONF_PROFILE:
	case ENFORCE_LINK:
	case ENFORCE_PLUGS:
	case ENFORCE_XFCONF:
		break;
	}
	return true; /* Chromium 156 reads them all */
}
