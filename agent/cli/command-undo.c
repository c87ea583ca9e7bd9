/* SPDX-License-Identifier: Apache-2.0 */
/* undo: every setting back to the value that its owner had. */
#include "change-ask.h"

static enum cli_exit run(struct cli *cli)
{
	return changes_ask(cli, "undo", "cli.change.undone-all");
}

const struct cli_command command_undo = {
	.name = "undo",
	.run = run,
	.help = "cli.command.undo",
	.operands = "[CLIENT [KEY] | KEY]",
	.operands_max = 2,
	.options = OPTION_JSON,
};
