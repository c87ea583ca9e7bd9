/* SPDX-License-Identifier: Apache-2.0 */
/* microphone: how the family's switch of it stands; off and on turn it. */
#include "switch-ask.h"

static enum cli_exit run(struct cli *cli)
{
	return switch_ask(cli, "microphone");
}

const struct cli_command command_microphone = {
	.name = "microphone",
	.run = run,
	.help = "cli.command.microphone",
	.operands = "[off|on]",
	.operands_max = 1,
	.options = OPTION_JSON,
};
