/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Which processes have a device node open, by its device number, so that a node made by mknod in a
 * container counts as well: proc_pid_fd(5). Whether they have its memory mapped, as streaming by
 * mmap() does: proc_pid_maps(5). Wants CAP_SYS_PTRACE for processes of others. Nothing here
 * remembers a process; who asks keeps what it needs for as long as the node is held.
 */
#pragma once

#include "media-nodes.h"

#define MEDIA_HOLDS_MAX 1024

/* One process and one node */
struct media_hold {
	pid_t pid;
	uint16_t node;	/* index into nodes */
	uint16_t opens; /* descriptors; 0: only its memory is left mapped */
	bool mapped;
};
struct media_holds {
	struct media_hold *items;
	size_t len, cap;
	bool unseen; /* a process could not be looked at */
};
void media_holds_finish(struct media_holds *holds);

/*
 * proc: directory fd of /proc. Adds what this process holds of the cameras. known: nodes (bits) of
 * which its maps are looked at although no descriptor is left. -ENOMEM
 */
enum media_holders_outcome {
	MEDIA_HOLDERS_E_GONE = 1, /* no such process: it holds nothing */
};
must_check int media_holders_of(int proc, pid_t pid, const struct media_nodes *nodes,
	uint64_t known, struct media_holds *holds);
/* The same by its descriptors alone: nothing is mapped. Half the time */
must_check int media_holders_open(
	int proc, pid_t pid, const struct media_nodes *nodes, struct media_holds *holds);
/* Called after each process; true ends the look. */
typedef bool (*media_enough_fn)(const struct media_holds *holds, void *data);
/*
 * The processes that were made last, newest first, without a list of all: who opens a camera for
 * the first time has often just been started. As many numbers as MEDIA_NEWEST. maps: false: by
 * their descriptors alone
 */
#define MEDIA_NEWEST 64
must_check int media_holders_newest(int proc, const struct media_nodes *nodes, bool maps,
	media_enough_fn enough, void *data, struct media_holds *holds);
/* Every process, newest numbers first: some milliseconds; with nodes known, a multiple of that. */
must_check int media_holders_all(int proc, const struct media_nodes *nodes, uint64_t known,
	media_enough_fn enough, void *data, struct media_holds *holds);

struct media_map {
	uint64_t device; /* makedev() of the file's file system */
	uint64_t inode;
	struct span path; /* as the kernel writes it; empty for none */
};
/* Of a line of /proc/PID/maps, without its end. Pure. -EINVAL */
must_check int media_map_parse(struct span line, struct media_map *ret_map);
/* The number of the last process that was made, of /proc/loadavg. Pure. -EINVAL */
must_check int media_last_parse(struct span text, pid_t *ret_pid);
