/* SPDX-License-Identifier: Apache-2.0 */
#include "xfconf-value.h"

#include "json-build.h"

static int text_object(struct span raw, struct json_object **ret_object)
{
	cleanup(str_finish) struct str plain = {.max = XFCONF_LEX_MAX};
	int r = xfconf_raw_read(raw, &plain);

	if (r == 0) {
		*ret_object = json_object_new_string_len(plain.p, (int)plain.len);
	}
	return r < 0 ? r : *ret_object ? 0 : -ENOMEM;
}

/* A decimal number as json-c writes it; any other is compared as its text */
static bool is_number(struct span raw, int64_t *ret_number)
{
	uint64_t number;
	bool minus = raw.len > 0 && raw.p[0] == '-';
	struct span digits = {raw.p + minus, raw.len - minus};

	if (span_u64(digits, &number) != 0 || number > INT32_MAX ||
		(digits.p[0] == '0' && raw.len > 1)) {
		return false;
	}
	*ret_number = minus ? -(int64_t)number : (int64_t)number;
	return true;
}

static void build_text(struct json_build *build, const char *name, struct span raw)
{
	struct json_object *text = NULL;

	json_build_take(build, name, text_object(raw, &text) == 0 ? text : NULL);
}

/* {"uint": "5"} would look like one that holds others: ["uint", "5"] */
static int typed_object(struct span type, struct span raw, struct json_object **ret_object)
{
	struct json_build pair = json_build_array();

	build_text(&pair, NULL, type);
	build_text(&pair, NULL, raw);
	return json_build_finish(&pair, ret_object);
}

int xfconf_value_read(struct span type, struct span raw, struct json_object **ret_object)
{
	int64_t number;

	if (span_eq(type, "empty") || span_eq(type, "array")) {
		*ret_object = NULL;
		return 0;
	}
	if (span_eq(type, "string")) {
		return text_object(raw, ret_object);
	}
	if (span_eq(type, "bool")) {
		*ret_object = json_object_new_boolean(xfconf_raw_is(raw, "true"));
	} else if (span_eq(type, "int") && is_number(raw, &number)) {
		*ret_object = json_object_new_int64(number);
	} else {
		return typed_object(type, raw, ret_object);
	}
	return *ret_object ? 0 : -ENOMEM;
}

/* An element as a value: its attributes, and what it holds */
static int element_object(const struct xfconf_tag *tag, struct json_object **ret_object)
{
	struct json_build object = json_build_object();

	json_build_take(&object, "holds", json_object_new_array());
	for (int i = 0; i < XFCONF_ATTRIBUTE_COUNT; i++) {
		if (tag->attributes[i].p) {
			build_text(&object, xfconf_attribute_word((enum xfconf_attribute)i),
				tag->attributes[i]);
		}
	}
	return json_build_finish(&object, ret_object);
}

/* Puts an element into the innermost that is open */
static int add_element(const struct xfconf_tag *tag, struct json_object **open, size_t depth,
	struct json_object **ret_channel)
{
	struct json_object *element = NULL;
	int r = element_object(tag, &element);

	if (r != 0) {
		return r;
	}
	if (tag->element == XFCONF_CHANNEL) {
		*ret_channel = element;
	} else if (json_object_array_add(
			   json_object_object_get(open[depth - 1], "holds"), element) < 0) {
		json_object_put(element);
		return -ENOMEM;
	}
	if (tag->kind == XFCONF_TAG_START) {
		open[depth] = element;
	}
	return 0;
}

int xfconf_value_channel(struct span text, struct json_object **ret_object)
{
	cleanup(json_put) struct json_object *channel = NULL;
	struct json_object *open[XFCONF_LEX_DEPTH_MAX];
	struct xfconf_tag tag = {.kind = XFCONF_TAG_START};
	struct xfconf_lex lex = {.depth = 0};
	int r = xfconf_lex_begin(text, &lex);

	while (r == 0 && tag.kind != XFCONF_TAG_DONE) {
		size_t depth = lex.depth;

		r = xfconf_lex_next(&lex, &tag);
		if (r == 0 && (tag.kind == XFCONF_TAG_START || tag.kind == XFCONF_TAG_EMPTY)) {
			r = add_element(&tag, open, depth, &channel);
		}
	}
	if (r == 0) {
		*ret_object = TAKE_PTR(channel);
	}
	return r;
}
