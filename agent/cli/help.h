/* SPDX-License-Identifier: Apache-2.0 */
/* Help, made from the tables of commands and options and from the catalogue. */
#pragma once

#include "cli.h"

void help_overview(struct page *page);
void help_command(struct page *page, const struct cli_command *command);
