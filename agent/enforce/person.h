/* SPDX-License-Identifier: Apache-2.0 */
/* What only the account itself can tell of itself, for whoever edits its files. */
#pragma once

#include "profile.h"

struct enforce_person {
	/* The account's own folder, "/home/kim", when it is on encrypted storage; else NULL */
	const char *folder;
	/* Whether a program that writes this file from memory runs */
	bool (*runs)(const struct enforce_file *file, void *data);
	void *data;
	/* Whose files these are: an undo finds there what writes them. May be NULL */
	const struct enforce_profiles *profiles;
};
