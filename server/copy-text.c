/* SPDX-License-Identifier: Apache-2.0 */
#include "copy-text.h"

#include <stdio.h>
#include <string.h>

#define KEY_MAX 160

/* The text of this key, or the word itself where there is none */
static int put_known(const struct text_catalogue *texts, const char *before, const char *word,
	const char *behind, struct str *out)
{
	char key[KEY_MAX];
	int len = snprintf(key, sizeof(key), "%s%s%s", before, word, behind);
	bool known = len > 0 && (size_t)len < sizeof(key) && text_has(texts, key);

	return str_append_printable(out, span_z(known ? text_get(texts, key) : word));
}

static int put_control(const struct text_catalogue *texts, const char *id, struct str *out)
{
	int r = put_known(texts, "control.", id, ".title", out);

	r = r < 0 ? r : str_append_z(out, " (");
	r = r < 0 ? r : str_append_printable(out, span_z(id));
	return r < 0 ? r : str_append_z(out, ")");
}

static int put_value(const struct text_catalogue *texts, const char *column,
	struct json_object *value, struct str *out)
{
	const char *text = value ? json_object_get_string(value) : "";

	if (!text) {
		return -ENOMEM;
	}
	if (!text[0]) {
		return str_append_z(out, "-");
	}
	if (strcmp(column, "control") == 0 || strcmp(column, "worst") == 0) {
		return put_control(texts, text, out);
	}
	if (strcmp(column, "state") == 0) {
		return put_known(texts, "state.", text, "", out);
	}
	if (strcmp(column, "reason") == 0) {
		return put_known(texts, "reason.", text, "", out);
	}
	return str_append_printable(out, span_z(text));
}

/* "- when: ...; control: ..." */
static int put_row(const struct text_catalogue *texts, struct json_object *row, struct str *out)
{
	const char *between = "- ";
	int r = 0;

	json_object_object_foreach(row, column, value)
	{
		r = r < 0 ? r : str_append_z(out, between);
		r = r < 0 ? r : put_known(texts, "console.copy.column.", column, "", out);
		r = r < 0 ? r : str_append_z(out, ": ");
		r = r < 0 ? r : put_value(texts, column, value, out);
		between = "; ";
	}
	return r < 0 ? r : str_append_z(out, "\n");
}

static int put_table(const struct text_catalogue *texts, const char *name, struct json_object *rows,
	struct str *out)
{
	char word[KEY_MAX];
	size_t n = json_object_array_length(rows);
	int r = str_append_z(out, "\n## ");

	(void)snprintf(word, sizeof(word), "%s", name);
	for (char *sign = strchr(word, '_'); sign; sign = strchr(sign, '_')) {
		*sign = '-';
	}
	r = r < 0 ? r : put_known(texts, "console.copy.table.", word, "", out);
	r = r < 0 ? r : str_append_z(out, "\n\n");
	if (r == 0 && n == 0) {
		r = str_appendf(out, "%s\n", text_get(texts, "console.copy.nothing"));
	}
	for (size_t i = 0; r == 0 && i < n; i++) {
		r = put_row(texts, json_object_array_get_idx(rows, i), out);
	}
	return r;
}

/* "staff-007", as it stands in the device's own row */
static void find_label(struct json_object *held, char *buf, size_t size)
{
	struct json_object *device =
		json_object_array_get_idx(json_object_object_get(held, "devices"), 0);
	struct json_object *group = json_object_object_get(device, "group");

	(void)snprintf(buf, size, "%s-%03lld", group ? json_object_get_string(group) : "",
		(long long)json_object_get_int64(json_object_object_get(device, "number")));
}

static int put_head(const struct text_catalogue *texts, struct json_object *copy, struct str *out)
{
	char label[KEY_MAX];
	const struct text_arg title = {"label", label};
	const struct text_arg made[] = {
		{"day", json_object_get_string(json_object_object_get(copy, "exported"))},
		{"receipt", json_object_get_string(json_object_object_get(copy, "receipt"))},
	};
	int r = str_append_z(out, "# ");

	find_label(json_object_object_get(copy, "held"), label, sizeof(label));
	r = r < 0 ? r : text_format(texts, "console.copy.title", &title, 1, out);
	r = r < 0 ? r : str_appendf(out, "\n\n%s\n\n", text_get(texts, "console.copy.lead"));
	r = r < 0 ? r : text_format(texts, "console.copy.made", made, ARRAY_LEN(made), out);
	return r < 0 ? r : str_append_z(out, "\n");
}

int copy_text_write(const struct text_catalogue *texts, struct json_object *copy, struct str *out)
{
	struct json_object *held = json_object_object_get(copy, "held");
	int r = put_head(texts, copy, out);

	json_object_object_foreach(held, name, rows)
	{
		r = r < 0 ? r : put_table(texts, name, rows, out);
	}
	return r;
}
