/* SPDX-License-Identifier: Apache-2.0 */
/* enrol: joining a school. Nothing goes anywhere before the person has seen what, and agreed. */
#include "ask.h"
#include "consent.h"
#include "enrol.h"
#include "say.h"
#include "service.h"

#include <string.h>

/* On stderr, so that --json keeps stdout to itself. */
static enum cli_exit page_tell(const struct cli *cli, struct page *page)
{
	enum cli_exit code = CLI_EXIT_PASS;

	if (page_error(page) != 0) {
		code = cli_complain_errno(cli, "cli.do.write", -ENOMEM);
	} else if (page->out.len > 0) {
		fwrite(page->out.p, 1, page->out.len, cli->err);
	}
	page_finish(page);
	return code;
}

static enum cli_exit summary_tell(const struct cli *cli, const char *url)
{
	cleanup(answer_finish) struct answer answer = {0};
	cleanup(str_finish) struct str controls = {0};
	const struct page_block plain = {0};
	struct page page;
	enum cli_exit code = ask_answer(cli, "status", NULL, &answer);

	if (code != CLI_EXIT_PASS) {
		return code;
	}
	if (answer.enrolled) {
		return cli_complain(cli, CLI_EXIT_ERROR, "error.already-enrolled");
	}
	cli_page(cli, &page);
	page_text(&page, &plain, "cli.enrol.where", {"url", url});
	page_gap(&page);
	page_text(&page, &plain, "cli.enrol.what");
	page_count(&page, "cli.enrol.controls", answer.verdicts.len, &controls);
	page_put(&page, PAGE_BLOCK(.indent = 2, .hang = 4, .lead = "-", .text = controls.p));
	page_text(&page, PAGE_BLOCK(.indent = 2, .hang = 4, .lead = "-"), "cli.enrol.device");
	page_text(&page, PAGE_BLOCK(.indent = 2, .hang = 4, .lead = "-"), "cli.enrol.numbers");
	page_gap(&page);
	page_text(&page, &plain, "cli.enrol.never");
	page_gap(&page);
	say_tally(&page, &answer);
	return page_tell(cli, &page);
}

static enum cli_exit enrolled_show(const struct cli *cli, struct json_object *reply)
{
	struct raw {
		int64_t format;
		const char *device;
		const char *url;
		bool school;
		struct json_object *policy;
	} raw = {0};
	static const struct json_field fields[] = {
		{"device", JSON_WANT_STRING, offsetof(struct raw, device), true, 64},
		{"format", JSON_WANT_INT, offsetof(struct raw, format), true, 0},
		{"policy", JSON_WANT_OBJECT, offsetof(struct raw, policy), true, 0},
		{"school", JSON_WANT_BOOL, offsetof(struct raw, school), true, 0},
		{"url", JSON_WANT_STRING, offsetof(struct raw, url), true, ENROL_URL_MAX},
	};
	struct json_error error = {0};
	struct page page;

	if (cli->options.json) {
		return cli_show_json(cli, reply, CLI_EXIT_PASS);
	}
	if (json_decode(reply, fields, ARRAY_LEN(fields), &raw, &error) != 0) {
		return ask_complain_answer(cli, &error);
	}
	cli_page(cli, &page);
	page_text(&page,
		PAGE_BLOCK(.hang = 2, .style = TERM_GOOD,
			.lead = term_state_symbol(&cli->term, POSTURE_PASS)),
		raw.school ? "cli.enrol.done-school" : "cli.enrol.done-private", {"url", raw.url},
		{"device", raw.device});
	page_text(&page, PAGE_BLOCK(.indent = 2, .hang = 2), "cli.enrol.next");
	return cli_show(cli, &page, CLI_EXIT_PASS);
}

static enum cli_exit run(struct cli *cli)
{
	cleanup(consent_secret_free_p) char *secret = NULL;
	cleanup(json_put) struct json_object *request = NULL;
	cleanup(json_put) struct json_object *reply = NULL;
	struct enrol enrol;
	enum cli_exit code = consent_secret_read(cli, &secret);

	if (code != CLI_EXIT_PASS) {
		return code;
	}
	if (enrol_parse(span_z(secret), &enrol, NULL) != 0) {
		return cli_complain(cli, CLI_EXIT_ERROR, "error.bad-string");
	}
	code = summary_tell(cli, enrol.url);
	explicit_bzero(&enrol, sizeof(enrol));
	if (code == CLI_EXIT_PASS) {
		code = consent_ask(cli, "cli.enrol.ask");
	}
	if (code != CLI_EXIT_PASS) {
		return code;
	}
	request = service_request("enrol");
	if (request != NULL && service_request_add(request, "string", secret) < 0) {
		json_put(&request);
	}
	code = ask_service_long(cli, TAKE_PTR(request), &reply);
	return code == CLI_EXIT_PASS ? enrolled_show(cli, reply) : code;
}

const struct cli_command command_enrol = {
	.name = "enrol",
	.run = run,
	.help = "cli.command.enrol",
	.operands = "",
	.options = OPTION_JSON | OPTION_TOKEN_FILE | OPTION_YES,
};
