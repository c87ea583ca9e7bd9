/* SPDX-License-Identifier: Apache-2.0 */
/* preview: the next report, byte for byte, before it leaves. */
#include "ask.h"
#include "report.h"
#include "service.h"

#include <stdio.h>

#define WAITING_MAX 512

static const char *unit_key(enum report_unit unit)
{
	switch (unit) {
	case REPORT_HOURS:
		return "cli.report.hours";
	case REPORT_DAYS:
		return "cli.report.days";
	}
	return "";
}

static void control_put(
	struct page *page, const struct report *report, const struct report_control *control)
{
	cleanup(str_finish) struct str lead = {0};
	cleanup(str_finish) struct str age = {0};

	page_check(page, str_appendf(&lead, "%s %s", term_state_symbol(page->term, control->state),
				 control->id));
	page_count(page, unit_key(report->unit), (size_t)control->age, &age);
	page_text(page,
		PAGE_BLOCK(.indent = 2, .hang = 6, .lead_width = 28,
			.style = term_state_style(control->state), .lead = lead.p),
		"cli.report.control",
		{"state", page_lookup(page, "state.", posture_state_name(control->state), "")},
		{"reason", posture_reason_code(control->reason)}, {"age", age.p ? age.p : ""});
}

static void report_put(struct page *page, const char *bytes)
{
	static const char *const kinds[] = {
		[REPORT_FULL] = "cli.report.full",
		[REPORT_DELTA] = "cli.report.delta",
		[REPORT_HEARTBEAT] = "cli.report.heartbeat",
	};
	cleanup(report_finish) struct report report = {0};
	char sequence[24], policy[24];

	if (report_parse(span_z(bytes), &report, NULL) != 0) {
		page_put(page, PAGE_BLOCK(.text = bytes));
		return;
	}
	snprintf(sequence, sizeof(sequence), "%lld", (long long)report.sequence);
	snprintf(policy, sizeof(policy), "%lld", (long long)report.policy);
	page_text(page, PAGE_BLOCK(0), "cli.report.head", {"sequence", sequence},
		{"device", report.device}, {"policy", policy},
		{"kind", text_get(page->texts, kinds[report.kind])});
	for (size_t i = 0; i < report.n_controls; i++) {
		control_put(page, &report, &report.controls[i]);
	}
}

static enum cli_exit run(struct cli *cli)
{
	struct raw {
		int64_t format;
		const char *report;
		struct json_object *waiting;
	} raw = {0};
	static const struct json_field fields[] = {
		{"format", JSON_WANT_INT, offsetof(struct raw, format), true, 0},
		{"report", JSON_WANT_STRING, offsetof(struct raw, report), true, REPORT_MAX},
		{"waiting", JSON_WANT_ARRAY, offsetof(struct raw, waiting), true, WAITING_MAX},
	};
	cleanup(json_put) struct json_object *reply = NULL;
	struct json_error error = {0};
	struct page page;
	enum cli_exit code = ask_service(cli, service_request("preview"), &reply);

	if (code != CLI_EXIT_PASS || cli->options.json) {
		return code != CLI_EXIT_PASS ? code : cli_show_json(cli, reply, code);
	}
	if (json_decode(reply, fields, ARRAY_LEN(fields), &raw, &error) != 0) {
		return ask_complain_answer(cli, &error);
	}
	if (json_object_array_length(raw.waiting) > 0) {
		cli_notice(cli, "cli.preview.waiting");
	}
	if (cli->options.table) {
		cli_page(cli, &page);
		report_put(&page, raw.report);
		return cli_show(cli, &page, code);
	}
	code = cli_show_bytes(cli, span_z(raw.report), code);
	if (code == CLI_EXIT_PASS && cli->term.tty) {
		code = cli_show_bytes(cli, span_z("\n"), code);
		cli_notice(cli, "cli.preview.note");
	}
	return code;
}

const struct cli_command command_preview = {
	.name = "preview",
	.run = run,
	.help = "cli.command.preview",
	.operands = "",
	.options = OPTION_JSON | OPTION_TABLE,
};
