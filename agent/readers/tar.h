/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The files within a tar archive (POSIX.1-2017, pax: ustar and its extended headers; GNU's long
 * names), read in pieces of any size. A header whose checksum is wrong is damage.
 */
#pragma once

#include "base.h"

#define TAR_BLOCK 512
#define TAR_NAME_MAX 511		  /* longer ones are damage */
#define TAR_MEMBER_MAX ((size_t)64 << 10) /* of a wanted one; longer is damage */

/* Whether the member's bytes are wanted */
typedef bool (*tar_want_fn)(const char *name, void *data);
/* A wanted member as a whole. A return other than 0 ends the feed with that value. */
typedef int (*tar_member_fn)(const char *name, struct span bytes, void *data);

struct tar_reader;
must_check int tar_reader_new(
	tar_want_fn want, tar_member_fn member, void *data, struct tar_reader **ret_reader);
void tar_reader_free_p(struct tar_reader **reader);
/* -EBADMSG */
must_check int tar_reader_feed(struct tar_reader *reader, const char *bytes, size_t len);
/* -EBADMSG unless the archive ended with its mark */
must_check int tar_reader_end(const struct tar_reader *reader);
