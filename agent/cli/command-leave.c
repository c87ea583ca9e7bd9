/* SPDX-License-Identifier: Apache-2.0 */
/* leave: parting from the school; both sides erase, and it is said which one did. */
#include "ask.h"
#include "consent.h"
#include "service.h"

static enum cli_exit left_show(const struct cli *cli, struct json_object *reply)
{
	struct raw {
		int64_t format;
		bool erased_there;
		bool school; /* whose own the device was */
		struct json_object *error;
	} raw = {0};
	static const struct json_field fields[] = {
		{"erased_there", JSON_WANT_BOOL, offsetof(struct raw, erased_there), true, 0},
		{"error", JSON_WANT_ANY, offsetof(struct raw, error), true, 0},
		{"format", JSON_WANT_INT, offsetof(struct raw, format), true, 0},
		{"school", JSON_WANT_BOOL, offsetof(struct raw, school), true, 0},
	};
	cleanup(str_finish) struct str key = {0};
	struct json_error error = {0};
	struct page page;

	if (json_decode(reply, fields, ARRAY_LEN(fields), &raw, &error) != 0) {
		return ask_complain_answer(cli, &error);
	}
	if (cli->options.json) {
		return cli_show_json(
			cli, reply, raw.erased_there ? CLI_EXIT_PASS : CLI_EXIT_FINDINGS);
	}
	cli_page(cli, &page);
	page_text(&page, PAGE_BLOCK(0), raw.erased_there ? "cli.leave.both" : "cli.leave.here");
	if (json_object_is_type(raw.error, json_type_string)) {
		page_check(&page, str_appendf(&key, "error.%s", json_object_get_string(raw.error)));
		page_text(&page, PAGE_BLOCK(0), key.p ? key.p : "");
	}
	page_text(&page, PAGE_BLOCK(0), raw.school ? "cli.leave.put-back" : "cli.leave.settings");
	return cli_show(cli, &page, raw.erased_there ? CLI_EXIT_PASS : CLI_EXIT_FINDINGS);
}

static enum cli_exit run(struct cli *cli)
{
	cleanup(json_put) struct json_object *reply = NULL;
	enum cli_exit code = consent_ask(cli, "cli.leave.ask");

	if (code == CLI_EXIT_PASS) {
		code = ask_service_long(cli, service_request("leave"), &reply);
	}
	return code == CLI_EXIT_PASS ? left_show(cli, reply) : code;
}

const struct cli_command command_leave = {
	.name = "leave",
	.run = run,
	.help = "cli.command.leave",
	.operands = "",
	.options = OPTION_JSON | OPTION_YES,
};
