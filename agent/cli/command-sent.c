/* SPDX-License-Identifier: Apache-2.0 */
/* sent: the reports that left, and each one byte for byte. */
#include "ask.h"
#include "report.h"
#include "service.h"

#include <stdio.h>
#include <time.h>

#define SENT_MAX 512

struct letter {
	int64_t at; /* wall second */
	int64_t sequence;
	const char *report;
};

static int letter_read(struct json_object *json, struct letter *ret, struct json_error *error)
{
	static const struct json_field fields[] = {
		{"at", JSON_WANT_INT, offsetof(struct letter, at), true, 0},
		{"report", JSON_WANT_STRING, offsetof(struct letter, report), true, REPORT_MAX},
		{"sequence", JSON_WANT_INT, offsetof(struct letter, sequence), true, 0},
	};

	return json_decode(json, fields, ARRAY_LEN(fields), ret, error);
}

static void letter_put(struct page *page, const struct letter *letter)
{
	cleanup(report_finish) struct report report = {0};
	cleanup(str_finish) struct str controls = {0};
	char sequence[24], at[40] = "";
	time_t seconds = (time_t)letter->at;
	struct tm local;

	if (localtime_r(&seconds, &local) != NULL) {
		strftime(at, sizeof(at), "%Y-%m-%d %H:%M", &local);
	}
	if (report_parse(span_z(letter->report), &report, NULL) == 0) {
		page_count(page, "cli.sent.controls", report.n_controls, &controls);
	}
	snprintf(sequence, sizeof(sequence), "%lld", (long long)letter->sequence);
	page_text(page, PAGE_BLOCK(.hang = 2, .lead = at), "cli.sent.line", {"sequence", sequence},
		{"controls", controls.p ? controls.p : "?"});
}

/* Shows the one that was asked for, or the list. */
static enum cli_exit letters_show(const struct cli *cli, struct json_object *list)
{
	const char *wanted = cli->options.n_operands > 0 ? cli->options.operands[0] : NULL;
	struct json_error error = {0};
	uint64_t number = 0;
	struct page page;

	if (wanted != NULL && span_u64(span_z(wanted), &number) < 0) {
		return cli_complain(cli, CLI_EXIT_USAGE, "cli.usage.sequence", {"where", wanted});
	}
	cli_page(cli, &page);
	for (size_t i = 0; i < json_object_array_length(list); i++) {
		struct letter letter;

		if (letter_read(json_object_array_get_idx(list, i), &letter, &error) != 0) {
			page_finish(&page);
			return ask_complain_answer(cli, &error);
		}
		if (wanted == NULL) {
			letter_put(&page, &letter);
		} else if ((uint64_t)letter.sequence == number) {
			page_finish(&page);
			return cli_show_bytes(cli, span_z(letter.report), CLI_EXIT_PASS);
		}
	}
	if (wanted != NULL) {
		page_finish(&page);
		return cli_complain(cli, CLI_EXIT_ERROR, "cli.error.not-sent", {"where", wanted});
	}
	if (json_object_array_length(list) == 0) {
		page_text(&page, PAGE_BLOCK(0), "cli.sent.none");
	}
	return cli_show(cli, &page, CLI_EXIT_PASS);
}

static enum cli_exit run(struct cli *cli)
{
	struct raw {
		int64_t format;
		struct json_object *list;
	} raw = {0};
	static const struct json_field fields[] = {
		{"format", JSON_WANT_INT, offsetof(struct raw, format), true, 0},
		{"sent", JSON_WANT_ARRAY, offsetof(struct raw, list), true, SENT_MAX},
	};
	cleanup(json_put) struct json_object *reply = NULL;
	struct json_error error = {0};
	enum cli_exit code = ask_service(cli, service_request("sent"), &reply);

	if (code != CLI_EXIT_PASS || cli->options.json) {
		return code != CLI_EXIT_PASS ? code : cli_show_json(cli, reply, code);
	}
	if (json_decode(reply, fields, ARRAY_LEN(fields), &raw, &error) != 0) {
		return ask_complain_answer(cli, &error);
	}
	return letters_show(cli, raw.list);
}

const struct cli_command command_sent = {
	.name = "sent",
	.run = run,
	.help = "cli.command.sent",
	.operands = "[NUMBER]",
	.operands_max = 1,
	.options = OPTION_JSON,
};
