/* SPDX-License-Identifier: Apache-2.0 */
#include "truce.h"

#include <string.h>

void truce_note(struct truce *truce, int64_t boot_ms)
{
	if (truce->n == TRUCE_COUNT) {
		memmove(truce->restored_ms, truce->restored_ms + 1,
			(TRUCE_COUNT - 1) * sizeof(truce->restored_ms[0]));
		truce->n--;
	}
	truce->restored_ms[truce->n++] = boot_ms;
	if (truce->n < TRUCE_COUNT || boot_ms - truce->restored_ms[0] > TRUCE_WINDOW_MS) {
		return;
	}
	/* each truce is twice as long as the one before, as long as the client goes on */
	truce->length_ms = truce->length_ms == 0 ? TRUCE_FIRST_MS : truce->length_ms * 2;
	if (truce->length_ms > TRUCE_MAX_MS) {
		truce->length_ms = TRUCE_MAX_MS;
	}
	truce->until_ms = boot_ms + truce->length_ms;
	truce->n = 0;
}

bool truce_holds(struct truce *truce, int64_t boot_ms)
{
	if (truce->until_ms != 0 && boot_ms >= truce->until_ms) {
		truce->until_ms = 0;
	}
	return truce->until_ms != 0;
}
