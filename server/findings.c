/* SPDX-License-Identifier: Apache-2.0 */
#include "findings.h"

#include <string.h>

static int remove_one(struct store *store, const char *device, const struct held_control *was)
{
	return store_do(store, NULL,
		"DELETE FROM findings WHERE site = $1 AND control = $2 AND state = $3 "
		"AND device = $4",
		store_site(), store_text(was->id), store_text(posture_state_name(was->state)),
		store_text(device));
}

static int put_one(
	struct store *store, const char *device, const struct held_control *is, const char *sql)
{
	return store_do(store, NULL, sql, store_site(), store_text(is->id),
		store_text(posture_state_name(is->state)), store_text(device),
		store_text(is->reason), store_int(is->since_s));
}

int findings_change(struct store *store, const char *device, const struct held_control *was,
	const struct held_control *is)
{
	bool had = was && was->state != POSTURE_PASS, has = is && is->state != POSTURE_PASS;
	int r = 0;

	if (had && has && was->state == is->state) {
		return was->since_s == is->since_s && strcmp(was->reason, is->reason) == 0
			       ? 0
			       : put_one(store, device, is,
					 "UPDATE findings SET reason = $5, since = $6 WHERE site = "
					 "$1 AND control = $2 AND state = $3 AND device = $4");
	}
	r = had ? remove_one(store, device, was) : 0;
	return r != 0 || !has ? r
			      : put_one(store, device, is,
					"INSERT INTO findings (site, control, state, device, "
					"reason, since) VALUES ($1, $2, $3, $4, $5, $6)");
}
