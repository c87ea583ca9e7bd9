/* SPDX-License-Identifier: Apache-2.0 */
#include "gate-book.h"

#include "fd.h"
#include "json-build.h"

int gate_book_read(int dirfd, struct gate_book *ret_book)
{
	cleanup(free_ptr) char *bytes = NULL;
	struct gate_book book = {0};
	size_t len = 0;
	int r = fd_read_regular(dirfd, GATES_RECORD, GATES_RECORD_MAX, &bytes, &len);

	if (r == FD_E_MISSING) {
		*ret_book = book;
		return 0;
	}
	for (size_t i = 0; r == 0 && i < gates_len && i < GATE_BOOK_MAX; i++) {
		r = gate_record_parse((struct span){bytes, len}, gates[i].client, &book.records[i]);
		book.known[i] = r == 0;
		r = r == -ENOENT ? 0 : r;
	}
	if (r == 0) {
		*ret_book = book;
	}
	return r > 0 ? -EBADMSG : r;
}

int gate_book_save(int dirfd, const struct gate_book *book)
{
	cleanup(json_put) struct json_object *object = NULL;
	cleanup(str_finish) struct str out = {.max = GATES_RECORD_MAX};
	struct json_build rows = json_build_array();
	struct json_build build = json_build_object();
	int r;

	for (size_t i = 0; i < gates_len && i < GATE_BOOK_MAX; i++) {
		struct json_build row = json_build_object();

		if (!book->known[i]) {
			json_build_drop(&row);
			continue;
		}
		json_build_string(&row, "client", gates[i].client);
		json_build_string(&row, "denies", book->records[i].hashes[GATE_DENIES]);
		json_build_string(&row, "lifted", book->records[i].hashes[GATE_LIFTED]);
		json_build_join(&rows, NULL, &row);
	}
	json_build_int(&build, "format", 1);
	json_build_join(&build, "gates", &rows);
	r = json_build_finish(&build, &object);
	if (r == 0) {
		r = json_write_canonical(object, &out);
	}
	return r == 0 ? fd_write_atomic(dirfd, GATES_RECORD, out.p, out.len, 0600) : r;
}
