/* SPDX-License-Identifier: Apache-2.0 */
#include "report-rules.h"

#include <assert.h>
#include <string.h>

static_assert(REPORT_FORMAT == 1, "as it is spelt below");
#define DIGITS_MAX 16 /* REPORT_NUMBER_MAX has as many */

/* What is still to be read, and whether all of it was right so far */
struct reader {
	const char *p, *end;
	bool good;
};

static void take(struct reader *in, const char *text)
{
	size_t len = strlen(text);

	in->good = in->good && (size_t)(in->end - in->p) >= len && memcmp(in->p, text, len) == 0;
	in->p += in->good ? len : 0;
}

/* No word of a report has an escape, a blank or anything beyond ASCII. */
static bool is_of_word(char c)
{
	return c > ' ' && c < 0x7f && c != '"' && c != '\\';
}

/* Up to the quote */
static struct span take_word(struct reader *in)
{
	const char *start = in->p;

	while (in->p < in->end && is_of_word(*in->p)) {
		in->p++;
	}
	return (struct span){start, (size_t)(in->p - start)};
}

static int64_t take_number(struct reader *in)
{
	const char *start = in->p;
	int64_t n = 0;

	while (in->p < in->end && *in->p >= '0' && *in->p <= '9' && in->p - start <= DIGITS_MAX) {
		n = n * 10 + (*in->p++ - '0');
	}
	in->good = in->good && in->p > start && in->p - start <= DIGITS_MAX &&
		   (*start != '0' || in->p == start + 1);
	return n;
}

/* Into room of so many bytes and a zero behind */
static void take_text(struct reader *in, char *ret_text, size_t room)
{
	struct span word = take_word(in);

	in->good = in->good && word.len <= room;
	if (in->good) {
		memcpy(ret_text, word.p, word.len);
		ret_text[word.len] = 0;
	}
}

static int take_name(struct reader *in, const char *const *names, size_t n)
{
	int at = report_find_name(names, n, take_word(in));

	in->good = in->good && at >= 0;
	return at < 0 ? 0 : at;
}

static void take_control(struct reader *in, struct report_control *control)
{
	take(in, "{\"age\":");
	control->age = take_number(in);
	take(in, ",\"id\":\"");
	take_text(in, control->id, POSTURE_ID_MAX);
	take(in, "\",\"reason\":\"");
	in->good = in->good && posture_reason_parse(take_word(in), &control->reason) == 0;
	take(in, "\",\"state\":\"");
	in->good = in->good && posture_state_parse(take_word(in), &control->state) == 0;
	take(in, "\"}");
}

static size_t count_controls(struct span payload)
{
	size_t n = 0;

	for (size_t i = 1; i < payload.len; i++) {
		n += payload.p[i] == '{';
	}
	return n;
}

static int take_controls(struct reader *in, size_t n, struct report *report)
{
	if (n > REPORT_CONTROLS_MAX) {
		in->good = false;
		return 0;
	}
	report->controls = calloc(n ? n : 1, sizeof(*report->controls));
	if (!report->controls) {
		return -ENOMEM;
	}
	for (; in->good && report->n_controls < n; report->n_controls++) {
		take(in, report->n_controls > 0 ? "," : "");
		take_control(in, &report->controls[report->n_controls]);
	}
	return 0;
}

int report_read_canonical(struct span payload, struct report *ret_report)
{
	struct reader in = {payload.p, payload.p + payload.len, true};
	int r;

	take(&in, "{\"controls\":[");
	r = in.good ? take_controls(&in, count_controls(payload), ret_report) : 0;
	take(&in, "],\"device\":\"");
	take_text(&in, ret_report->device, REPORT_DEVICE_LEN);
	take(&in, "\",\"format\":1,\"kind\":\"");
	ret_report->kind = (enum report_kind)take_name(&in, report_kind_names, REPORT_KINDS);
	take(&in, "\",\"policy\":");
	ret_report->policy = take_number(&in);
	take(&in, ",\"sequence\":");
	ret_report->sequence = take_number(&in);
	take(&in, ",\"unit\":\"");
	ret_report->unit = (enum report_unit)take_name(&in, report_unit_names, REPORT_UNITS);
	take(&in, "\"}");
	return r < 0 ? r : in.good && in.p == in.end ? 0 : REPORT_E_SCHEMA;
}
