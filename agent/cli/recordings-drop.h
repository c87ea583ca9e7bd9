/* SPDX-License-Identifier: Apache-2.0 */
/* Deleting recordings that their owner names, and nothing that is not on their list. */
#pragma once

#include "cli.h"
#include "recordings-show.h"

/*
 * The operands name files of the list. Asks first; says on stderr what stood in the way.
 * ret_deleted: how many are gone. CLI_EXIT_USAGE when one of them is none of the list: then nothing
 * is deleted.
 */
enum cli_exit recordings_drop(const struct cli *cli, const struct personal_place *place,
	const struct left_overs *left, size_t *ret_deleted);
