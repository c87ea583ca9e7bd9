/* SPDX-License-Identifier: Apache-2.0 */
#include "tables.h"

#include "answer.h"
#include "base64.h"
#include "held-text.h"
#include "tables-list.h"
#include "tables-row.h"

#include <string.h>

#define DEVICES_AT_ONCE 100

/* The last row's key, so that the next page begins behind it: its values, as JSON */
struct place {
	struct json_object *values;
	int64_t same; /* rows of this key that were given */
};

struct page {
	const struct tables_table *table;
	enum tables_format format;
	struct str *out;
	struct json_object *list;
	struct place last;
	int64_t rows;
	int64_t devices; /* of a packed table: how many were found */
};

static int put_row(const struct store_value *row, struct page *page)
{
	struct json_object *item = NULL;
	int r;

	if (page->format == TABLES_CSV) {
		return tables_row_csv(page->table->head, row, page->out);
	}
	r = tables_row_json(page->table->head, row, &item);
	return r != 0 ? r : answer_push(page->list, item);
}

static int place_set(struct place *place, const char *key, const struct store_value *row)
{
	struct json_object *values = json_object_new_array();
	int r = values ? 0 : -ENOMEM;

	for (size_t i = 0; r == 0 && key[i]; i += 2) {
		const struct store_value *value = &row[key[i + 1] - '0'];

		r = answer_push(values, key[i] == 'i' ? json_object_new_int64(value->n)
						      : json_object_new_string_len(value->text.p,
								(int)value->text.len));
	}
	place->same =
		place->values && json_object_equal(place->values, values) ? place->same + 1 : 1;
	json_object_put(place->values);
	place->values = values;
	return r;
}

static int write_row(const struct store_value *row, void *data)
{
	return put_row(row, data);
}

static int unpack(const struct store_value *row, store_row_fn fn, void *data)
{
	cleanup(held_finish) struct held held = {0};
	int r = row[1].type == STORE_TEXT ? held_parse(row[1].text, &held) : -EBADMSG;

	for (size_t i = 0; r == 0 && i < held.n; i++) {
		const struct held_control *control = &held.controls[i];
		const struct store_value values[] = {row[0], store_text(control->id),
			store_text(posture_state_name(control->state)), store_text(control->reason),
			store_int(control->since_s), store_int(control->answered_s),
			store_int(control->sequence)};

		r = fn(values, data);
	}
	return r;
}

static int count_row(const struct store_value *row, void *data)
{
	struct page *page = data;

	page->rows++;
	return put_row(row, page);
}

/* A page ends with a device. */
static int page_device(const struct store_value *row, void *data)
{
	struct page *page = data;
	int r;

	page->devices++;
	if (page->rows >= TABLES_PAGE) {
		return 0;
	}
	r = place_set(&page->last, page->table->key, row);
	return r != 0 ? r : unpack(row, count_row, page);
}

static int write_packed(const struct store_value *row, void *data)
{
	return unpack(row, write_row, data);
}

static int page_row(const struct store_value *row, void *data)
{
	struct page *page = data;
	int r = place_set(&page->last, page->table->key, row);

	page->rows++;
	return r != 0 ? r : put_row(row, page);
}

/* params: of which the first two are set; those of the key follow */
static size_t put_key(
	const char *key, struct json_object *values, struct store_value params[STORE_PARAMS_MAX])
{
	size_t n = 2;

	for (size_t i = 0; key[2 * i]; i++) {
		struct json_object *value = json_object_array_get_idx(values, i);

		params[n++] = key[2 * i] == 'i' ? store_int(json_object_get_int64(value))
						: store_text(json_object_get_string(value));
	}
	return n;
}

/* Rows that are alike in all that they are sorted by stay on one page. */
static int finish_key(struct store *store, struct page *page)
{
	struct store_value params[STORE_PARAMS_MAX] = {store_site(), store_int(page->last.same)};
	size_t n;

	if (!page->table->same || page->rows < TABLES_PAGE) {
		return 0;
	}
	n = put_key(page->table->key, page->last.values, params);
	return store->ops->run(store, page->table->same, params, n, write_row, page, NULL);
}

static int read_devices(struct store *store, struct json_object *after, struct page *page)
{
	struct store_value params[STORE_PARAMS_MAX] = {store_site(), store_int(DEVICES_AT_ONCE)};
	size_t n = after ? put_key(page->table->key, after, params) : 2;

	page->devices = 0;
	return store->ops->run(store, after ? page->table->later : page->table->first, params, n,
		page_device, page, NULL);
}

/* A few devices at a time, until the page is full */
static int read_packed(struct store *store, struct json_object *after, struct page *page)
{
	int r = read_devices(store, after, page);

	while (r == 0 && page->devices == DEVICES_AT_ONCE && page->rows < TABLES_PAGE) {
		/* Of its own: what is last changes with each row. */
		cleanup(json_put) struct json_object *last = json_object_get(page->last.values);

		r = read_devices(store, last, page);
	}
	return r;
}

static int read_page(struct store *store, struct json_object *after, struct page *page)
{
	struct store_value params[STORE_PARAMS_MAX] = {store_site(), store_int(TABLES_PAGE)};
	size_t n = after ? put_key(page->table->key, after, params) : 2;
	int r = store->ops->run(store, after ? page->table->later : page->table->first, params, n,
		page_row, page, NULL);

	return r != 0 ? r : finish_key(store, page);
}

