/* SPDX-License-Identifier: Apache-2.0 */
#include "text.h"
#include "fd.h"
#include "plural.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define LANGUAGE_MAX 32
#define FALLBACK "en"

struct text_catalogue {
	struct json_object *texts;	 /* of the language asked for; NULL when there is none */
	struct json_object *fallback;	 /* English */
	char language[LANGUAGE_MAX + 1]; /* of texts */
};

void text_free(struct text_catalogue *catalogue)
{
	if (!catalogue) {
		return;
	}
	json_object_put(catalogue->texts);
	json_object_put(catalogue->fallback);
	free(catalogue);
}

void text_free_p(struct text_catalogue **catalogue)
{
	text_free(*catalogue);
}

int text_parse(struct span bytes, struct json_object **ret_texts, struct json_error *error)
{
	cleanup(json_put) struct json_object *texts = NULL;
	int r = json_parse(bytes, &texts, error);

	if (r != 0) {
		return r;
	}
	if (!json_object_is_type(texts, json_type_object)) {
		return JSON_E_TYPE;
	}
	json_object_object_foreach(texts, key, text)
	{
		if (!json_object_is_type(text, json_type_string)) {
			json_error_set(error, key, "text wanted");
			return JSON_E_TYPE;
		}
	}
	*ret_texts = TAKE_PTR(texts);
	return 0;
}

/* 0 also when there is no such file; then *ret_texts stays */
static int read_language(int dirfd, const char *language, struct json_object **ret_texts)
{
	cleanup(free_ptr) char *bytes = NULL;
	char name[LANGUAGE_MAX + sizeof(".json")];
	size_t len;
	int r;

	snprintf(name, sizeof(name), "%s.json", language);
	r = fd_read_regular(dirfd, name, TEXT_CATALOGUE_MAX, &bytes, &len);
	if (r == FD_E_MISSING) {
		return 0;
	}
	if (r != 0) {
		return r < 0 ? r : -EBADMSG;
	}
	r = text_parse((struct span){bytes, len}, ret_texts, NULL);
	return r > 0 ? -EBADMSG : r;
}

/* "nl_NL.UTF-8@euro" as a tag, "nl-NL"; false when it is no name of a language */
static bool language_tag(const char *locale, char ret_tag[LANGUAGE_MAX + 1])
{
	size_t len = strcspn(locale, ".@");

	if (len < 2 || len > LANGUAGE_MAX) {
		return false;
	}
	for (size_t i = 0; i < len; i++) {
		char c = locale[i];
		bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');

		if (!letter && c != '_' && c != '-' && (i == 0 || c < '0' || c > '9')) {
			return false;
		}
		ret_tag[i] = c == '_' ? '-' : c;
	}
	ret_tag[len] = '\0';
	return true;
}

/* Places that write Chinese in traditional characters, Unicode CLDR likelySubtags */
static const char *script_of(const char *tag)
{
	static const char *const traditional[] = {"zh-HK", "zh-MO", "zh-TW"};

	for (size_t i = 0; i < ARRAY_LEN(traditional); i++) {
		if (strcmp(traditional[i], tag) == 0) {
			return "zh-Hant";
		}
	}
	return tag;
}

static int read_tag(int dirfd, const char *tag, struct text_catalogue *catalogue)
{
	snprintf(catalogue->language, sizeof(catalogue->language), "%s", tag);
	return read_language(dirfd, tag, &catalogue->texts);
}

static int read_best(int dirfd, const char *locale, struct text_catalogue *catalogue)
{
	char tag[LANGUAGE_MAX + 1];
	int r;

	if (!locale || !language_tag(locale, tag)) {
		return 0;
	}
	r = read_tag(dirfd, script_of(tag), catalogue);
	if (r == 0 && !catalogue->texts && strchr(tag, '-')) {
		*strchr(tag, '-') = '\0';
		r = read_tag(dirfd, tag, catalogue);
	}
	return r;
}

int text_open(int dirfd, const char *language, struct text_catalogue **ret_catalogue)
{
	cleanup(text_free_p) struct text_catalogue *catalogue = calloc(1, sizeof(*catalogue));
	int r;

	if (!catalogue) {
		return -ENOMEM;
	}
	r = read_best(dirfd, language, catalogue);
	if (r == 0) {
		r = read_language(dirfd, FALLBACK, &catalogue->fallback);
	}
	if (r < 0) {
		return r;
	}
	if (!catalogue->fallback) {
		return -ENOENT;
	}
	*ret_catalogue = TAKE_PTR(catalogue);
	return 0;
}

static const char *find(struct json_object *texts, const char *key)
{
	struct json_object *text;

	return texts && json_object_object_get_ex(texts, key, &text) ? json_object_get_string(text)
								     : NULL;
}

static const char *lookup(const struct text_catalogue *catalogue, const char *key)
{
	const char *text = find(catalogue->texts, key);

	return text ? text : find(catalogue->fallback, key);
}

const char *text_get(const struct text_catalogue *catalogue, const char *key)
{
	const char *text = lookup(catalogue, key);

	return text ? text : key;
}

bool text_has(const struct text_catalogue *catalogue, const char *key)
{
	return lookup(catalogue, key) != NULL;
}

/* The argument that the text at p names as "{name}", and the length of that mark */
static const struct text_arg *match_arg(
	const char *p, const struct text_arg *args, size_t n, size_t *ret_len)
{
	const char *end = strchr(p, '}');
	struct span name;

	if (*p != '{' || !end) {
		return NULL;
	}
	name = (struct span){p + 1, (size_t)(end - p - 1)};
	for (size_t i = 0; i < n; i++) {
		if (span_eq(name, args[i].name)) {
			*ret_len = name.len + 2;
			return &args[i];
		}
	}
	return NULL;
}

static int fill(const char *text, const struct text_arg *args, size_t n, struct str *out)
{
	int r = 0;

	for (const char *p = text; *p != '\0' && r == 0;) {
		size_t len = strcspn(p + 1, "{") + 1;
		const struct text_arg *arg = match_arg(p, args, n, &len);

		r = arg ? str_append_printable(out, span_z(arg->value)) : str_append(out, p, len);
		p += len;
	}
	return r;
}

int text_format(const struct text_catalogue *catalogue, const char *key,
	const struct text_arg *args, size_t n, struct str *out)
{
	return fill(text_get(catalogue, key), args, n, out);
}

static const char *find_form(struct json_object *texts, const char *key, const char *form)
{
	cleanup(str_finish) struct str whole = {0};

	return str_appendf(&whole, "%s.%s", key, form) < 0 ? NULL : find(texts, whole.p);
}

/* The text of the first catalogue that has any form of it, in that language's form */
static const char *find_count(const struct text_catalogue *catalogue, const char *key, uint64_t n)
{
	const struct {
		struct json_object *texts;
		const char *form;
	} tries[] = {
		{catalogue->texts, plural_form(catalogue->language, n)},
		{catalogue->texts, "other"},
		{catalogue->fallback, plural_form(FALLBACK, n)},
		{catalogue->fallback, "other"},
	};

	for (size_t i = 0; i < ARRAY_LEN(tries); i++) {
		const char *text = find_form(tries[i].texts, key, tries[i].form);

		if (text) {
			return text;
		}
	}
	return key;
}

int text_format_count(
	const struct text_catalogue *catalogue, const char *key, uint64_t n, struct str *out)
{
	char number[24];
	struct text_arg arg = {"n", number};

	snprintf(number, sizeof(number), "%" PRIu64, n);
	return fill(find_count(catalogue, key, n), &arg, 1, out);
}
