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

bool apt_source_next_word(struct span *words, struct span *ret_word)
{
	struct span s = *words;
	size_t n = 0;

	/* A line of a stanza that begins with # says nothing, wherever it stands. */
	while (s.len > 0 && (blank(s.p[0]) || s.p[0] == ',' || s.p[0] == '\n')) {
		bool comment = s.p[0] == '\n' && s.len > 1 && s.p[1] == '#';
		const char *end = comment ? memchr(s.p + 1, '\n', s.len - 1) : s.p + 1;

		end = end ? end : s.p + s.len;
		s = (struct span){end, s.len - (size_t)(end - s.p)};
	}
	while (n < s.len && !blank(s.p[n]) && s.p[n] != ',' && s.p[n] != '\n') {
		n++;
	}
	*ret_word = (struct span){s.p, n};
	*words = n > 0 ? (struct span){s.p + n, s.len - n} : s;
	return n > 0;
}

static void option_take(struct span option, struct apt_source *source)
{
	static const char *const forcing[] = {
		"trusted", "allow-insecure", "allow-weak", "allow-downgrade-to-insecure"};
	const char *equals = option.len > 0 ? memchr(option.p, '=', option.len) : NULL;
	struct span key, value;

	if (!equals) {
		return;
	}
	key = (struct span){option.p, (size_t)(equals - option.p)};
	value = (struct span){equals + 1, option.len - key.len - 1};
	for (size_t i = 0; i < ARRAY_LEN(forcing); i++) {
		if (word_is(key, forcing[i])) {
			source->forced = source->forced || apt_truth(value);
		}
	}
	if (span_eq(key, "arch")) {
		source->archs = value;
	} else if (span_eq(key, "arch+")) {
		source->archs_added = value;
	} else if (span_eq(key, "arch-")) {
		source->archs_removed = value;
	}
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
			option_take(word, &source);
		}
		rest = (struct span){end + 1, rest.len - (size_t)(end + 1 - rest.p)};
	}
	source.binary = span_eq(type, "deb");
	source.uris = word_take(&rest);
	source.suites = word_take(&rest);
	source.components = rest;
	if (source.uris.len == 0 || source.suites.len == 0) {
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
	struct span types;
	struct span *open; /* the field that a line beginning with a blank goes on with */
};

static const struct {
	const char *name;
	size_t offset;
} fields[] = {
	{"Architectures", offsetof(struct stanza, source.archs)},
	{"Architectures-Add", offsetof(struct stanza, source.archs_added)},
	{"Architectures-Remove", offsetof(struct stanza, source.archs_removed)},
	{"Components", offsetof(struct stanza, source.components)},
	{"Suites", offsetof(struct stanza, source.suites)},
	{"Types", offsetof(struct stanza, types)},
	{"URIs", offsetof(struct stanza, source.uris)},
};

static void truth_take(struct span key, struct span value, struct apt_source *source)
{
	static const char *const forcing[] = {
		"Trusted", "Allow-Insecure", "Allow-Weak", "Allow-Downgrade-To-Insecure"};
	static const char *const no[] = {"no", "false", "without", "off", "disable", "0"};

	if (value.len > 0 && value.p[value.len - 1] == '\r') {
		value.len--;
	}
	for (size_t i = 0; i < ARRAY_LEN(forcing); i++) {
		if (word_is(key, forcing[i])) {
			source->forced = source->forced || apt_truth(value);
		}
	}
	for (size_t i = 0; i < ARRAY_LEN(no) && word_is(key, "Enabled"); i++) {
		source->enabled = source->enabled && !word_is(value, no[i]);
	}
}

static bool field_take(struct span line, struct stanza *stanza)
{
	const char *colon = memchr(line.p, ':', line.len);
	struct span key, value;

	if (!colon) {
		return false;
	}
	key = span_trim((struct span){line.p, (size_t)(colon - line.p)});
	value = (struct span){colon + 1, line.len - (size_t)(colon + 1 - line.p)};
	stanza->open = NULL;
	for (size_t i = 0; i < ARRAY_LEN(fields); i++) {
		if (word_is(key, fields[i].name)) {
			stanza->open = (struct span *)((char *)stanza + fields[i].offset);
			*stanza->open = value;
		}
	}
	truth_take(key, span_trim(value), &stanza->source);
	return true;
}

static void line_go_on(struct span line, struct stanza *stanza)
{
	if (stanza->open) {
		stanza->open->len = (size_t)(line.p + line.len - stanza->open->p);
	}
}

static bool has_word(struct span words, const char *wanted)
{
	struct span word;

	while (apt_source_next_word(&words, &word)) {
		if (!wanted || span_eq(word, wanted)) {
			return true;
		}
	}
	return false;
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
		if (blank(line.p[0])) {
			line_go_on(line, &stanza);
		} else {
			sound = field_take(line, &stanza) && sound;
		}
	}
	if (!any) {
		return APT_SOURCES_E_END;
	}
	if (!sound || !stanza.source.uris.p || !stanza.types.p) {
		return APT_SOURCES_E_FORMAT;
	}
	stanza.source.binary = has_word(stanza.types, "deb");
	*ret_source = stanza.source;
	return 0;
}

static bool component_same(struct span told, struct span named)
{
	if (told.len != named.len) {
		return false;
	}
	for (size_t i = 0; i < told.len; i++) {
		if ((told.p[i] == '/' ? '_' : told.p[i]) != named.p[i]) {
			return false;
		}
	}
	return true;
}

static bool names_word(struct span words, struct span wanted)
{
	struct span word;

	while (apt_source_next_word(&words, &word)) {
		if (component_same(word, wanted)) {
			return true;
		}
	}
	return false;
}

/* "all" is asked for beside every architecture (debmetaindex.cc). */
static bool architecture_wanted(const struct apt_source *source, struct span architecture)
{
	if (names_word(source->archs_removed, architecture)) {
		return false;
	}
	return !source->archs.p || span_eq(architecture, "all") ||
	       names_word(source->archs, architecture) ||
	       names_word(source->archs_added, architecture);
}

bool apt_source_wants(
	const struct apt_source *source, struct span component, struct span architecture)
{
	if (!component.p) {
		return !has_word(source->components, NULL);
	}
	return names_word(source->components, component) &&
	       architecture_wanted(source, architecture);
}
