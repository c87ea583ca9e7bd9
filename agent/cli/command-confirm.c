/* SPDX-License-Identifier: Apache-2.0 */
/* confirm: the network still works, so that the firewall stays as it was made. */
#include "change-ask.h"

static enum cli_exit run(struct cli *cli)
{
	return changes_ask(cli, "confirm", "cli.change.confirmed-all");
}

const struct cli_command command_confirm = {
	.name = "confirm",
	.run = run,
	.help = "cli.command.confirm",
	.operands = "[firewall]",
	.operands_max = 1,
	.options = OPTION_JSON,
};
