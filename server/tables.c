/* SPDX-License-Identifier: Apache-2.0 */
#include "tables.h"

#include "answer.h"
#include "clock.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

/* @name: a time. of_device: the column that names the device; NULL when rows are about none */
struct tables_table {
	const char *name;
	const char *head;
	const char *page;   /* $2 rows behind $3 */
	const char *all;    /* without parameters, for scan */
	const char *device; /* $2 device; NULL when rows are about none */
};
#define SITE "'" STORE_SITE "'"
#define FROM(columns, table) "SELECT " columns " FROM " table " WHERE site = "
#define TABLE(name, head, columns, table, order)                                             \
	{                                                                                    \
		name, head, FROM(columns, table) "$1 ORDER BY " order " LIMIT $2 OFFSET $3", \
			FROM(columns, table) SITE " ORDER BY " order, NULL                   \
	}
#define OF_DEVICE(name, head, columns, table, order, column)                                 \
	{                                                                                    \
		name, head, FROM(columns, table) "$1 ORDER BY " order " LIMIT $2 OFFSET $3", \
			FROM(columns, table) SITE " ORDER BY " order,                        \
			FROM(columns, table) "$1 AND " column " = $2 ORDER BY " order        \
	}

static const struct tables_table tables[] = {
	TABLE("answers", "provider,control,answer,note,@at,who",
		"provider, control, answer, note, at, who", "answers", "provider, control"),
	TABLE("audit", "n,@at,who,action,object,hash", "n, at, who, action, object, hash", "audit",
		"n"),
	OF_DEVICE("breach_devices", "breach,device,encrypted", "breach, device, encrypted",
		"breach_devices", "breach, device", "device"),
	TABLE("breach_notes", "breach,n,@at,who,step,note", "breach, n, at, who, step, note",
		"breach_notes", "breach, n"),
	TABLE("breaches", "id,kind,@happened,@known,@opened,who,@told,@closed",
		"id, kind, happened, known, opened, who, told, closed", "breaches", "id"),
	OF_DEVICE("controls", "device,control,state,reason,@since,@answered,sequence",
		"device, control, state, reason, since, answered, sequence", "controls",
		"device, control", "device"),
	TABLE("days", "@day,subject,state,devices", "day, subject, state, devices", "days",
		"subject, day, state"),
	OF_DEVICE("devices",
		"id,public_key,ownership,group,number,@enrolled,@heard,@confirmed,sequence,policy,"
		"posture,failing,unknown,worst,want,@lost",
		"id, public_key, ownership, team, number, enrolled, heard, confirmed, sequence, "
		"policy, posture, failing, unknown, worst, want, lost",
		"devices", "team, number", "id"),
	OF_DEVICE("disputes", "device,control,reason,@at,who", "device, control, reason, at, who",
		"disputes", "device, control", "device"),
	OF_DEVICE("exemption_devices", "exemption,device", "exemption, device", "exemption_devices",
		"exemption, device", "device"),
	TABLE("exemptions",
		"id,state,group,terms,@starts,@ends,@requested,requester,approver,approver_role,"
		"second,second_role,@decided,@ended",
		"id, state, team, terms, starts, ends, requested, requester, approver, "
		"approver_role, second, second_role, decided, ended",
		"exemptions", "id"),
	OF_DEVICE("history", "device,@at,control,state,reason",
		"device, at, control, state, reason", "history", "device, at, control", "device"),
	OF_DEVICE("hooks", "n,device,control,reason,@since", "n, device, control, reason, since",
		"hooks", "n", "device"),
	TABLE("policies", "ownership,version,name,source,@expires,group,edit,@at,who",
		"ownership, version, name, source, expires, team, edit, at, who", "policies",
		"ownership, version"),
	OF_DEVICE("reports", "device,sequence,hash,want", "device, sequence, hash, want", "reports",
		"device, sequence", "device"),
	TABLE("settings", "name,value", "name, value", "settings", "name"),
};

const struct tables_table *tables_at(size_t i)
{
	return i < ARRAY_LEN(tables) ? &tables[i] : NULL;
}

const struct tables_table *tables_find(const char *name)
{
	for (size_t i = 0; i < ARRAY_LEN(tables); i++) {
		if (strcmp(tables[i].name, name) == 0) {
			return &tables[i];
		}
	}
	return NULL;
}

const char *tables_name(const struct tables_table *table)
{
	return table->name;
}

/* A time by the day where it is one: private devices have no other. */
static void time_text(int64_t wall_s, char text[CLOCK_TEXT_LEN])
{
	clock_format(wall_s, text);
	if (wall_s % CLOCK_DAY_S == 0) {
		text[10] = 0;
	}
}

static struct json_object *value_json(const struct store_value *value, bool time)
{
	char text[CLOCK_TEXT_LEN];

	if (value->type == STORE_TEXT) {
		return json_object_new_string_len(value->text.p, (int)value->text.len);
	}
	if (!time) {
		return json_object_new_int64(value->n);
	}
	time_text(value->n, text);
	return json_object_new_string(text);
}

static int row_json(const char *head, const struct store_value *row, struct json_object **ret_item)
{
	struct json_object *item = json_object_new_object();
	struct span rest = span_z(head), column;
	int r = item ? 0 : -ENOMEM;

	for (size_t i = 0; r == 0 && span_next(&rest, ',', &column); i++) {
		bool time = column.p[0] == '@';
		char name[32];

		snprintf(name, sizeof(name), "%.*s", (int)(column.len - time), column.p + time);
		r = row[i].type == STORE_NULL ? answer_add_null(item, name)
					      : answer_add(item, name, value_json(&row[i], time));
	}
	if (r != 0) {
		json_object_put(item);
		return r;
	}
	*ret_item = item;
	return 0;
}

