/* SPDX-License-Identifier: Apache-2.0 */
#include "cli.h"

#include "config.h"

static enum cli_exit run(struct cli *cli)
{
	cleanup(json_put) struct json_object *json = NULL;
	struct page page;

	if (!cli->options.json) {
		cli_page(cli, &page);
		page_put(&page, PAGE_BLOCK(.text = "caretaker " CARETAKER_VERSION));
		return cli_show(cli, &page, CLI_EXIT_PASS);
	}
	json = json_object_new_object();
	if (json == NULL || json_object_object_add(json, "format", json_object_new_int(1)) != 0 ||
		json_object_object_add(
			json, "version", json_object_new_string(CARETAKER_VERSION)) != 0) {
		return cli_complain_errno(cli, "cli.do.write", -ENOMEM);
	}
	return cli_show_json(cli, json, CLI_EXIT_PASS);
}

const struct cli_command command_version = {
	.name = "version",
	.run = run,
	.help = "cli.command.version",
	.operands = "",
	.options = OPTION_JSON,
};
