/* SPDX-License-Identifier: Apache-2.0 */
/* enforce: keep the settings that the policy names; --dry-run shows them first. */
#include "change-ask.h"

static enum cli_exit run(struct cli *cli)
{
	return changes_ask(
		cli, cli->options.dry_run ? "plan" : "enforce", "cli.change.applied-all");
}

const struct cli_command command_enforce = {
	.name = "enforce",
	.run = run,
	.help = "cli.command.enforce",
	.operands = "[CLIENT]",
	.operands_max = 1,
	.options = OPTION_DRY_RUN | OPTION_JSON,
};
