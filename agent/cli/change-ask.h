/* SPDX-License-Identifier: Apache-2.0 */
/* What enforce and undo share: asks caretakerd, shows the changes as a diff and counts them. */
#pragma once

#include "cli.h"

/* verb: "plan", "enforce" or "undo", for the client and key among the operands. done: the text key
 * that counts what was done. 0 when nothing is left to do, 1 when something failed, else 2. */
enum cli_exit changes_ask(const struct cli *cli, const char *verb, const char *done);
