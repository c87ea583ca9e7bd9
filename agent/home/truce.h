/* SPDX-License-Identifier: Apache-2.0 */
/* Whether a client that keeps writing its own value back is fought once more or left alone. */
#pragma once

#include "base.h"

#define TRUCE_COUNT 3
#define TRUCE_WINDOW_MS 10000
#define TRUCE_FIRST_MS 60000
#define TRUCE_MAX_MS 3600000

/* Zero-initialised */
struct truce {
	int64_t restored_ms[TRUCE_COUNT]; /* of the last restorations, boot clock */
	size_t n;
	int64_t until_ms; /* 0: none */
	int64_t length_ms;
};

/* A value was just put back: may declare a truce. */
void truce_note(struct truce *truce, int64_t boot_ms);
/* Whether the client is to be left alone now. Ends a truce whose time is up. */
bool truce_holds(struct truce *truce, int64_t boot_ms);
