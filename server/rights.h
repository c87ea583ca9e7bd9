/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What families may ask, and what is done when a device is lost. A device is named by its id or its
 * label. The audit log has the receipt of a device alone, which is made of its random id: after the
 * device is erased nothing leads from the log back to it.
 */
#pragma once

#include "device.h"
#include "json.h"
#include "store.h"

#define RIGHTS_RECEIPT_LEN 16
#define RIGHTS_REASON_MAX 32

enum rights_outcome {
	RIGHTS_E_UNKNOWN = 1, /* no such device, control or dispute */
	RIGHTS_E_REASON,      /* none of the reasons for a dispute */
};

/* "staff-007" or the id. RIGHTS_E_UNKNOWN */
must_check int rights_find(
	struct store *store, struct span name, char ret_id[REPORT_DEVICE_LEN + 1]);
must_check int rights_receipt(const char *id, char ret[RIGHTS_RECEIPT_LEN + 1]);

/* openapi's DeviceExport: every row that is about the device. RIGHTS_E_UNKNOWN */
must_check int rights_export(
	struct store *store, int64_t now_s, const char *id, struct json_object **ret_body);
/* All rows are gone; what stays is the receipt and the day. RIGHTS_E_UNKNOWN */
must_check int rights_erase(struct store *store, int64_t now_s, const char *id);
/* reason NULL settles it. RIGHTS_E_UNKNOWN, RIGHTS_E_REASON */
must_check int rights_dispute(struct store *store, int64_t now_s, const char *who, const char *id,
	const char *control, const char *reason);
/* From now on nothing it signs is taken; what was last known stays. RIGHTS_E_UNKNOWN */
must_check int rights_set_lost(struct store *store, int64_t now_s, const char *id, bool lost);
/* openapi's DeviceRights: whether it is lost, what is disputed, its receipt */
must_check int rights_read(struct store *store, const char *id, struct json_object **ret_body);
