/* SPDX-License-Identifier: Apache-2.0 */
#include "xfconf-rules.h"

#define MAJOR_VERSION "1"
#define BIT(attribute) (1u << (attribute))

static const unsigned int allowed[] = {
	[XFCONF_CHANNEL] =
		BIT(XFCONF_LOCKED) | BIT(XFCONF_NAME) | BIT(XFCONF_UNLOCKED) | BIT(XFCONF_VERSION),
	[XFCONF_PROPERTY] = BIT(XFCONF_LOCKED) | BIT(XFCONF_NAME) | BIT(XFCONF_TYPE) |
			    BIT(XFCONF_UNLOCKED) | BIT(XFCONF_TEXT),
	[XFCONF_VALUE] = BIT(XFCONF_TYPE) | BIT(XFCONF_TEXT),
};
static const char *const types[] = {"bool", "char", "double", "float", "int", "int16", "int64",
	"string", "uchar", "uint", "uint16", "uint64"};

bool xfconf_rules_allow(enum xfconf_element element, enum xfconf_attribute attribute)
{
	return allowed[element] & BIT(attribute);
}

static bool is_named(const struct xfconf_tag *tag)
{
	struct span name = tag->attributes[XFCONF_NAME];

	return name.len > 0 && !xfconf_raw_has(name, '/');
}

static bool is_version(struct span raw)
{
	return span_eq(raw, MAJOR_VERSION) || span_starts(raw, MAJOR_VERSION ".");
}

static bool is_type(struct span word)
{
	for (size_t i = 0; i < ARRAY_LEN(types); i++) {
		if (span_eq(word, types[i])) {
			return true;
		}
	}
	return false;
}

static bool is_typed(const struct xfconf_tag *tag)
{
	struct span type = tag->attributes[XFCONF_TYPE], value = tag->attributes[XFCONF_TEXT];

	if (tag->element == XFCONF_PROPERTY && (span_eq(type, "array") || span_eq(type, "empty"))) {
		return true;
	}
	if (!is_type(type) || !value.p) {
		return false;
	}
	return !span_eq(type, "bool") || xfconf_raw_is(value, "true") ||
	       xfconf_raw_is(value, "false");
}

bool xfconf_rules_take(const struct xfconf_tag *tag)
{
	switch (tag->element) {
	case XFCONF_CHANNEL:
		return is_named(tag) && is_version(tag->attributes[XFCONF_VERSION]);
	case XFCONF_PROPERTY:
		return is_named(tag) && is_typed(tag);
	case XFCONF_VALUE:
		return is_typed(tag);
	}
	return false;
}
