/* SPDX-License-Identifier: Apache-2.0 */
#include "help.h"

static enum cli_exit run(struct cli *cli)
{
	const struct cli_command *command = NULL;
	struct page page;

	if (cli->options.n_operands > 0) {
		command = cli_command_find(cli->options.operands[0]);
		if (command == NULL) {
			return cli_complain(cli, CLI_EXIT_USAGE, "cli.usage.command",
				{"command", cli->options.operands[0]});
		}
	}
	cli_page(cli, &page);
	if (command != NULL) {
		help_command(&page, command);
	} else {
		help_overview(&page);
	}
	return cli_show(cli, &page, CLI_EXIT_PASS);
}

const struct cli_command command_help = {
	.name = "help",
	.run = run,
	.help = "cli.command.help",
	.operands = "[COMMAND]",
	.operands_max = 1,
};
