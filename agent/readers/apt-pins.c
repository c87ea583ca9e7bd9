/* SPDX-License-Identifier: Apache-2.0 */
#include "apt-pins.h"
#include "apt-parts.h"

#include <ctype.h>
#include <limits.h>
#include <string.h>
#include <strings.h>

static void pin_finish(struct apt_pin *pin)
{
	apt_pattern_finish(&pin->pattern);
	apt_match_free(pin->match);
	free(pin->name);
	*pin = (struct apt_pin){0};
}

void apt_pins_finish(struct apt_pins *pins)
{
	for (size_t i = 0; i < pins->list.len; i++) {
		pin_finish(&pins->list.items[i]);
	}
	vec_free(&pins->list);
}

static int outcome_of(int r)
{
	return r == APT_MATCH_E_BOUNDS || r == -ENOSPC ? APT_PINS_E_BOUNDS : r;
}

/* "src:NAME:ARCHITECTURE"; the last colon parts the two (policy.cc, CreatePin). */
static int name_split(struct apt_pin *pin, const char *name)
{
	char *colon;

	pin->source = strncmp(name, "src:", 4) == 0;
	pin->name = strdup(name + (pin->source ? 4 : 0));
	if (!pin->name) {
		return -ENOMEM;
	}
	colon = strrchr(pin->name, ':');
	pin->architecture = colon ? colon + 1 : pin->name + strlen(pin->name);
	if (colon) {
		*colon = '\0';
	}
	return 0;
}

static bool name_is_pattern(const char *name)
{
	size_t len = strlen(name);

	return strpbrk(name, "*[?") || (len > 0 && name[0] == '/' && name[len - 1] == '/');
}

int apt_pins_append(struct apt_pins *pins, bool general, const char *name, enum apt_match_type type,
	const char *data, int16_t priority)
{
	struct apt_pin pin = {.general = general, .priority = priority};
	int r = name_split(&pin, general ? "" : name);

	if (r == 0 && name_is_pattern(pin.name)) {
		pin.many = true;
		r = apt_pattern_init(&pin.pattern, pin.name);
	}
	if (r == 0) {
		r = apt_match_new(type, data, &pin.match);
	}
	if (r == 0) {
		r = vec_push(&pins->list, pin, APT_PINS_MAX);
	}
	if (r != 0) {
		pin_finish(&pin);
	}
	return outcome_of(r);
}

struct record {
	bool any;
	struct span package;
	struct span pin;
	struct span priority;
	struct span *open; /* what a line that begins with a blank goes on with */
};

static bool name_is(struct span word, const char *text)
{
	return word.len == strlen(text) && strncasecmp(word.p, text, word.len) == 0;
}

static struct span trim(struct span s)
{
	while (s.len > 0 && isspace((unsigned char)s.p[0])) {
		s.p++;
		s.len--;
	}
	while (s.len > 0 && isspace((unsigned char)s.p[s.len - 1])) {
		s.len--;
	}
	return s;
}

static struct span word_take(struct span *s)
{
	struct span word;
	size_t n = 0;

	*s = trim(*s);
	while (n < s->len && !isspace((unsigned char)s->p[n])) {
		n++;
	}
	word = (struct span){s->p, n};
	*s = (struct span){s->p + n, s->len - n};
	return word;
}

static bool word_copy(struct span s, char *out, size_t size)
{
	if (s.len >= size || memchr(s.p, '\0', s.len)) {
		return false;
	}
	memcpy(out, s.p, s.len);
	out[s.len] = '\0';
	return true;
}

/* tagfile.cc, FindI: as strtol reads it, and nothing is zero */
static int priority_parse(struct span text, bool general, int16_t *ret_priority)
{
	char word[64], *end;
	long n;

	if (text.len == 0 || !word_copy(text, word, sizeof(word))) {
		return APT_PINS_E_FORMAT;
	}
	if (strcmp(word, "never") == 0) {
		*ret_priority = APT_PINS_NEVER;
		return general ? 0 : APT_PINS_E_FORMAT;
	}
	errno = 0;
	n = strtol(word, &end, 10);
	if (errno != 0 || n == 0 || n < INT16_MIN || n > INT16_MAX) {
		return APT_PINS_E_FORMAT;
	}
	*ret_priority = n == APT_PINS_NEVER ? APT_PINS_NEVER + 1 : (int16_t)n;
	return 0;
}

static int names_take(struct apt_pins *pins, struct span names, enum apt_match_type type,
	const char *data, int16_t priority)
{
	struct span word;
	int r = 0;

	while (r == 0 && (word = word_take(&names)).len > 0) {
		char name[APT_PINS_NAME_MAX + 1];

		r = word_copy(word, name, sizeof(name))
			    ? apt_pins_append(pins, false, name, type, data, priority)
			    : APT_PINS_E_BOUNDS;
	}
	return r;
}

