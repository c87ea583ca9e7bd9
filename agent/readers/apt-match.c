/* SPDX-License-Identifier: Apache-2.0 */
#include "apt-match.h"

#include <ctype.h>
#include <fnmatch.h>
#include <string.h>
#include <strings.h>

/* Counted repetition makes glibc copy the part, and reaching back makes it try without end. */
static bool regex_bounded(const char *text, size_t len)
{
	for (size_t i = 0; i < len; i++) {
		if (text[i] == '{' ||
			(text[i] == '\\' && i + 1 < len && isdigit((unsigned char)text[i + 1]))) {
			return false;
		}
	}
	return true;
}

static int regex_init(struct apt_pattern *pattern, size_t len)
{
	char bare[APT_MATCH_DATA_MAX + 1];
	int r;

	if (len < 2 || len > APT_MATCH_DATA_MAX) {
		pattern->broken = true;
		return 0;
	}
	memcpy(bare, pattern->text + 1, len - 2);
	bare[len - 2] = '\0';
	if (!regex_bounded(bare, len - 2)) {
		return APT_MATCH_E_BOUNDS;
	}
	r = regcomp(&pattern->regex, bare, REG_EXTENDED | REG_ICASE | REG_NOSUB);
	if (r == REG_ESPACE) {
		return -ENOMEM;
	}
	pattern->broken = r != 0;
	return 0;
}

int apt_pattern_init(struct apt_pattern *pattern, const char *text)
{
	size_t len = strlen(text), stars = 0;
	int r = 0;

	*pattern = (struct apt_pattern){.text = text};
	if (text[0] == '/' && text[len - 1] == '/') {
		pattern->is_regex = true;
		r = regex_init(pattern, len);
		pattern->broken = pattern->broken || r != 0;
		return r;
	}
	for (size_t i = 0; i < len; i++) {
		stars += text[i] == '*';
	}
	return stars <= APT_MATCH_STARS_MAX ? 0 : APT_MATCH_E_BOUNDS;
}

void apt_pattern_finish(struct apt_pattern *pattern)
{
	if (pattern->is_regex && !pattern->broken) {
		regfree(&pattern->regex);
	}
	*pattern = (struct apt_pattern){0};
}

bool apt_pattern_fits(const struct apt_pattern *pattern, const char *text)
{
	if (!text) {
		return false;
	}
	if (pattern->is_regex) {
		return !pattern->broken && regexec(&pattern->regex, text, 0, NULL, 0) == 0;
	}
	return fnmatch(pattern->text, text, FNM_CASEFOLD) == 0;
}

static int property_ask(struct apt_match *match, enum apt_match_property property, const char *text)
{
	unsigned bit = 1U << property;

	/* Of a property that is named twice the last word counts. */
	apt_pattern_finish(&match->patterns[property]);
	match->asked = (match->asked & ~bit) | (text[0] ? bit : 0);
	return apt_pattern_init(&match->patterns[property], text);
}

/* Takes the * off the end of a version; what then fits is each that begins with it. */
static void prefix_take(struct apt_match *match, char *text)
{
	size_t len = strlen(text);

	if (len > 0 && text[len - 1] == '*') {
		text[len - 1] = '\0';
		match->prefix = true;
	}
}

static int fragment_take(struct apt_match *match, char *fragment)
{
	static const char letters[] = "abclnov";
	const char *found;

	if (strlen(fragment) < 3 || fragment[1] != '=') {
		return 0;
	}
	found = strchr(letters, tolower((unsigned char)fragment[0]));
	if (!found || !*found) {
		return 0;
	}
	if (*found == 'v') {
		prefix_take(match, fragment + 2);
	}
	return property_ask(match, (enum apt_match_property)(found - letters), fragment + 2);
}

/* Parts between commas, without the blanks around them (strutl.cc, TokSplitString) */
static int release_split(struct apt_match *match)
{
	char *rest = match->data;
	int r = 0;

	for (size_t n = 0; rest && *rest && r == 0; n++) {
		char *fragment, *end;

		rest += strspn(rest, ", \t\r\n\v\f");
		if (!*rest) {
			break;
		}
		if (n >= APT_MATCH_FRAGMENTS_MAX) {
			match->nothing = true;
			break;
		}
		fragment = strsep(&rest, ",");
		for (end = fragment + strlen(fragment);
			end > fragment && isspace((unsigned char)end[-1]); end--) {
			end[-1] = '\0';
		}
		r = fragment_take(match, fragment);
	}
	return r;
}

