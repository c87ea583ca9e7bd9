/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One key of KDE's settings over a cascade of files (KConfig of KDE Frameworks, "Configuration File
 * Format" and "Locking Down" of its documentation): each file's value goes over the one before,
 * until one says "[$i]" of the key, its group or itself.
 */
#pragma once

#include "base.h"
#include "str.h"

#define KCONFIG_FILE_MAX ((size_t)1 << 20)
#define KCONFIG_VALUE_MAX 32 /* longest value that means anything to us */

struct kconfig_value {
	char text[KCONFIG_VALUE_MAX + 1]; /* a longer one is empty */
	bool there;
	bool immutable; /* no later file can change it */
};
struct kconfig_key {
	const char *group, *name;
};

/* Pure: what this file does to value. */
void kconfig_take(struct span file, const struct kconfig_key *key, struct kconfig_value *value);
/* As KConfigGroup::readEntry: anything but false, no, off, 0 is true. */
bool kconfig_bool(const struct kconfig_value *value, bool other);
/* other when it is not there or no number */
int64_t kconfig_number(const struct kconfig_value *value, int64_t other);
