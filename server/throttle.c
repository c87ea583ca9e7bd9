/* SPDX-License-Identifier: Apache-2.0 */
#include "throttle.h"

#include "crypto.h"

#include <string.h>

#define BUCKETS 4096
#define KEY_LEN 32
#define NAME_MAX_LEN 64

struct bucket {
	unsigned failures;
	int64_t next_s;
	int64_t last_s;
};

struct throttle {
	uint8_t key[KEY_LEN];
	struct bucket buckets[BUCKETS];
};

int throttle_new(struct throttle **ret_throttle)
{
	struct throttle *throttle = calloc(1, sizeof(*throttle));
	int r;

	if (!throttle) {
		return -ENOMEM;
	}
	r = crypto_random(throttle->key, sizeof(throttle->key));
	if (r < 0) {
		free(throttle);
		return r;
	}
	*ret_throttle = throttle;
	return 0;
}

void throttle_free(struct throttle *throttle)
{
	free(throttle);
}

static struct bucket *bucket_of(struct throttle *throttle, struct span name)
{
	char text[KEY_LEN + NAME_MAX_LEN];
	uint8_t hash[CRYPTO_SHA256_LEN];
	size_t len = name.len < NAME_MAX_LEN ? name.len : NAME_MAX_LEN;

	memcpy(text, throttle->key, KEY_LEN);
	memcpy(text + KEY_LEN, name.p, len);
	if (crypto_sha256((struct span){text, KEY_LEN + len}, hash) < 0) {
		return NULL;
	}
	return &throttle->buckets[(hash[0] << 8 | hash[1]) % BUCKETS];
}

static int wait_after(unsigned failures)
{
	unsigned over = failures - THROTTLE_FREE_TRIES;

	return over > 4 ? THROTTLE_WAIT_MAX_S : THROTTLE_WAIT_MIN_S << over;
}

int throttle_try(struct throttle *throttle, struct span name, int64_t now_s, int *ret_wait_s)
{
	struct bucket *bucket = bucket_of(throttle, name);

	if (!bucket) {
		return -EIO;
	}
	if (now_s - bucket->last_s > THROTTLE_FORGET_S) {
		*bucket = (struct bucket){0};
	}
	if (now_s < bucket->next_s) {
		*ret_wait_s = (int)(bucket->next_s - now_s);
		return 0;
	}
	bucket->last_s = now_s;
	bucket->failures++;
	if (bucket->failures >= THROTTLE_FREE_TRIES) {
		bucket->next_s = now_s + wait_after(bucket->failures);
	}
	*ret_wait_s = 0;
	return 0;
}

void throttle_forgive(struct throttle *throttle, struct span name)
{
	struct bucket *bucket = bucket_of(throttle, name);

	if (bucket) {
		*bucket = (struct bucket){0};
	}
}
