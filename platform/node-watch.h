/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Opens and closes of single device nodes, by inotify(7): of these inodes, not of a directory. The
 * kernel merges events that are alike, and names nobody: an event means "look", never a count.
 */
#pragma once

#include "loop.h"
#include "sysroot.h"

#define NODE_WATCH_OPENED 1U
#define NODE_WATCH_CLOSED 2U

struct node_watch;
/* Once for each node about which something was waiting; what: bits, both when events were lost */
typedef void (*node_watch_fn)(size_t node, unsigned what, void *data);

must_check int node_watch_new(struct loop *loop, const struct sysroot *root, node_watch_fn fn,
	void *data, struct node_watch **ret_watch);
void node_watch_free(struct node_watch *watch);
/* path below the root; node: what fn is told. FD_E_MISSING, -errno */
must_check int node_watch_add(struct node_watch *watch, const char *path, size_t node);
/* A node that is to be opened by ourselves: it is not watched until it is added again. */
void node_watch_remove(struct node_watch *watch, size_t node);
void node_watch_clear(struct node_watch *watch);
