/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What is forgotten, and when. The latest answer of each control stays while its device is here;
 * its history, ended exemptions and counted days go when their time is over. Done with every
 * regular round, and at once when somebody asks; the deleted leaves the disk, not the table alone.
 */
#pragma once

#include "json.h"
#include "store.h"

#define RETENTION_CODES_S ((int64_t)90 * 86400) /* enrolment codes, after they expired */
#define RETENTION_LATE_S 3600
#define RETENTION_BACKUP "backup" /* the mark that `caretaker-server backup` leaves: when */
#define RETENTION_DAYS_S ((int64_t)400 * 86400) /* counts of a day: no device is in them */

/* ret_rows: how many went */
must_check int retention_purge(struct store *store, int64_t now_s, int64_t *ret_rows);
/* How many rows are kept longer than they may be: none, but between two rounds */
must_check int retention_overdue(struct store *store, int64_t now_s, int64_t *ret_rows);
/* openapi's Retention: how many rows there are of each kind (at most 100,000 are counted), how old
 * the oldest is, and when something was last looked for to forget */
must_check int retention_read(struct store *store, int64_t now_s, struct json_object **ret_body);
