/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Whose key is whose, of devices that signed lately: who verifies need not ask the store for each
 * report. It is no proof that the device is here yet: device_find_signer is, in the transaction
 * that takes what it signed. What is erased here is forgotten at once; all is once a day, so that
 * what another process erased is kept no longer, and when there is no place left. On any thread.
 */
#pragma once

#include "device.h"

#define KNOWN_KEYS_MAX 131072 /* 15 MiB, touched as devices come */
#define KNOWN_KEYS_KEPT_S 86400

struct known_keys;
must_check int known_keys_new(struct known_keys **ret_keys);
void known_keys_free(struct known_keys *keys); /* NULL is fine */

/* now_s: of a clock that only goes on */
bool known_keys_find(struct known_keys *keys, const char *device, int64_t now_s,
	char ret_key[DEVICE_KEY_LEN + 1]);
void known_keys_put(struct known_keys *keys, const char *device, const char *public_key);
void known_keys_drop(struct known_keys *keys, const char *device);
