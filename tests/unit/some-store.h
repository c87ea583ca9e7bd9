/* SPDX-License-Identifier: Apache-2.0 */
/* A store of its own in a new directory, for one test. */
#pragma once

#include "device.h"
#include "unit.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define NOW ((int64_t)1800000000)
#define HOUR ((int64_t)3600)
#define DAY (24 * HOUR)

struct some_store_file {
	char dir[64];
	char path[96];
	struct store *store;
};

static inline int some_store_new(void **state)
{
	struct some_store_file *f = calloc(1, sizeof(*f));
	const char *error = NULL;

	snprintf(f->dir, sizeof(f->dir), "/tmp/caretaker-store-XXXXXX");
	if (!mkdtemp(f->dir)) {
		return -1;
	}
	snprintf(f->path, sizeof(f->path), "%s/store.db", f->dir);
	*state = f;
	return store_open_sqlite(f->path, STORE_CREATE, &f->store, &error);
}

static inline int some_store_free(void **state)
{
	static const char *const endings[] = {"", "-wal", "-shm"};
	struct some_store_file *f = *state;
	char path[128];

	store_close(f->store);
	for (size_t i = 0; i < ARRAY_LEN(endings); i++) {
		snprintf(path, sizeof(path), "%s%s", f->path, endings[i]);
		unlink(path);
	}
	rmdir(f->dir);
	free(f);
	return 0;
}

static inline struct store *some_store(void **state)
{
	return ((struct some_store_file *)*state)->store;
}
/* A key as text: what is in it does not matter to the store. */
static inline const char *some_key(char fill)
{
	static char text[DEVICE_KEY_LEN + 1];

	memset(text, fill, DEVICE_KEY_LEN);
	return text;
}

/* What stands for the hash of a report */
static inline void some_hash(int64_t n, char ret[SECRET_HASH_LEN + 1])
{
	snprintf(ret, SECRET_HASH_LEN + 1, "%0*lld", SECRET_HASH_LEN, (long long)n);
}

static inline void some_token(struct store *store, const char *token, int64_t uses)
{
	const struct device_token terms = {POLICY_SCHOOL, "staff", uses, NOW + DAY};

	assert_int_equal(device_put_token(store, token, &terms), 0);
}

/* What a query of one number says */
static inline int64_t some_number(struct store *store, const char *sql)
{
	int64_t n = -1;

	assert_int_equal(store_query(store, store_row_int, &n, sql, store_site()), 0);
	return n;
}

#define WITH_STORE(test) cmocka_unit_test_setup_teardown(test, some_store_new, some_store_free)
