/* SPDX-License-Identifier: Apache-2.0 */
#include "known-keys.h"

#include <pthread.h>
#include <string.h>

#define FNV_BASE 2166136261U
#define FNV_PRIME 16777619U

struct known {
	char device[REPORT_DEVICE_LEN];
	char key[DEVICE_KEY_LEN];
	uint32_t next; /* of the same hash; from 1, 0 is none */
};

struct known_keys {
	pthread_mutex_t lock;
	struct known *kept; /* of KNOWN_KEYS_MAX; NULL as long as there is none */
	uint32_t *first;    /* by hash; from 1 */
	uint32_t n;
	int64_t since_s; /* of the first that is kept */
};

int known_keys_new(struct known_keys **ret_keys)
{
	struct known_keys *keys = calloc(1, sizeof(*keys));

	if (!keys) {
		return -ENOMEM;
	}
	pthread_mutex_init(&keys->lock, NULL);
	*ret_keys = keys;
	return 0;
}

static void forget(struct known_keys *keys)
{
	free(keys->kept);
	free(keys->first);
	keys->kept = NULL;
	keys->first = NULL;
	keys->n = 0;
}

void known_keys_free(struct known_keys *keys)
{
	if (keys) {
		forget(keys);
		pthread_mutex_destroy(&keys->lock);
		free(keys);
	}
}

static uint32_t *chain_of(struct known_keys *keys, const char *device)
{
	uint32_t hash = FNV_BASE;

	for (size_t i = 0; i < REPORT_DEVICE_LEN; i++) {
		hash = (hash ^ (uint8_t)device[i]) * FNV_PRIME;
	}
	return &keys->first[(hash ^ hash >> 16) % KNOWN_KEYS_MAX];
}

static struct known *find(struct known_keys *keys, const char *device)
{
	uint32_t at = keys->n > 0 ? *chain_of(keys, device) : 0;

	for (; at != 0; at = keys->kept[at - 1].next) {
		if (memcmp(keys->kept[at - 1].device, device, REPORT_DEVICE_LEN) == 0) {
			return &keys->kept[at - 1];
		}
	}
	return NULL;
}

bool known_keys_find(struct known_keys *keys, const char *device, int64_t now_s,
	char ret_key[DEVICE_KEY_LEN + 1])
{
	const struct known *known = NULL;

	if (strlen(device) != REPORT_DEVICE_LEN) {
		return false;
	}
	pthread_mutex_lock(&keys->lock);
	if (keys->n == 0) {
		keys->since_s = now_s;
	} else if (now_s - keys->since_s >= KNOWN_KEYS_KEPT_S) {
		forget(keys);
	} else {
		known = find(keys, device);
	}
	if (known) {
		memcpy(ret_key, known->key, DEVICE_KEY_LEN);
		ret_key[DEVICE_KEY_LEN] = 0;
	}
	pthread_mutex_unlock(&keys->lock);
	return known;
}

/* Without memory for it nothing is kept: the store knows all of it. */
static bool has_place(struct known_keys *keys)
{
	if (keys->n == KNOWN_KEYS_MAX) {
		forget(keys);
	}
	if (!keys->kept) {
		keys->kept = calloc(KNOWN_KEYS_MAX, sizeof(*keys->kept));
		keys->first = calloc(KNOWN_KEYS_MAX, sizeof(*keys->first));
	}
	if (!keys->kept || !keys->first) {
		forget(keys);
		return false;
	}
	return true;
}

static void add(struct known_keys *keys, const char *device)
{
	uint32_t *chain = chain_of(keys, device);
	struct known *known = &keys->kept[keys->n++];

	memcpy(known->device, device, REPORT_DEVICE_LEN);
	known->next = *chain;
	*chain = keys->n;
}

void known_keys_put(struct known_keys *keys, const char *device, const char *public_key)
{
	struct known *known;

	if (strlen(device) != REPORT_DEVICE_LEN || strlen(public_key) != DEVICE_KEY_LEN) {
		return;
	}
	pthread_mutex_lock(&keys->lock);
	known = find(keys, device);
	if (!known && has_place(keys)) {
		add(keys, device);
		known = &keys->kept[keys->n - 1];
	}
	if (known) {
		memcpy(known->key, public_key, DEVICE_KEY_LEN);
	}
	pthread_mutex_unlock(&keys->lock);
}

/* Its place stays empty until all are forgotten. */
void known_keys_drop(struct known_keys *keys, const char *device)
{
	struct known *known;

	if (strlen(device) != REPORT_DEVICE_LEN) {
		return;
	}
	pthread_mutex_lock(&keys->lock);
	known = find(keys, device);
	if (known) {
		memset(known->device, 0, sizeof(known->device));
		memset(known->key, 0, sizeof(known->key));
	}
	pthread_mutex_unlock(&keys->lock);
}
