/* SPDX-License-Identifier: Apache-2.0 */
/* send: reports now, on the person's own wish. */
#include "ask.h"
#include "service.h"

static enum cli_exit run(struct cli *cli)
{
	struct raw {
		int64_t format;
		int64_t sequence;
		int64_t sent;
	} raw = {0};
	static const struct json_field fields[] = {
		{"format", JSON_WANT_INT, offsetof(struct raw, format), true, 0},
		{"sent", JSON_WANT_INT, offsetof(struct raw, sent), true, 0},
		{"sequence", JSON_WANT_INT, offsetof(struct raw, sequence), true, 0},
	};
	cleanup(json_put) struct json_object *reply = NULL;
	cleanup(str_finish) struct str text = {0};
	struct json_error error = {0};
	struct page page;
	enum cli_exit code = ask_service_long(cli, service_request("send"), &reply);

	if (code != CLI_EXIT_PASS || cli->options.json) {
		return code != CLI_EXIT_PASS ? code : cli_show_json(cli, reply, code);
	}
	if (json_decode(reply, fields, ARRAY_LEN(fields), &raw, &error) != 0) {
		return ask_complain_answer(cli, &error);
	}
	cli_page(cli, &page);
	page_count(&page, "cli.send.done", (size_t)raw.sent, &text);
	page_put(&page, PAGE_BLOCK(.text = text.p));
	return cli_show(cli, &page, code);
}

const struct cli_command command_send = {
	.name = "send",
	.run = run,
	.help = "cli.command.send",
	.operands = "",
	.options = OPTION_JSON,
};
