/* SPDX-License-Identifier: Apache-2.0 */
/* The kernel's side of a recording gate: its profile loaded, or taken out again. */
#pragma once

#include "gates.h"

enum gate_load_outcome {
	GATE_LOAD_E_NO_PARSER = 1, /* there is no apparmor_parser */
	GATE_LOAD_E_FAILED,	   /* it did not take the profile, in any dialect */
};

/*
 * Adds the profile, or replaces it at once also for programs that run under it. parsers: absolute
 * paths, the first that exists is taken; ends with NULL. ret_dialect: the one that was understood.
 */
must_check int gate_load(const char *const *parsers, const struct gate *gate, enum gate_mode mode,
	enum gate_dialect *ret_dialect);
/* Programs that run under it are free at once. 0 also when it was not loaded; -errno */
must_check int gate_unload(const struct sysroot *root, const struct gate *gate);
/* What apparmor_parser keeps compiled of it for the next start. Whatever is there is removed. */
void gate_forget_compiled(const struct sysroot *root, const struct gate *gate);
