/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What left this device: each accepted report byte for byte, in sent/NNNNNNNN.json, for `caretaker
 * sent`. {"at","format","report","sequence"}
 */
#pragma once

#include "json.h"

#define LEDGER_DIR "sent"
#define LEDGER_MAX 512
#define LEDGER_DAYS 30			  /* controls.json, agent.offline-queue */
#define LEDGER_LIST_MAX ((size_t)3 << 20) /* bytes of reports in one answer */

/* Adds one, then drops those above LEDGER_MAX and older than LEDGER_DAYS. */
must_check int ledger_add(int dirfd, int64_t sequence, int64_t wall_s, struct span payload);
must_check int ledger_prune(int dirfd, int64_t wall_s);
/* [{"at","report","sequence"}], newest first; a damaged entry is left out */
must_check int ledger_list(int dirfd, struct json_object **ret_array);
/* 0 when nothing was ever sent */
must_check int ledger_highest(int dirfd, int64_t *ret_sequence);
must_check int ledger_clear(int dirfd);
