/* SPDX-License-Identifier: Apache-2.0 */
#include "device-held.h"

#include "findings.h"

static int read_held(const struct store_value *row, void *data)
{
	return row[0].type == STORE_TEXT ? held_parse(row[0].text, data) : -EBADMSG;
}

int held_read(struct store *store, const char *device, struct held *ret_held)
{
	struct held held = {0};
	int r = store_query(store, read_held, &held,
		"SELECT controls FROM held WHERE site = $1 AND device = $2", store_site(),
		store_text(device));

	if (r != 0) {
		held_finish(&held);
		return r < 0 ? r : -EIO;
	}
	*ret_held = held;
	return 0;
}

int held_put(struct store *store, const char *device, const struct str *text, bool there)
{
	const char *sql = there ? "UPDATE held SET controls = $3 WHERE site = $1 AND device = $2"
				: "INSERT INTO held (site, device, controls) VALUES ($1, $2, $3)";
	int r = store_do(store, NULL, sql, store_site(), store_text(device),
		store_span(((struct span){text->p, text->len})));

	return r > 0 ? -EIO : r;
}

int held_erase(struct store *store, const char *device)
{
	cleanup(held_finish) struct held held = {0};
	int r = held_read(store, device, &held);

	for (size_t i = 0; r == 0 && i < held.n; i++) {
		r = findings_change(store, device, &held.controls[i], NULL);
	}
	return r != 0 ? r
		      : store_do(store, NULL, "DELETE FROM held WHERE site = $1 AND device = $2",
				store_site(), store_text(device));
}
