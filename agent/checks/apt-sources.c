/* SPDX-License-Identifier: Apache-2.0 */
#include "apt-sources.h"

#include <string.h>
#include <strings.h>

static bool word_is(struct span word, const char *text)
{
	return word.len == strlen(text) && strncasecmp(word.p, text, word.len) == 0;
}

bool apt_truth(struct span value)
{
	static const char *const words[] = {"yes", "true", "with", "on", "enable"};
	uint64_t n;

	value = span_trim(value);
	for (size_t i = 0; i < ARRAY_LEN(words); i++) {
		if (word_is(value, words[i])) {
			return true;
		}
	}
	return span_u64(value, &n) == 0 && n != 0;
}

static bool blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r';
}

static struct span word_take(struct span *line)
{
	struct span word;
	size_t i = 0, start;

	while (i < line->len && blank(line->p[i])) {
		i++;
	}
	start = i;
	while (i < line->len && !blank(line->p[i])) {
		i++;
	}
	word = (struct span){line->p + start, i - start};
	*line = (struct span){line->p + i, line->len - i};
	return word;
}

static bool option_forces(struct span option)
{
	static const char *const names[] = {
		"trusted", "allow-insecure", "allow-weak", "allow-downgrade-to-insecure"};
	const char *equals = option.len > 0 ? memchr(option.p, '=', option.len) : NULL;
	struct span key, value;

	if (!equals) {
		return false;
	}
	key = (struct span){option.p, (size_t)(equals - option.p)};
	value = (struct span){equals + 1, option.len - key.len - 1};
	for (size_t i = 0; i < ARRAY_LEN(names); i++) {
		if (word_is(key, names[i])) {
			return apt_truth(value);
		}
	}
	return false;
}

static int line_parse(struct span line, struct apt_source *ret_source)
{
	struct apt_source source = {.enabled = true};
	struct span type = word_take(&line), rest = span_trim(line), word;

	if (!span_eq(type, "deb") && !span_eq(type, "deb-src")) {
		return APT_SOURCES_E_FORMAT;
	}
	if (rest.len > 0 && rest.p[0] == '[') {
		const char *end = memchr(rest.p, ']', rest.len);
		struct span options;

		if (!end) {
			return APT_SOURCES_E_FORMAT;
		}
		options = (struct span){rest.p + 1, (size_t)(end - rest.p) - 1};
		while ((word = word_take(&options)).len > 0) {
			source.forced = source.forced || option_forces(word);
		}
		rest = (struct span){end + 1, rest.len - (size_t)(end + 1 - rest.p)};
	}
	if (word_take(&rest).len == 0 || word_take(&rest).len == 0) {
		return APT_SOURCES_E_FORMAT;
	}
	*ret_source = source;
	return 0;
}

int apt_sources_next_line(struct span *text, struct apt_source *ret_source)
{
	struct span line;
	const char *hash;

	do {
		if (!span_next(text, '\n', &line)) {
			return APT_SOURCES_E_END;
		}
		hash = line.len > 0 ? memchr(line.p, '#', line.len) : NULL;
		line.len = hash ? (size_t)(hash - line.p) : line.len;
		while (line.len > 0 && blank(line.p[line.len - 1])) {
			line.len--;
		}
		line = span_trim(line);
	} while (line.len == 0);
	return line_parse(line, ret_source);
}

struct stanza {
	struct apt_source source;
	bool uris, types;
};

static bool field_take(struct span line, struct stanza *stanza)
{
	static const char *const forcing[] = {
		"Trusted", "Allow-Insecure", "Allow-Weak", "Allow-Downgrade-To-Insecure"};
	const char *colon = memchr(line.p, ':', line.len);
	struct span key, value;

	if (!colon) {
		return false;
	}
	key = (struct span){line.p, (size_t)(colon - line.p)};
	value = span_trim((struct span){colon + 1, line.len - key.len - 1});
	if (value.len > 0 && value.p[value.len - 1] == '\r') {
		value.len--;
	}
	for (size_t i = 0; i < ARRAY_LEN(forcing); i++) {
		if (word_is(key, forcing[i])) {
			stanza->source.forced = stanza->source.forced || apt_truth(value);
		}
	}
	if (word_is(key, "Enabled")) {
		static const char *const no[] = {"no", "false", "without", "off", "disable", "0"};

		for (size_t i = 0; i < ARRAY_LEN(no); i++) {
			stanza->source.enabled = stanza->source.enabled && !word_is(value, no[i]);
		}
	}
	stanza->uris = stanza->uris || word_is(key, "URIs");
	stanza->types = stanza->types || word_is(key, "Types");
	return true;
}

int apt_sources_next_stanza(struct span *text, struct apt_source *ret_source)
{
	struct stanza stanza = {.source = {.enabled = true}};
	bool any = false, sound = true;
	struct span line;

	while (span_next(text, '\n', &line)) {
		if (line.len > 0 && line.p[0] == '#') {
			continue;
		}
		if (span_trim(line).len == 0 || span_eq(line, "\r")) {
			if (any) {
				break;
			}
			continue;
		}
		any = true;
		if (!blank(line.p[0])) { /* else it goes on with the field before */
			sound = field_take(line, &stanza) && sound;
		}
	}
	if (!any) {
		return APT_SOURCES_E_END;
	}
	if (!sound || !stanza.uris || !stanza.types) {
		return APT_SOURCES_E_FORMAT;
	}
	*ret_source = stanza.source;
	return 0;
}
