/* SPDX-License-Identifier: Apache-2.0 */
#include "audit.h"

#include "answer.h"
#include "moment.h"

#include <stdio.h>
#include <inttypes.h>
#include <string.h>

struct page {
	struct json_object *list;
	int64_t last;
	size_t n;
	bool more;
};

static int fill_row(struct json_object *item, const struct store_value *row)
{
	static const char *const names[] = {"who", "action", "object", "hash"};
	int r = answer_add_int(item, "n", row[0].n);

	r = r != 0 ? r : answer_add(item, "at", moment_json_instant(row[1].n));
	for (size_t i = 0; r == 0 && i < ARRAY_LEN(names); i++) {
		r = answer_add_span(item, names[i], row[i + 2].text);
	}
	return r;
}

static int read_row(const struct store_value *row, void *data)
{
	struct page *page = data;
	struct json_object *item;
	int r;

	if (page->n == AUDIT_PAGE) {
		page->more = true;
		return 0;
	}
	item = json_object_new_object();
	r = answer_push(page->list, item);
	page->n++;
	page->last = row[0].n;
	return r != 0 ? r : fill_row(item, row);
}

int audit_read(struct store *store, const struct audit_filter *filter, struct json_object **ret)
{
	cleanup(json_put) struct json_object *body = json_object_new_object();
	struct page page = {.list = json_object_new_array()};
	int r = answer_add(body, "rows", page.list);

	r = r != 0 ? r
		   : store_query(store, read_row, &page,
			     "SELECT n, at, who, action, object, hash FROM audit WHERE site = $1 "
			     "AND ($2 = 0 OR n < $2) AND ($3 = '' OR who = $3) "
			     "AND ($4 = '' OR action = $4) ORDER BY n DESC LIMIT 51",
			     store_site(), store_int(filter->before), store_text(filter->who),
			     store_text(filter->action));
	if (r == 0) {
		r = page.more ? answer_add_int(body, "next", page.last)
			      : answer_add_null(body, "next");
	}
	if (r == 0) {
		*ret = TAKE_PTR(body);
	}
	return r;
}

struct export
{
	FILE *out;
	enum audit_format format;
	bool begun;
};

/* RFC 4180; a spreadsheet runs what begins like a formula, so that such a cell is told to be text
 */
static void write_cell(FILE *out, struct span text, char end)
{
	bool runs = text.len > 0 && memchr("=+-@\t\r", text.p[0], 6);

	fprintf(out, "\"%s", runs ? "'" : "");
	for (size_t i = 0; i < text.len; i++) {
		if (text.p[i] == '"') {
			fputc('"', out);
		}
		fputc(text.p[i], out);
	}
	fprintf(out, "\"%c", end);
}

static int export_csv(FILE *out, const struct store_value *row)
{
	fprintf(out, "%" PRId64 ",%" PRId64 ",", row[0].n, row[1].n);
	for (size_t i = 2; i < 5; i++) {
		write_cell(out, row[i].text, ',');
	}
	fprintf(out, "%.*s\n", (int)row[5].text.len, row[5].text.p);
	return 0;
}

static int export_json(struct export *export, const struct store_value *row)
{
	cleanup(json_put) struct json_object *item = json_object_new_object();
	cleanup(str_finish) struct str text = {0};
	int r = fill_row(item, row);

	r = r != 0 ? r : json_write_canonical(item, &text);
	if (r == 0) {
		fprintf(export->out, "%s%s", export->begun ? ",\n" : "", text.p);
		export->begun = true;
	}
	return r;
}

static int export_row(const struct store_value *row, void *data)
{
	struct export *export = data;

	return export->format == AUDIT_CSV ? export_csv(export->out, row)
					   : export_json(export, row);
}

int audit_export(struct store *store, enum audit_format format, FILE *out)
{
	struct export export = {out, format, false};
	int r;

	fputs(format == AUDIT_CSV ? "n,at,who,action,object,hash\n" : "{\"rows\":[\n", out);
	r = store->ops->scan(store,
		"SELECT n, at, who, action, object, hash FROM audit WHERE site = '" STORE_SITE
		"' ORDER BY n",
		export_row, &export);
	if (r == 0 && format == AUDIT_JSON) {
		fputs("\n]}\n", out);
	}
	return r == 0 && fflush(out) != 0 ? -errno : r;
}
