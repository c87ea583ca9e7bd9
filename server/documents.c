/* SPDX-License-Identifier: Apache-2.0 */
#include "documents.h"

#include "answer.h"
#include "json-build.h"
#include "settings.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define NAME_MAX_LEN (SETTINGS_TEXT_MAX + 80)

static const char *const names[] = {"dpia", "exemption-notice", "incident-playbook", "limits",
	"lost-account", "lost-device", "necessity-test", "privacy-notice", "public-place",
	"pupil-parent-guide", "records", "rights-process", "safeguarding-boundary", "school-policy",
	"staff-training", "supplier-check"};
static const char *const languages[] = {"en", "nl", "pl", "zh-Hant"};

/* What may stand in braces: names of settings */
static const struct {
	const char *name;
	bool number;
} fields[] = {
	{"contact", false},
	{"dpia_done", false},
	{"exemption_days", true},
	{"history_days", true},
	{"hosting_processor", false},
	{"hosting_region", false},
	{"providers", false},
	{"review_dpia", false},
	{"review_policy", false},
};

static bool is_one_of(const char *const *words, size_t n, const char *word)
{
	for (size_t i = 0; i < n; i++) {
		if (strcmp(words[i], word) == 0) {
			return true;
		}
	}
	return false;
}

static int add_words(struct json_build *body, const char *name, const char *const *words, size_t n)
{
	struct json_build list = json_build_array();

	for (size_t i = 0; i < n; i++) {
		json_build_string(&list, NULL, words[i]);
	}
	json_build_join(body, name, &list);
	return body->error;
}

int documents_list(struct json_object **ret_body)
{
	cleanup(json_build_drop) struct json_build body = json_build_object();
	int r = add_words(&body, "documents", names, ARRAY_LEN(names));

	r = r != 0 ? r : add_words(&body, "languages", languages, ARRAY_LEN(languages));
	return r != 0 ? r : json_build_finish(&body, ret_body);
}

struct page {
	struct store *store;
	enum documents_format format;
	struct str *out;
	const struct documents_field *more;
	size_t n_more;
	const char *list; /* the list that is open, "ul" or "ol"; NULL for none */
};

/* HTML, section 13.1.2.3: what may stand in text */
static int put_text(struct page *page, struct span text)
{
	int r = 0;

	if (page->format == DOCUMENTS_TEXT) {
		return str_append(page->out, text.p, text.len);
	}
	for (size_t i = 0; r == 0 && i < text.len; i++) {
		switch (text.p[i]) {
		case '&':
			r = str_append_z(page->out, "&amp;");
			break;
		case '<':
			r = str_append_z(page->out, "&lt;");
			break;
		case '>':
			r = str_append_z(page->out, "&gt;");
			break;
		default:
			r = str_append_char(page->out, text.p[i]);
		}
	}
	return r;
}

static const struct documents_field *find_more(const struct page *page, struct span name)
{
	for (size_t i = 0; i < page->n_more; i++) {
		if (span_eq(name, page->more[i].name)) {
			return &page->more[i];
		}
	}
	return NULL;
}

static int put_field(struct page *page, struct span name)
{
	const struct documents_field *more = find_more(page, name);
	char text[SETTINGS_TEXT_MAX + 1];
	int64_t n = 0;
	int r = 0;

	if (more) {
		return put_text(page, span_z(more->value));
	}
	for (size_t i = 0; i < ARRAY_LEN(fields); i++) {
		if (!span_eq(name, fields[i].name)) {
			continue;
		}
		if (fields[i].number) {
			r = settings_number(page->store, fields[i].name, &n);
			snprintf(text, sizeof(text), "%" PRId64, n);
		} else {
			r = settings_text(page->store, fields[i].name, text);
		}
		return r != 0 ? r : put_text(page, span_z(text[0] ? text : DOCUMENTS_EMPTY));
	}
	return -EBADMSG;
}

static int put_filled(struct page *page, struct span line)
{
	int r = 0;

	while (r == 0 && line.len > 0) {
		const char *open = memchr(line.p, '{', line.len);
		size_t before = open ? (size_t)(open - line.p) : line.len;
		const char *close;

		r = put_text(page, (struct span){line.p, before});
		line.p += before;
		line.len -= before;
		close = line.len > 0 ? memchr(line.p, '}', line.len) : NULL;
		if (r != 0 || line.len == 0) {
			break;
		}
		if (!close) {
			return -EBADMSG;
		}
		r = put_field(page, (struct span){line.p + 1, (size_t)(close - line.p) - 1});
		line.len -= (size_t)(close - line.p) + 1;
		line.p = close + 1;
	}
	return r;
}

static const struct shape {
	const char *mark;
	const char *tag;
	const char *list;
} shapes[] = {
	{"# ", "h1", NULL},
	{"## ", "h2", NULL},
	{"- ", "li", "ul"},
	{"", "p", NULL},
};
static const struct shape numbered = {"1. ", "li", "ol"};