/* A cursor: the values of a key as JSON, in base64url */
static int write_next(const struct page *page, struct str *next)
{
	cleanup(str_finish) struct str text = {0};
	int r;

	if (page->rows < TABLES_PAGE) {
		return 0;
	}
	r = json_write_canonical(page->last.values, &text);
	return r != 0 ? r : base64url_append(next, text.p, text.len);
}

static bool key_fits(const char *key, struct json_object *values)
{
	size_t n = strlen(key) / 2;

	if (!json_object_is_type(values, json_type_array) ||
		json_object_array_length(values) != n) {
		return false;
	}
	for (size_t i = 0; i < n; i++) {
		struct json_object *value = json_object_array_get_idx(values, i);
		bool number = key[2 * i] == 'i';

		if (!json_object_is_type(value, number ? json_type_int : json_type_string) ||
			(!number && strlen(json_object_get_string(value)) !=
					    (size_t)json_object_get_string_len(value))) {
			return false;
		}
	}
	return true;
}

static int read_after(
	const struct tables_table *table, const char *after, struct json_object **ret_values)
{
	cleanup(json_put) struct json_object *values = NULL;
	cleanup(free_ptr) char *bytes = NULL;
	size_t len = 0;
	int r = base64url_decode(span_z(after), TABLES_AFTER_MAX, &bytes, &len);

	r = r != 0 ? r : json_parse((struct span){bytes, len}, &values, NULL);
	if (r == -ENOMEM) {
		return r;
	}
	if (r != 0 || !key_fits(table->key, values)) {
		return TABLES_E_AFTER;
	}
	*ret_values = TAKE_PTR(values);
	return 0;
}

static int write_rows(struct json_object *rows, const struct str *next, struct str *out)
{
	cleanup(json_put) struct json_object *body = json_object_new_object();
	int r = answer_add(body, "rows", json_object_get(rows));

	r = r != 0	     ? r
	    : next->len == 0 ? answer_add_null(body, "next")
			     : answer_add_text(body, "next", next->p);
	return r != 0 ? r : json_write_canonical(body, out);
}

int tables_write_page(struct store *store, const struct tables_table *table,
	enum tables_format format, const char *after, struct str *next, struct str *out)
{
	cleanup(json_put) struct json_object *place = NULL, *rows = json_object_new_array();
	struct page page = {.table = table, .format = format, .out = out, .list = rows};
	int r = after ? read_after(table, after, &place) : 0;

	if (r == 0 && format == TABLES_CSV && !after) {
		r = tables_head_csv(table->head, out);
	}
	r = r != 0	    ? r
	    : !rows	    ? -ENOMEM
	    : table->packed ? read_packed(store, place, &page)
			    : read_page(store, place, &page);
	r = r != 0 ? r : write_next(&page, next);
	json_object_put(page.last.values);
	return r != 0 || format == TABLES_CSV ? r : write_rows(rows, next, out);
}

struct stream {
	const struct tables_table *table;
	enum tables_format format;
	tables_chunk_fn fn;
	void *data;
	bool later;
};

static int stream_row(const struct store_value *row, void *data)
{
	struct stream *stream = data;
	cleanup(str_finish) struct str line = {0};
	cleanup(json_put) struct json_object *item = NULL;
	int r;

	if (stream->format == TABLES_CSV) {
		r = tables_row_csv(stream->table->head, row, &line);
	} else {
		r = str_append_z(&line, stream->later ? ",\n" : "");
		r = r != 0 ? r : tables_row_json(stream->table->head, row, &item);
		r = r != 0 ? r : json_write_canonical(item, &line);
	}
	stream->later = true;
	return r != 0 ? r : stream->fn((struct span){line.p, line.len}, stream->data);
}

static int stream_packed(const struct store_value *row, void *data)
{
	return unpack(row, stream_row, data);
}

int tables_stream(struct store *store, const struct tables_table *table, enum tables_format format,
	tables_chunk_fn fn, void *data)
{
	cleanup(str_finish) struct str head = {0};
	struct stream stream = {table, format, fn, data, false};
	int r = format == TABLES_CSV ? tables_head_csv(table->head, &head)
				     : str_append_z(&head, "[");

	r = r != 0 ? r : fn((struct span){head.p, head.len}, data);
	r = r != 0 ? r : store->ops->begin(store, false);
	if (r != 0) {
		return r;
	}
	r = store->ops->scan(
		store, table->all, table->packed ? stream_packed : stream_row, &stream);
	store->ops->rollback(store);
	return r != 0 || format == TABLES_CSV ? r : fn(span_z("]\n"), data);
}

int tables_of_device(struct store *store, const char *id, struct json_object **ret_body)
{
	cleanup(json_put) struct json_object *body = json_object_new_object();
	const struct tables_table *table;
	int r = 0;

	for (size_t i = 0; r == 0 && (table = tables_at(i)); i++) {
		struct page page = {
			.table = table, .format = TABLES_JSON, .list = json_object_new_array()};

		if (!table->device) {
			json_object_put(page.list);
			continue;
		}
		r = answer_add(body, table->name, page.list);
		r = r != 0 ? r
			   : store_query(store, table->packed ? write_packed : write_row, &page,
				     table->device, store_site(), store_text(id));
	}
	if (r == 0) {
		*ret_body = TAKE_PTR(body);
	}
	return r;
}
