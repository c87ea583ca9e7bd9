/* SPDX-License-Identifier: Apache-2.0 */
#include "device-held.h"

#include <string.h>

#define HELD_FIRST 80 /* more than a baseline names */

struct reading {
	struct held held;
	size_t cap;
};

static int grow(struct reading *reading)
{
	size_t cap = reading->cap == 0 ? HELD_FIRST : 2 * reading->cap;
	struct held_control *controls;

	if (reading->held.n < reading->cap) {
		return 0;
	}
	controls = reallocarray(reading->held.controls, cap, sizeof(*controls));
	if (!controls) {
		return -ENOMEM;
	}
	reading->held.controls = controls;
	reading->cap = cap;
	return 0;
}

static int read_control(const struct store_value *row, void *data)
{
	struct reading *reading = data;
	struct held_control *control;
	int r = grow(reading);

	if (r < 0) {
		return r;
	}
	control = &reading->held.controls[reading->held.n];
	r = store_copy(&row[0], control->id, POSTURE_ID_MAX);
	r = r < 0 ? r : posture_state_parse(row[1].text, &control->state);
	/* A reason that a former version knew is another one than any that comes now. */
	if (r == 0 && posture_reason_parse(row[2].text, &control->reason) < 0) {
		control->reason = POSTURE_REASON_COUNT;
	}
	control->since_s = row[3].n;
	reading->held.n += r == 0;
	return r;
}

/* In bytes: what a database sorts by is its own locale's affair. */
static int compare(const void *a, const void *b)
{
	return strcmp(((const struct held_control *)a)->id, ((const struct held_control *)b)->id);
}

int held_read(struct store *store, const char *device, struct held *ret_held)
{
	struct reading reading = {0};
	int r = store_query(store, read_control, &reading,
		"SELECT control, state, reason, since FROM controls "
		"WHERE site = $1 AND device = $2",
		store_site(), store_text(device));

	if (r != 0) {
		held_finish(&reading.held);
		return r < 0 ? r : -EIO;
	}
	if (reading.held.n > 1) {
		qsort(reading.held.controls, reading.held.n, sizeof(struct held_control), compare);
	}
	*ret_held = reading.held;
	return 0;
}

void held_finish(struct held *held)
{
	free(held->controls);
	*held = (struct held){0};
}
