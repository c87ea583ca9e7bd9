/* SPDX-License-Identifier: Apache-2.0 */
/*
 * caretakerd's side of the outbox: sealed items that wait for the courier. The directory is
 * root:_caretaker 0750, so the courier reads it and can change nothing there. Number 0 is the
 * enrolment; a report's number is its sequence; a leave takes the sequence behind the last report.
 */
#pragma once

#include "fd.h"
#include "spool-dir.h"
#include "spool.h"

#define OUTBOX_REPORTS_MAX 32 /* waiting; above, the newest states become one full report */

must_check int outbox_put(int dirfd, int64_t number, enum spool_kind kind, struct span jws);
must_check int outbox_put_endpoint(int dirfd, const struct spool_endpoint *endpoint);
/* Oldest first; entry.kind is an enum spool_kind. */
must_check int outbox_list(int dirfd, struct spool_dir *ret_items);
/* Of one kind */
must_check int outbox_count(int dirfd, enum spool_kind kind, size_t *ret_n);
/* 0 when nothing waits */
must_check int outbox_highest(int dirfd, int64_t *ret_number);
/* Heap; FD_E_* */
must_check int outbox_read(
	int dirfd, int64_t number, enum spool_kind kind, char **ret_jws, size_t *ret_len);
/* The payload inside a JWS of our own making, unverified; heap, terminated */
must_check int outbox_payload(struct span jws, char **ret_payload, size_t *ret_len);
/* Also when it is not there */
must_check int outbox_remove(int dirfd, int64_t number, enum spool_kind kind);
must_check int outbox_remove_kind(int dirfd, enum spool_kind kind);
/* Everything, endpoint.json included */
must_check int outbox_clear(int dirfd);
/* Starts the courier. */
must_check int outbox_wake(int dirfd);
