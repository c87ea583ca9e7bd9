/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The reports that left hold nothing but what the closed schema of a report allows: each that is
 * still kept for `caretaker sent` is read again, byte for byte, by the parser that the server
 * refuses by.
 */
#include "check.h"
#include "own-store.h"
#include "report.h"

#include <stdio.h>

#define LOOKED_MOST 64 /* the newest: each is read and parsed anew */
#define ENTRY_MAX (REPORT_MAX * 2 + 256)

static const struct check_input inputs[] = {
	{CHECK_INPUT_FILE, OWN_SENT, 0},
};

struct fields {
	int64_t at, format;
	const char *report;
	int64_t sequence;
};
static const struct json_field table[] = {
	{"at", JSON_WANT_INT, offsetof(struct fields, at), true, 0},
	{"format", JSON_WANT_INT, offsetof(struct fields, format), true, 1},
	{"report", JSON_WANT_STRING, offsetof(struct fields, report), true, REPORT_MAX},
	{"sequence", JSON_WANT_INT, offsetof(struct fields, sequence), true, 0},
};

struct look {
	size_t whole, extra, damaged;
	bool refused;
};

static int payload_take(const char *payload, struct look *look)
{
	cleanup(report_finish) struct report report = {0};
	int r = report_parse(span_z(payload), &report, NULL);

	look->whole += r == 0;
	look->extra += r > 0;
	return r < 0 ? r : 0;
}

static int entry_take(const struct check_ctx *ctx, const char *name, struct look *look)
{
	cleanup(json_put) struct json_object *object = NULL;
	cleanup(free_ptr) char *text = NULL;
	struct fields fields = {0};
	char path[320];
	size_t len = 0;
	int r;

	(void)snprintf(path, sizeof(path), OWN_SENT "/%.255s", name);
	r = sysroot_read(ctx->root, path, ENTRY_MAX, &text, &len);
	if (r == -ENOMEM) {
		return r;
	}
	look->refused = look->refused || r == -EACCES || r == -EPERM;
	if (r == 0) {
		r = json_parse((struct span){text, len}, &object, NULL);
	}
	if (r == 0) {
		r = json_decode(object, table, ARRAY_LEN(table), &fields, NULL);
	}
	if (r == -ENOMEM) {
		return r;
	}
	if (r != 0) {
		look->damaged++;
		return 0;
	}
	return payload_take(fields.report, look);
}

static int judge(const struct look *look, struct verdict *v)
{
	verdict_note(v, "sent-read", "%zu", look->whole + look->extra);
	if (look->extra > 0) {
		return verdict_set(v, POSTURE_FAIL, POSTURE_REPORT_EXTRA);
	}
	if (look->refused) {
		return verdict_set(v, POSTURE_UNKNOWN, POSTURE_NOT_PERMITTED);
	}
	if (look->damaged > 0) {
		return verdict_set(v, POSTURE_UNKNOWN, POSTURE_FORMAT_UNKNOWN);
	}
	return look->whole > 0 ? verdict_set(v, POSTURE_PASS, POSTURE_REPORT_MINIMAL)
			       : verdict_set(v, POSTURE_NA, POSTURE_NOTHING_KEPT);
}

static int run(const struct check_ctx *ctx, struct verdict *v)
{
	cleanup(sysroot_names_finish) struct sysroot_names names = {0};
	struct look look = {0};
	int r = own_store_list(ctx->root, OWN_SENT, ".json", &names);

	if (r == OWN_STORE_E_ABSENT) {
		return verdict_set(v, POSTURE_NA, POSTURE_NOTHING_KEPT);
	}
	if (r == OWN_STORE_E_REFUSED) {
		return verdict_set(v, POSTURE_UNKNOWN, POSTURE_NOT_PERMITTED);
	}
	if (r > 0) {
		return verdict_set(v, POSTURE_UNKNOWN, POSTURE_FORMAT_UNKNOWN);
	}
	for (size_t i = names.len; r == 0 && i > 0 && names.len - i < LOOKED_MOST; i--) {
		r = entry_take(ctx, names.names[i - 1], &look);
	}
	return r != 0 ? r : judge(&look, v);
}

const struct check check_agent_report_minimal = {
	.id = "agent.report-minimal",
	.local_only = true,
	.inputs = inputs,
	.n_inputs = ARRAY_LEN(inputs),
	.run = run,
};
