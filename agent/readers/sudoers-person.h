/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Whom and what the lists of sudoers(5) mean. Of a list the last item that fits decides, and "!"
 * turns it round. What only a directory, a netgroup, a plugin or another machine's name could tell
 * may fit.
 */
#pragma once

#include "sudoers-files.h"

enum sudoers_match {
	SUDOERS_NO,
	SUDOERS_NEVER, /* "!" says so */
	SUDOERS_MAYBE,
	SUDOERS_YES,
};

struct sudoers_person {
	struct span name;
	uint64_t uid, gid;
	bool elsewhere; /* somebody of a directory: has a name that passwd does not */
};
struct sudoers_view {
	const struct sudoers_files *files;
	struct span passwd, group; /* group.p NULL: could not be read */
	bool directory;		   /* people or members of groups may be elsewhere */
};

enum sudoers_match sudoers_match_person(
	const struct sudoers_view *view, const struct sudoers_person *person, struct span list);
/* group: a name without "%" */
enum sudoers_match sudoers_match_member(
	const struct sudoers_view *view, const struct sudoers_person *person, struct span group);
/* A list of accounts that a command may be run as: root is among them */
enum sudoers_match sudoers_match_root(const struct sudoers_view *view, struct span list);
/* A list of commands, or one: every command is meant */
enum sudoers_match sudoers_match_everything(const struct sudoers_view *view, struct span list);
/* A list of machines: this one is meant. What it is called is not asked. */
enum sudoers_match sudoers_match_here(const struct sudoers_view *view, struct span list);
