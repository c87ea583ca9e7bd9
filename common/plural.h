/* SPDX-License-Identifier: Apache-2.0 */
/* Which form of a text goes with a number: Unicode CLDR's categories of plurals. */
#pragma once

#include <stdint.h>

/*
 * "one", "few", "many" or "other" for a whole number n. language is a tag ("nl", "zh-Hant"); one
 * that is not known counts as English does.
 */
const char *plural_form(const char *language, uint64_t n);
