/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Every file that sudo reads, in its order: what a file includes stands where the include does, and
 * of two rules for the same command the later one holds (sudoers(5)).
 */
#pragma once

#include "sudoers.h"
#include "sysroot.h"
#include "vec.h"

#define SUDOERS_FILES_MAX 256
#define SUDOERS_PARTS_MAX 1024

struct sudoers_file {
	char *path;    /* without its first slash */
	char *text;    /* joined */
	size_t parent; /* the file that includes it; of the first one itself */
};
/* A stretch of a file between two includes */
struct sudoers_part {
	size_t file;
	struct span text;
};
struct sudoers_files {
	VEC(struct sudoers_file) files;
	VEC(struct sudoers_part) parts;
	bool refused; /* something may not be read by whoever judges */
	bool damaged; /* or is not understood */
};

/* -ENOMEM; what cannot be read is told in the struct */
must_check int sudoers_files_read(const struct sysroot *root, struct sudoers_files *ret_files);
void sudoers_files_finish(struct sudoers_files *files);

/* Zero-initialise; gives each statement of every file that is one. */
struct sudoers_walk {
	size_t part;
	struct span rest;
};
bool sudoers_files_next(const struct sudoers_files *files, struct sudoers_walk *walk,
	struct sudoers_statement *ret_statement);
