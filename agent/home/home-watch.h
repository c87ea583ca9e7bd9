/* SPDX-License-Identifier: Apache-2.0 */
/*
 * inotify on the files that matter, whether or not they are there yet: the nearest directory that
 * exists is watched, found without following a link below the home. Nothing is read from the kernel
 * but names in those directories; what is not one of ours is forgotten at once.
 */
#pragma once

#include "loop.h"
#include "place.h"

#define HOME_WATCH_MAX 1024

struct home_watch;
/* Something that was added changed, appeared or went. */
typedef int (*home_watch_fn)(void *data);

must_check int home_watch_new(
	struct loop *loop, home_watch_fn fn, void *data, struct home_watch **ret_watch);
void home_watch_free(struct home_watch *watch);
/*
 * A file that is just made counts too, for those who look in a pause of the changes: a link, a FIFO
 * or a second name of a file is never written and closed. Others would read half a file.
 */
void home_watch_see_made(struct home_watch *watch);
/* begin, add each, end: what was not added again is no longer watched. */
void home_watch_begin(struct home_watch *watch);
/* "~/..." or "/...": of that name; one that ends in "/" is a directory, and every name in it */
must_check int home_watch_add(
	struct home_watch *watch, const struct enforce_place *place, const char *path);
void home_watch_end(struct home_watch *watch);
