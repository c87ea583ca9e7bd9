/* SPDX-License-Identifier: Apache-2.0 */
/* One row of a table as JSON or as a line of CSV. head: "n,@at,who"; what begins with @ is a time.
 */
#pragma once

#include "json.h"
#include "store.h"

must_check int tables_row_json(
	const char *head, const struct store_value *row, struct json_object **ret_item);
/* A cell that a spreadsheet would run as a formula begins with a quote. */
must_check int tables_row_csv(const char *head, const struct store_value *row, struct str *out);
must_check int tables_head_csv(const char *head, struct str *out);