static int record_take(struct record *record, struct apt_pins *pins)
{
	struct span names = trim(record->package), rest = trim(record->pin), word;
	bool general = span_eq(names, "*");
	char data[APT_MATCH_DATA_MAX + 1];
	enum apt_match_type type;
	int16_t priority;
	int r;

	if (names.len == 0) {
		return APT_PINS_E_FORMAT;
	}
	if (!record->pin.p) {
		return 0;
	}
	word = word_take(&rest);
	if (name_is(word, "version") && !general) {
		type = APT_MATCH_VERSION;
	} else if (name_is(word, "release")) {
		type = APT_MATCH_RELEASE;
	} else if (name_is(word, "origin")) {
		type = APT_MATCH_ORIGIN;
	} else {
		return 0; /* apt says that it does not understand it, and goes on */
	}
	r = priority_parse(trim(record->priority), general, &priority);
	if (r != 0) {
		return r;
	}
	if (!word_copy(trim(rest), data, sizeof(data))) {
		return APT_PINS_E_BOUNDS;
	}
	return general ? apt_pins_append(pins, true, "", type, data, priority)
		       : names_take(pins, names, type, data, priority);
}

/* Of a field that is there twice the last one counts. */
static int line_take(struct span line, struct record *record)
{
	struct span key;
	const char *colon;

	record->any = true;
	if (isspace((unsigned char)line.p[0])) {
		if (record->open) {
			record->open->len = (size_t)(line.p + line.len - record->open->p);
		}
		return 0;
	}
	colon = memchr(line.p, ':', line.len);
	if (!colon) {
		return APT_PINS_E_FORMAT;
	}
	key = trim((struct span){line.p, (size_t)(colon - line.p)});
	record->open = name_is(key, "Package")	      ? &record->package
		       : name_is(key, "Pin")	      ? &record->pin
		       : name_is(key, "Pin-Priority") ? &record->priority
						      : NULL;
	if (record->open) {
		*record->open = (struct span){colon + 1, line.len - (size_t)(colon + 1 - line.p)};
	}
	return 0;
}

/* Comments go away as if their lines were not there, also within a field of several lines. */
static char *text_clean(struct span text, size_t *ret_len)
{
	char *clean = malloc(text.len + 1);
	struct span line;
	size_t len = 0;

	while (clean && span_next(&text, '\n', &line)) {
		if (line.len > 0 && line.p[0] == '#') {
			continue;
		}
		while (line.len > 0 && line.p[line.len - 1] == '\r') {
			line.len--;
		}
		if (line.len > 0) {
			memcpy(clean + len, line.p, line.len);
		}
		len += line.len;
		if (text.p) { /* the last line has no end of its own */
			clean[len++] = '\n';
		}
	}
	*ret_len = len;
	return clean;
}

int apt_pins_parse(struct span text, struct apt_pins *pins)
{
	struct record record = {.any = false};
	struct span rest, line;
	size_t len;
	cleanup(free_ptr) char *clean = text_clean(text, &len);
	int r = 0;

	if (!clean) {
		return -ENOMEM;
	}
	rest = (struct span){clean, len};
	while (r == 0 && span_next(&rest, '\n', &line)) {
		if (line.len > 0) {
			r = line_take(line, &record);
		} else if (record.any) {
			r = record_take(&record, pins);
			record = (struct record){.any = false};
		}
	}
	return r == 0 && record.any ? record_take(&record, pins) : r;
}

static int text_take(struct span text, const char *name, void *data)
{
	(void)name;
	return apt_pins_parse(text, data);
}

int apt_pins_read(const struct sysroot *root, struct apt_pins *pins)
{
	static const struct apt_parts parts = {
		.file = "etc/apt/preferences",
		.dir = "etc/apt/preferences.d",
		.extensions = {"", "pref"},
		.file_max = APT_PINS_FILE_MAX,
	};

	return apt_parts_read(root, &parts, text_take, pins);
}

/* cachefilter.cc: "any" and what is left out fit all; the system's own kernel is Linux here. */
static bool architecture_fits(const char *wanted, const char *architecture)
{
	static const char *const all[] = {"*", "any", "any-any", "linux-any"};

	for (size_t i = 0; i < ARRAY_LEN(all); i++) {
		if (strcmp(wanted, all[i]) == 0) {
			return true;
		}
	}
	if (strncmp(wanted, "any-", 4) == 0 || strncmp(wanted, "linux-", 6) == 0) {
		return strcmp(strchr(wanted, '-') + 1, architecture) == 0;
	}
	return strcmp(wanted, architecture) == 0;
}

bool apt_pin_names(const struct apt_pin *pin, const char *package, const char *source,
	const char *architecture, const char *native)
{
	const char *name = pin->source ? source : package;

	if (pin->general || !name) {
		return false;
	}
	if (!architecture_fits(pin->architecture[0] ? pin->architecture : native, architecture)) {
		return false;
	}
	return pin->many ? apt_pattern_fits(&pin->pattern, name) : strcmp(pin->name, name) == 0;
}