/* A spreadsheet runs a cell that begins like a formula: such a one is told to be text. */
static int cell_text(struct str *out, struct span text)
{
	bool formula = text.len > 0 && strchr("=+-@\t\r", text.p[0]);
	bool quote = false;
	int r;

	for (size_t i = 0; i < text.len; i++) {
		quote = quote || strchr(",\"\r\n", text.p[i]);
	}
	r = quote ? str_append_char(out, '"') : 0;
	r = r == 0 && formula ? str_append_char(out, '\'') : r;
	for (size_t i = 0; r == 0 && i < text.len; i++) {
		r = text.p[i] == '"' ? str_append(out, "\"\"", 2) : str_append_char(out, text.p[i]);
	}
	return r != 0 || !quote ? r : str_append_char(out, '"');
}

static int row_csv(const char *head, const struct store_value *row, struct str *out)
{
	struct span rest = span_z(head), column;
	int r = 0;

	for (size_t i = 0; r == 0 && span_next(&rest, ',', &column); i++) {
		char text[CLOCK_TEXT_LEN];

		r = i > 0 ? str_append_char(out, ',') : 0;
		if (r != 0 || row[i].type == STORE_NULL) {
			continue;
		}
		if (row[i].type == STORE_TEXT) {
			r = cell_text(out, row[i].text);
		} else if (column.p[0] == '@') {
			time_text(row[i].n, text);
			r = str_append_z(out, text);
		} else {
			r = str_appendf(out, "%" PRId64, row[i].n);
		}
	}
	return r != 0 ? r : str_append(out, "\r\n", 2);
}

static int head_csv(const char *head, struct str *out)
{
	int r = 0;

	for (const char *p = head; r == 0 && *p; p++) {
		r = *p == '@' ? 0 : str_append_char(out, *p);
	}
	return r != 0 ? r : str_append(out, "\r\n", 2);
}

struct page {
	const struct tables_table *table;
	enum tables_format format;
	struct str *out;
	struct json_object *list;
	int64_t rows;
};

static int write_row(const struct store_value *row, void *data)
{
	struct page *page = data;
	struct json_object *item = NULL;
	int r;

	page->rows++;
	if (page->format == TABLES_CSV) {
		return row_csv(page->table->head, row, page->out);
	}
	r = row_json(page->table->head, row, &item);
	return r != 0 ? r : answer_push(page->list, item);
}

int tables_write_page(struct store *store, const struct tables_table *table,
	enum tables_format format, int64_t after, struct str *out)
{
	cleanup(json_put) struct json_object *body = json_object_new_object();
	struct page page = {table, format, out, json_object_new_array(), 0};
	int r = answer_add(body, "rows", page.list);

	if (r == 0 && format == TABLES_CSV && after == 0) {
		r = head_csv(table->head, out);
	}
	r = r != 0 ? r
		   : store_query(store, write_row, &page, table->page, store_site(),
			     store_int(TABLES_PAGE), store_int(after));
	if (r != 0 || format == TABLES_CSV) {
		return r;
	}
	r = page.rows < TABLES_PAGE ? answer_add_null(body, "next")
				    : answer_add_int(body, "next", after + page.rows);
	return r != 0 ? r : json_write_canonical(body, out);
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
		r = row_csv(stream->table->head, row, &line);
	} else {
		r = str_append_z(&line, stream->later ? ",\n" : "");
		r = r != 0 ? r : row_json(stream->table->head, row, &item);
		r = r != 0 ? r : json_write_canonical(item, &line);
	}
	stream->later = true;
	return r != 0 ? r : stream->fn((struct span){line.p, line.len}, stream->data);
}

int tables_stream(struct store *store, const struct tables_table *table, enum tables_format format,
	tables_chunk_fn fn, void *data)
{
	cleanup(str_finish) struct str head = {0};
	struct stream stream = {table, format, fn, data, false};
	int r = format == TABLES_CSV ? head_csv(table->head, &head) : str_append_z(&head, "[");

	r = r != 0 ? r : fn((struct span){head.p, head.len}, data);
	r = r != 0 ? r : store->ops->begin(store, false);
	if (r != 0) {
		return r;
	}
	r = store->ops->scan(store, table->all, stream_row, &stream);
	store->ops->rollback(store);
	return r != 0 || format == TABLES_CSV ? r : fn(span_z("]\n"), data);
}

int tables_of_device(struct store *store, const char *id, struct json_object **ret_body)
{
	cleanup(json_put) struct json_object *body = json_object_new_object();
	int r = 0;

	for (size_t i = 0; r == 0 && i < ARRAY_LEN(tables); i++) {
		struct page page = {&tables[i], TABLES_JSON, NULL, json_object_new_array(), 0};

		if (!tables[i].device) {
			json_object_put(page.list);
			continue;
		}
		r = answer_add(body, tables[i].name, page.list);
		r = r != 0 ? r
			   : store_query(store, write_row, &page, tables[i].device, store_site(),
				     store_text(id));
	}
	if (r == 0) {
		*ret_body = TAKE_PTR(body);
	}
	return r;
}
