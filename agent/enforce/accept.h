/* SPDX-License-Identifier: Apache-2.0 */
/* What a setting is content with: its value, or a number between the two that it names. */
#pragma once

#include "format.h"
#include "gvdb.h"
#include "profile.h"

/* Whether what a file says is right, be it stricter than what we would write */
bool enforce_accepts(const struct enforce_setting *setting, enum enforce_format format,
	const struct enforce_value *value);
/* The same of a value in a database of dconf's */
bool enforce_accepts_compiled(const struct enforce_setting *setting, const struct gvariant *found);
