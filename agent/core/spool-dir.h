/* SPDX-License-Identifier: Apache-2.0 */
/* Numbered files of one directory, in order: what outbox and ledger both are. */
#pragma once

#include "fd.h"

#define SPOOL_DIR_MAX 1024 /* files looked at; a directory with more gives -E2BIG */

struct spool_dir_entry {
	int64_t number;
	int kind; /* whatever the parser said */
};
struct spool_dir {
	struct spool_dir_entry *entries; /* by number, owned */
	size_t len;
};
/* 0 when the name is one of this directory's, -EINVAL when it is another file */
typedef int (*spool_dir_parse_fn)(struct span name, int64_t *ret_number, int *ret_kind);

must_check int spool_dir_list(int dirfd, spool_dir_parse_fn parse, struct spool_dir *ret_dir);
void spool_dir_finish(struct spool_dir *dir);
