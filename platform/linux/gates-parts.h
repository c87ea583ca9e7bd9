/* SPDX-License-Identifier: Apache-2.0 */
/* What gates.c and gates-running.c share. */
#pragma once

#include "gates.h"

/* "NAME (MODE)" lines: -1 when this name is not among them, 1 for enforce or kill, else 0 */
int gates_mode_of(const char *profiles, const char *name);
/* ASCII letters, in place */
void gates_lower(char *text);
