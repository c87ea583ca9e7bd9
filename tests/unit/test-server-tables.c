/* SPDX-License-Identifier: Apache-2.0 */
/* Rows that the store keeps packed are pages and a stream like those of any other table. */
#include "some-store.h"
#include "held-text.h"
#include "tables.h"

#define DEVICES 230 /* more than are read at a time */
#define CONTROLS 19 /* no page ends where a device does */

static void put_devices(struct store *store)
{
	for (int i = 0; i < DEVICES; i++) {
		cleanup(str_finish) struct str text = {0};
		char device[32];

		assert_int_equal(held_begin(&text), 0);
		for (int k = 0; k < CONTROLS; k++) {
			assert_int_equal(
				str_appendf(&text, "\na.c%02d psupported %d 1 %d", k, i, k), 0);
		}
		snprintf(device, sizeof(device), "%022d", i);
		assert_int_equal(store_do(store, NULL,
					 "INSERT INTO held (site, device, controls) VALUES "
					 "($1, $2, $3)",
					 store_site(), store_text(device), store_text(text.p)),
			0);
	}
}

static int keep(struct span chunk, void *data)
{
	return str_append(data, chunk.p, chunk.len);
}

static size_t count_lines(const struct str *text, size_t from)
{
	size_t n = 0;

	for (size_t i = from; i < text->len; i++) {
		n += text->p[i] == '\n';
	}
	return n;
}

static void pages_are_what_the_stream_is(void **state)
{
	struct store *store = some_store(state);
	const struct tables_table *table = tables_find("controls");
	cleanup(str_finish) struct str pages = {0}, stream = {0}, next = {0};
	size_t n = 0;

	put_devices(store);
	assert_int_equal(tables_write_page(store, table, TABLES_CSV, NULL, &next, &pages), 0);
	while (next.len > 0) {
		cleanup(free_ptr) char *after = span_dup((struct span){next.p, next.len});
		size_t from = pages.len;

		/* The page before was full, and ended with a device. */
		assert_true(count_lines(&pages, 0) - 1 >= ++n * TABLES_PAGE);
		assert_int_equal((count_lines(&pages, 0) - 1) % CONTROLS, 0);
		str_clear(&next);
		assert_int_equal(
			tables_write_page(store, table, TABLES_CSV, after, &next, &pages), 0);
		assert_true(count_lines(&pages, from) < TABLES_PAGE + CONTROLS);
	}
	assert_int_equal(n, DEVICES * CONTROLS / TABLES_PAGE);
	assert_int_equal(tables_stream(store, table, TABLES_CSV, keep, &stream), 0);
	assert_int_equal(count_lines(&stream, 0), DEVICES * CONTROLS + 1);
	assert_string_equal(stream.p, pages.p);
	assert_non_null(strstr(stream.p,
		"\r\n0000000000000000000007,a.c18,pass,supported,1970-01-01T07:00:00Z,"
		"1970-01-01T08:00:00Z,18\r\n"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		WITH_STORE(pages_are_what_the_stream_is),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
