/* SPDX-License-Identifier: Apache-2.0 */
#include "mail-text.h"

#include <stdio.h>

#define KEY_MAX 120

static int append_text(const struct text_catalogue *texts, const char *key, struct str *out)
{
	int r = str_append_z(out, text_get(texts, key));

	return r != 0 ? r : str_append_char(out, '\n');
}

static int append_titles(
	const struct text_catalogue *texts, const struct mail_due *due, struct str *out)
{
	struct span rest = {due->controls.p, due->controls.len}, line;
	int r = 0;

	while (r == 0 && span_next(&rest, '\n', &line)) {
		char key[KEY_MAX];

		if (line.len > 0) {
			snprintf(key, sizeof(key), "duty.%.*s.title", (int)line.len, line.p);
			r = str_append_z(out, "  - ");
			r = r != 0 ? r : append_text(texts, key, out);
		}
	}
	return r;
}

static int append_count(const struct text_catalogue *texts, const struct mail_due *due,
	enum mail_due_kind kind, struct str *out)
{
	static const char *const keys[MAIL_DUE_KINDS] = {
		[MAIL_DUE_DUTIES] = "mail.duties",
		[MAIL_DUE_OVERDUE] = "console.remind.overdue",
		[MAIL_DUE_RUNNING] = "console.remind.running",
		[MAIL_DUE_ENDS] = "mail.ends",
		[MAIL_DUE_WAITS] = "mail.waits",
	};
	int r;

	if (due->counts[kind] == 0) {
		return 0;
	}
	r = str_append_z(out, "* ");
	r = r != 0 ? r : text_format_count(texts, keys[kind], due->counts[kind], out);
	r = r != 0 ? r : str_append_char(out, '\n');
	return r != 0 || kind != MAIL_DUE_DUTIES ? r : append_titles(texts, due, out);
}

int mail_text_subject(
	const struct text_catalogue *texts, const struct mail_due *due, struct str *out)
{
	return due ? text_format_count(texts, "mail.subject", mail_due_total(due), out)
		   : str_append_z(out, text_get(texts, "mail.test.subject"));
}

int mail_text_body(const struct text_catalogue *texts, const struct mail_due *due, struct str *out)
{
	/* What has a time limit in law stands first. */
	static const enum mail_due_kind order[MAIL_DUE_KINDS] = {
		MAIL_DUE_OVERDUE, MAIL_DUE_RUNNING, MAIL_DUE_WAITS, MAIL_DUE_ENDS, MAIL_DUE_DUTIES};
	int r;

	if (!due) {
		return append_text(texts, "mail.test", out);
	}
	r = append_text(texts, "mail.lead", out);
	r = r != 0 ? r : str_append_char(out, '\n');
	for (size_t i = 0; r == 0 && i < ARRAY_LEN(order); i++) {
		r = append_count(texts, due, order[i], out);
	}
	r = r != 0 ? r : str_append_char(out, '\n');
	r = r != 0 ? r : append_text(texts, "mail.where", out);
	return r != 0 ? r : append_text(texts, "mail.foot", out);
}
