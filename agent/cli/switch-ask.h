/* SPDX-License-Identifier: Apache-2.0 */
/* What the commands camera and microphone share: they show how it stands, and switch it. */
#pragma once

#include "cli.h"

/* what: "camera" or "microphone". Without an operand how it stands, else "off" or "on". */
enum cli_exit switch_ask(const struct cli *cli, const char *what);
