/* SPDX-License-Identifier: Apache-2.0 */
#include "throttle.h"

#include "crypto.h"
#include "secret.h"
#include "settings.h"

#include <stdio.h>
#include <string.h>

#define KEY "throttle_key"
#define NAME_MAX_LEN 64
#define BUCKET_LEN 8

/* Made with the first try; the second of two processes finds that of the first. */
static int read_key(struct store *store, char key[SECRET_LEN + 1])
{
	char text[SETTINGS_TEXT_MAX + 1];
	int r = settings_text(store, KEY, text);

	if (r == 0 && !text[0]) {
		r = secret_new(key);
		return r < 0 ? r : settings_keep(store, KEY, key);
	}
	if (r == 0) {
		snprintf(key, SECRET_LEN + 1, "%.*s", SECRET_LEN, text);
	}
	return r;
}

static int bucket_of(struct store *store, struct span name, char ret[BUCKET_LEN])
{
	char text[SECRET_LEN + 1 + NAME_MAX_LEN];
	uint8_t hash[CRYPTO_SHA256_LEN];
	size_t len = name.len < NAME_MAX_LEN ? name.len : NAME_MAX_LEN;
	int r = read_key(store, text);

	memcpy(text + SECRET_LEN, name.p, len);
	r = r != 0 ? r : crypto_sha256((struct span){text, SECRET_LEN + len}, hash);
	if (r == 0) {
		snprintf(ret, BUCKET_LEN, "%u", (hash[0] << 8 | hash[1]) % THROTTLE_BUCKETS);
	}
	return r;
}

struct bucket {
	int64_t failures, next_s, last_s;
};

static int read_bucket(const struct store_value *row, void *data)
{
	*(struct bucket *)data = (struct bucket){row[0].n, row[1].n, row[2].n};
	return 0;
}

static int wait_after(int64_t failures)
{
	int64_t over = failures - THROTTLE_FREE_TRIES;

	return over > 4 ? THROTTLE_WAIT_MAX_S : THROTTLE_WAIT_MIN_S << over;
}

int throttle_try(struct store *store, struct span name, int64_t now_s, int *ret_wait_s)
{
	struct bucket bucket = {0};
	char id[BUCKET_LEN];
	int r = bucket_of(store, name, id);

	r = r != 0 ? r
		   : store_query(store, read_bucket, &bucket,
			     "SELECT failures, next, last FROM tries WHERE site = $1 AND name = $2",
			     store_site(), store_text(id));
	if (r != 0) {
		return r;
	}
	/* A clock that was set back far must lock nobody out for long. */
	if (now_s - bucket.last_s > THROTTLE_FORGET_S ||
		bucket.next_s > now_s + THROTTLE_WAIT_MAX_S) {
		bucket = (struct bucket){0};
	}
	if (now_s < bucket.next_s) {
		*ret_wait_s = (int)(bucket.next_s - now_s);
		return 0;
	}
	bucket.failures++;
	bucket.next_s =
		bucket.failures >= THROTTLE_FREE_TRIES ? now_s + wait_after(bucket.failures) : 0;
	r = store_do(store, NULL,
		"INSERT INTO tries (site, name, failures, next, last) VALUES ($1, $2, $3, $4, $5) "
		"ON CONFLICT (site, name) DO UPDATE SET failures = excluded.failures, "
		"next = excluded.next, last = excluded.last",
		store_site(), store_text(id), store_int(bucket.failures), store_int(bucket.next_s),
		store_int(now_s));
	if (r == 0) {
		*ret_wait_s = 0;
	}
	return r;
}

int throttle_forgive(struct store *store, struct span name)
{
	char id[BUCKET_LEN];
	int r = bucket_of(store, name, id);

	return r != 0 ? r
		      : store_do(store, NULL, "DELETE FROM tries WHERE site = $1 AND name = $2",
				store_site(), store_text(id));
}

int throttle_forget_old(struct store *store, int64_t now_s)
{
	return store_do(store, NULL, "DELETE FROM tries WHERE site = $1 AND last < $2",
		store_site(), store_int(now_s - THROTTLE_FORGET_S));
}
