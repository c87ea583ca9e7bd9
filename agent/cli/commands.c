/* SPDX-License-Identifier: Apache-2.0 */
#include "cli.h"

#include <string.h>

const struct cli_command *const cli_commands[] = {
	&command_status,
	&command_audit,
	&command_explain,
	&command_enforce,
	&command_confirm,
	&command_undo,
	&command_consent,
	&command_exempt,
	&command_enrol,
	&command_leave,
	&command_preview,
	&command_send,
	&command_sent,
	&command_watch,
	&command_camera,
	&command_microphone,
	&command_recordings,
	&command_catalog,
	&command_doctor,
	&command_version,
	&command_help,
};
const size_t cli_commands_len = ARRAY_LEN(cli_commands);

const struct cli_command *cli_command_find(const char *name)
{
	for (size_t i = 0; i < cli_commands_len; i++) {
		if (strcmp(cli_commands[i]->name, name) == 0) {
			return cli_commands[i];
		}
	}
	return NULL;
}
