/* SPDX-License-Identifier: Apache-2.0 */
/*
 * SQLite's write-ahead log in larger pieces: SQLite writes two for each page, a report of three
 * changes has twelve pages, and a batch has hundreds of reports. What follows what was written is
 * gathered here until the log is synced, read, cut or closed. SQLite shows a commit to others only
 * after it has synced the log, with synchronous = FULL, which whoever writes by this must set
 * (https://www.sqlite.org/wal.html, walformat.html). An error of a write is told by the sync then.
 */
#pragma once

#include "base.h"

#define STORE_LOG_VFS "caretaker"
#define STORE_LOG_BUFFER ((size_t)64 * 1024) /* SQLite writes less than 128 KiB at once */

/* Makes STORE_LOG_VFS known to SQLite, once however often it is asked. -EIO */
must_check int store_log_register(void);