static int release_init(struct apt_match *match)
{
	enum apt_match_property property = APT_MATCH_EITHER;

	if (strcmp(match->data, "*") == 0) {
		match->all = true;
		return 0;
	}
	if (strchr(match->data, '=')) {
		return release_split(match);
	}
	if (isdigit((unsigned char)match->data[0])) {
		property = APT_MATCH_NUMBER;
		prefix_take(match, match->data);
	}
	return property_ask(match, property, match->data);
}

static int origin_init(struct apt_match *match)
{
	size_t len = strlen(match->data);
	char *site = match->data;

	if (len >= 2 && site[0] == '"' && site[len - 1] == '"') {
		site[len - 1] = '\0';
		site++;
	}
	return property_ask(match, APT_MATCH_SITE, site);
}

static int match_init(struct apt_match *match)
{
	switch (match->type) {
	case APT_MATCH_VERSION:
		prefix_take(match, match->data);
		return apt_pattern_init(&match->version, match->data);
	case APT_MATCH_RELEASE:
		return release_init(match);
	case APT_MATCH_ORIGIN:
		return origin_init(match);
	}
	return -EINVAL;
}

int apt_match_new(enum apt_match_type type, const char *data, struct apt_match **ret_match)
{
	cleanup(apt_match_free_p) struct apt_match *match = calloc(1, sizeof(*match));
	size_t len = strlen(data);
	int r;

	if (!match) {
		return -ENOMEM;
	}
	if (len > APT_MATCH_DATA_MAX) {
		return APT_MATCH_E_BOUNDS;
	}
	match->type = type;
	memcpy(match->data, data, len + 1);
	r = match_init(match);
	if (r == 0) {
		*ret_match = TAKE_PTR(match);
	}
	return r;
}

void apt_match_free(struct apt_match *match)
{
	if (!match) {
		return;
	}
	for (size_t i = 0; i < APT_MATCH_PROPERTIES; i++) {
		apt_pattern_finish(&match->patterns[i]);
	}
	apt_pattern_finish(&match->version);
	free(match);
}

void apt_match_free_p(struct apt_match **match)
{
	apt_match_free(*match);
}

/* versionmatch.cc, MatchVer */
static bool begins(const char *text, const char *wanted, bool prefix)
{
	size_t n = strlen(wanted);

	return text && (prefix ? strlen(text) >= n : strlen(text) == n) &&
	       strncasecmp(text, wanted, n) == 0;
}

bool apt_match_version(const struct apt_match *match, const char *version)
{
	return begins(version, match->data, match->prefix) ||
	       apt_pattern_fits(&match->version, version);
}

static bool property_fits(const struct apt_match *match, const struct apt_match_file *file,
	enum apt_match_property property)
{
	const struct apt_pattern *pattern = &match->patterns[property];

	if (property == APT_MATCH_EITHER) {
		return apt_pattern_fits(pattern, file->properties[APT_MATCH_ARCHIVE]) ||
		       apt_pattern_fits(pattern, file->properties[APT_MATCH_CODENAME]);
	}
	if (property == APT_MATCH_NUMBER &&
		begins(file->properties[property], pattern->text, match->prefix)) {
		return true;
	}
	return apt_pattern_fits(pattern, file->properties[property]);
}

bool apt_match_file(const struct apt_match *match, const struct apt_match_file *file)
{
	if (match->type == APT_MATCH_VERSION || match->nothing) {
		return false;
	}
	if (match->type == APT_MATCH_ORIGIN) {
		/* An archive on this machine has the site "", and an empty word asks for that. */
		return !file->status && apt_pattern_fits(&match->patterns[APT_MATCH_SITE],
						file->properties[APT_MATCH_SITE]);
	}
	if (match->all) {
		return true;
	}
	if (match->asked == 0) {
		return file->status; /* as apt has it: asked for nothing, dpkg's status fits */
	}
	for (unsigned i = 0; i < APT_MATCH_PROPERTIES; i++) {
		if (match->asked & 1U << i &&
			!property_fits(match, file, (enum apt_match_property)i)) {
			return false;
		}
	}
	return true;
}
