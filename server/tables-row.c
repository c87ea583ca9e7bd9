/* SPDX-License-Identifier: Apache-2.0 */
#include "tables-row.h"

#include "answer.h"
#include "clock.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

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

int tables_row_json(const char *head, const struct store_value *row, struct json_object **ret_item)
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

int tables_row_csv(const char *head, const struct store_value *row, struct str *out)
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

int tables_head_csv(const char *head, struct str *out)
{
	int r = 0;

	for (const char *p = head; r == 0 && *p; p++) {
		r = *p == '@' ? 0 : str_append_char(out, *p);
	}
	return r != 0 ? r : str_append(out, "\r\n", 2);
}
