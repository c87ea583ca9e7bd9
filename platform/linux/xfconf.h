/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Settings of Xfce as xfconfd gives them out: the machine's file of a channel below /etc/xdg, and
 * the person's own over it, save for what the machine's file locks for all but root. A lock for
 * some people alone, damage, or a value of another type leaves what it touches unsure.
 */
#pragma once

#include "personal.h"
#include "str.h"

#define XFCONF_FILE_MAX ((size_t)256 << 10)
#define XFCONF_ASKS_MAX 8
#define XFCONF_PATH_MAX 255
#define XFCONF_NUMBER_MAX 1000000

enum xfconf_state {
	XFCONF_NONE, /* no file sets it: the program's own default holds */
	XFCONF_SET,
	XFCONF_UNSURE,
};
struct xfconf_ask {
	const char *path; /* "/saver/enabled" */
	bool truth;	  /* of the type bool; else a number that is not negative */
	enum xfconf_state state;
	int64_t number;
	bool fixed; /* the person cannot change it */
};
/* Pure: one file over what is known so far; the machine's comes first. -ENOMEM */
must_check int xfconf_take(struct span text, bool machine, struct xfconf_ask *asks, size_t n);
/* Both files of a channel; at most XFCONF_ASKS_MAX asks. -ENOMEM */
must_check int xfconf_read(
	const struct personal_place *place, const char *channel, struct xfconf_ask *asks, size_t n);
/* As personal_watch */
must_check int xfconf_watch(const char *channel, personal_path_fn fn, void *data);