static const struct shape *shape_of(struct span line)
{
	size_t i = 0;

	if (line.len > 3 && line.p[0] >= '1' && line.p[0] <= '9' && line.p[1] == '.' &&
		line.p[2] == ' ') {
		return &numbered;
	}
	while (!span_starts(line, shapes[i].mark)) {
		i++;
	}
	return &shapes[i];
}

static int put_list(struct page *page, const char *list)
{
	int r = 0;

	if (page->list && page->list != list) {
		r = str_appendf(page->out, "</%s>\n", page->list);
		page->list = NULL;
	}
	if (r == 0 && list && !page->list) {
		r = str_appendf(page->out, "<%s>\n", list);
		page->list = list;
	}
	return r;
}

/* What people wrote, line by line: nothing in it is a mark or a field. */
static int put_lines(struct page *page, const char *value)
{
	bool html = page->format == DOCUMENTS_HTML;
	struct span rest = span_z(value), line;
	int r = html ? put_list(page, "ul") : 0;

	while (r == 0 && span_next(&rest, '\n', &line)) {
		if (line.len == 0) {
			continue;
		}
		r = str_append_z(page->out, html ? "<li>" : "- ");
		r = r != 0 ? r : put_text(page, line);
		r = r != 0 ? r : str_append_z(page->out, html ? "</li>\n" : "\n");
	}
	return r;
}

static int put_line(struct page *page, struct span line)
{
	const struct shape *shape = shape_of(line);
	const struct documents_field *more = NULL;
	int r;

	if (line.len > 2 && line.p[0] == '{' && line.p[line.len - 1] == '}') {
		more = find_more(page, (struct span){line.p + 1, line.len - 2});
	}
	if (more && more->lines) {
		return put_lines(page, more->value);
	}

	if (page->format == DOCUMENTS_TEXT) {
		r = put_filled(page, line);
		return r != 0 ? r : str_append_char(page->out, '\n');
	}
	line.p += strlen(shape->mark);
	line.len -= strlen(shape->mark);
	r = put_list(page, shape->list);
	if (r != 0 || line.len == 0) {
		return r;
	}
	r = str_appendf(page->out, "<%s>", shape->tag);
	r = r != 0 ? r : put_filled(page, line);
	return r != 0 ? r : str_appendf(page->out, "</%s>\n", shape->tag);
}

/* The first line is the title of the page, too. */
static int put_head(struct page *page, struct span text, const char *language)
{
	struct span first;
	int r;

	if (page->format == DOCUMENTS_TEXT || !span_next(&text, '\n', &first) || first.len < 2) {
		return 0;
	}
	r = str_appendf(page->out,
		"<!doctype html>\n<html lang=\"%s\">\n<head>\n<meta charset=\"utf-8\">\n"
		"<meta name=\"viewport\" content=\"width=device-width\">\n<title>",
		language);
	r = r != 0 ? r : put_text(page, (struct span){first.p + 2, first.len - 2});
	return r != 0 ? r : str_append_z(page->out, "</title>\n</head>\n<body>\n<main>\n");
}

static int put_all(struct page *page, struct span text, const char *language)
{
	struct span rest = text, line;
	int r = put_head(page, text, language);

	while (r == 0 && span_next(&rest, '\n', &line)) {
		r = put_line(page, line);
	}
	if (r != 0 || page->format == DOCUMENTS_TEXT) {
		return r;
	}
	r = put_list(page, NULL);
	return r != 0 ? r : str_append_z(page->out, "</main>\n</body>\n</html>\n");
}

int documents_write_with(const struct files *files, struct store *store, const char *name,
	const char *language, enum documents_format format, const struct documents_field *more,
	size_t n, struct str *out)
{
	struct http_answer file = {.status = 0};
	struct page page = {store, format, out, more, n, NULL};
	char path[NAME_MAX_LEN], chosen[SETTINGS_TEXT_MAX + 1];
	int r = 0;

	if (!language) {
		r = settings_text(store, "language", chosen);
		language = chosen;
	}
	if (r != 0) {
		return r;
	}
	if (!is_one_of(languages, ARRAY_LEN(languages), language)) {
		return DOCUMENTS_E_UNKNOWN;
	}
	snprintf(path, sizeof(path), "%s/%.60s.md", language, name);
	if (!files_answer(files, span_z(path), &file)) {
		return DOCUMENTS_E_UNKNOWN;
	}
	r = put_all(&page, file.file, language);
	return r > 0 ? -EIO : r;
}

int documents_write(const struct files *files, struct store *store, const char *name,
	const char *language, enum documents_format format, struct str *out)
{
	return is_one_of(names, ARRAY_LEN(names), name)
		       ? documents_write_with(files, store, name, language, format, NULL, 0, out)
		       : DOCUMENTS_E_UNKNOWN;
}
