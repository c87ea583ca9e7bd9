/* SPDX-License-Identifier: Apache-2.0 */
#include "kconfig.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

/* Takes "[text]" off the end of a line, as long as it is an option like [$i]; whether i is in it */
static bool take_options(struct span *text, bool *deleted)
{
	bool immutable = false;

	while (text->len > 3 && text->p[text->len - 1] == ']') {
		const char *open = memrchr(text->p, '[', text->len);
		size_t len;

		if (!open || open[1] != '$') {
			break;
		}
		len = text->len - (size_t)(open - text->p) - 3;
		immutable = immutable || memchr(open + 2, 'i', len);
		*deleted = *deleted || memchr(open + 2, 'd', len);
		text->len = (size_t)(open - text->p);
	}
	return immutable;
}

struct place {
	bool ours;  /* within the group that is asked for */
	bool file;  /* the whole file is immutable */
	bool group; /* the group is, by this file */
	bool key;   /* the key is, by this file */
};

static void take_group(struct span line, const struct kconfig_key *key, struct place *place)
{
	bool deleted = false, immutable = take_options(&line, &deleted);

	if (line.len == 0) {
		place->file = place->file || immutable;
		return;
	}
	if (line.len < 2 || line.p[line.len - 1] != ']') {
		place->ours = false;
		return;
	}
	place->ours = span_eq((struct span){line.p + 1, line.len - 2}, key->group);
	place->group = place->group || (place->ours && immutable);
}

static void take_entry(struct span line, const struct kconfig_key *key, struct place *place,
	struct kconfig_value *value)
{
	const char *equals = memchr(line.p, '=', line.len);
	struct span name = line, text = {NULL, 0};
	bool deleted = false, immutable;

	if (equals) {
		name.len = (size_t)(equals - line.p);
		text = span_trim((struct span){equals + 1, line.len - name.len - 1});
	}
	name = span_trim(name);
	immutable = take_options(&name, &deleted);
	if (!span_eq(name, key->name) || place->key) {
		return;
	}
	place->key = immutable;
	value->there = !deleted && equals != NULL;
	(void)snprintf(value->text, sizeof(value->text), "%.*s",
		text.len <= KCONFIG_VALUE_MAX ? (int)text.len : 0, text.len > 0 ? text.p : "");
}

void kconfig_take(struct span file, const struct kconfig_key *key, struct kconfig_value *value)
{
	struct place place = {.ours = false};
	struct span line;

	if (value->immutable) {
		return;
	}
	while (span_next(&file, '\n', &line)) {
		if (line.len > 0 && line.p[line.len - 1] == '\r') {
			line.len--;
		}
		line = span_trim(line);
		if (line.len == 0 || line.p[0] == '#') {
			continue;
		}
		if (line.p[0] == '[') {
			take_group(line, key, &place);
		} else if (place.ours) {
			take_entry(line, key, &place, value);
		}
	}
	value->immutable = place.file || place.group || place.key;
}

bool kconfig_bool(const struct kconfig_value *value, bool other)
{
	static const char *const words[] = {"0", "false", "no", "off"};

	for (size_t i = 0; value->there && i < ARRAY_LEN(words); i++) {
		if (strcasecmp(value->text, words[i]) == 0) {
			return false;
		}
	}
	return value->there ? true : other;
}

int64_t kconfig_number(const struct kconfig_value *value, int64_t other)
{
	struct span text = span_z(value->text);
	bool negative = text.len > 1 && text.p[0] == '-';
	uint64_t number;

	if (negative) {
		text.p++;
		text.len--;
	}
	if (!value->there || span_u64(text, &number) != 0 || number > INT32_MAX) {
		return other;
	}
	return negative ? -(int64_t)number : (int64_t)number;
}
