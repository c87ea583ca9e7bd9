/* SPDX-License-Identifier: Apache-2.0 */
/* camera: how the family's switch of it stands; off and on turn it. */
#include "switch-ask.h"

static enum cli_exit run(struct cli *cli)
{
	return switch_ask(cli, "camera");
}

const struct cli_command command_camera = {
	.name = "camera",
	.run = run,
	.help = "cli.command.camera",
	.operands = "[off|on]",
	.operands_max = 1,
	.options = OPTION_JSON,
};
