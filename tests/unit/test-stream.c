/* SPDX-License-Identifier: Apache-2.0 */
#include "pack.h"
#include "stream.h"
#include "unit.h"

#include <fcntl.h>
#include <sys/wait.h>

#define NAME "list"
#define TEXT_LEN ((size_t)3 << 20)

static struct sysroot root;

static int root_make(void **state)
{
	static char path[] = "/tmp/stream-XXXXXX";

	*state = mkdtemp(path);
	return *state ? sysroot_open(path, false, &root) : -1;
}

static int root_remove(void **state)
{
	int dir = openat(root.fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	int r = unlinkat(dir, NAME, 0);

	close(dir);
	sysroot_finish(&root);
	return r == 0 ? rmdir(*state) : r;
}

static void list_write(const void *bytes, size_t len)
{
	int fd = openat(root.fd, NAME, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);

	assert_true(fd >= 0);
	assert_int_equal(fd_write_all(fd, bytes, len), 0);
	close(fd);
}

static void list_pack(enum pack kind, const char *text, size_t len, size_t cut, const char *behind)
{
	struct packed packed = pack_bytes(kind, text, len);

	memcpy(packed.p + packed.len, behind, strlen(behind));
	list_write(packed.p, packed.len - cut + strlen(behind));
	free(packed.p);
}

/* The first outcome that is not 0; at the end what was read has to be the wanted bytes. */
static int list_read(const char *unpack, size_t max, const char *wanted, size_t len)
{
	cleanup(stream_free_p) struct stream *stream = NULL;
	char *chunk = malloc(65536);
	size_t at = 0, n = 1;
	int r = stream_open(&root, NAME, max, unpack, &stream);

	assert_non_null(chunk);
	while (r == 0 && n > 0) {
		r = stream_read(stream, chunk, 65536, &n);
		if (r == 0) {
			assert_true(n <= len - at);
			assert_memory_equal(chunk, wanted + at, n);
			at += n;
		}
	}
	free(chunk);
	if (r == 0) {
		assert_int_equal(at, len);
	}
	return r;
}

static void no_child_is_left(void)
{
	assert_int_equal(waitpid(-1, NULL, WNOHANG), -1);
	assert_int_equal(errno, ECHILD);
}

static char *text_make(void)
{
	static const char line[] = "Package: libx\nVersion: 1.2-3\nArchitecture: amd64\n\n";
	char *text = malloc(TEXT_LEN);

	assert_non_null(text);
	for (size_t i = 0; i < TEXT_LEN; i++) {
		text[i] = line[(i + i / 4099) % (sizeof(line) - 1)];
	}
	return text;
}

static void plain_needs_no_child(void **state)
{
	char *text = text_make();

	(void)state;
	list_write(text, TEXT_LEN);
	assert_int_equal(list_read(NULL, TEXT_LEN, text, TEXT_LEN), 0);
	assert_int_equal(list_read("/nonexistent", TEXT_LEN, text, TEXT_LEN), 0);
	assert_int_equal(list_read(NULL, TEXT_LEN - 1, text, TEXT_LEN), STREAM_E_LIMIT);
	list_write("", 0);
	assert_int_equal(list_read(NULL, TEXT_LEN, text, 0), 0);
	free(text);
}

static void each_format_is_read(void **state)
{
	char *text = text_make();

	(void)state;
	for (enum pack kind = 0; kind < PACK_COUNT; kind++) {
		list_pack(kind, text, TEXT_LEN, 0, "");
		assert_int_equal(list_read(UNPACK_PATH, TEXT_LEN, text, TEXT_LEN), 0);
		no_child_is_left();
	}
	free(text);
}

static void torn_or_longer_is_no_list(void **state)
{
	char *text = text_make();

	(void)state;
	for (enum pack kind = 0; kind < PACK_COUNT; kind++) {
		list_pack(kind, text, TEXT_LEN, 1, "");
		assert_int_equal(list_read(UNPACK_PATH, TEXT_LEN, text, TEXT_LEN), STREAM_E_FORMAT);
		list_pack(kind, text, TEXT_LEN, 0, "Package: x\n");
		assert_int_equal(list_read(UNPACK_PATH, TEXT_LEN, text, TEXT_LEN), STREAM_E_FORMAT);
		no_child_is_left();
	}
	list_write("BZh91AY&SY", 10);
	assert_int_equal(list_read(UNPACK_PATH, TEXT_LEN, text, 0), STREAM_E_FORMAT);
	free(text);
}

static void longer_than_max_is_told(void **state)
{
	char *text = text_make();

	(void)state;
	for (enum pack kind = 0; kind < PACK_COUNT; kind++) {
		list_pack(kind, text, TEXT_LEN, 0, "");
		assert_int_equal(
			list_read(UNPACK_PATH, TEXT_LEN - 1, text, TEXT_LEN), STREAM_E_LIMIT);
		no_child_is_left();
	}
	free(text);
}

static void without_the_program_there_is_no_list(void **state)
{
	(void)state;
	list_pack(PACK_XZ, "Package: x\n", 11, 0, "");
	assert_int_equal(list_read(NULL, 100, "", 0), STREAM_E_FORMAT);
	assert_int_equal(list_read("/nonexistent/caretaker-unpack", 100, "", 0), STREAM_E_FORMAT);
	assert_int_equal(list_read("/etc/passwd", 100, "", 0), STREAM_E_FORMAT);
	no_child_is_left();
}

static void bad_children_are_told(void **state)
{
	static const struct {
		const char *input;
		int outcome;
	} rows[] = {
		{"\x1f\x8b"
		 "die",
			STREAM_E_FORMAT},
		{"\x1f\x8b"
		 "lie",
			STREAM_E_FORMAT},
		{"\x1f\x8b"
		 "over",
			STREAM_E_LIMIT},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		list_write(rows[i].input, strlen(rows[i].input));
		assert_int_equal(list_read(CHILD_PATH, 100, "Package: x\n", 11), rows[i].outcome);
		no_child_is_left();
	}
}

static void flood_ends_at_max(void **state)
{
	cleanup(stream_free_p) struct stream *stream = NULL;
	char chunk[4096];
	size_t n, total = 0;
	int r;

	(void)state;
	list_write("\x1f\x8b"
		   "flood",
		7);
	assert_int_equal(stream_open(&root, NAME, 1000000, CHILD_PATH, &stream), 0);
	while ((r = stream_read(stream, chunk, sizeof(chunk), &n)) == 0) {
		total += n;
	}
	assert_int_equal(r, STREAM_E_LIMIT);
	assert_true(total <= 1000000);
	stream_free(TAKE_PTR(stream));
	no_child_is_left();
}

/* A reader that has seen enough waits for nobody. */
static void closed_early_the_child_is_ended(void **state)
{
	static const char *const inputs[] = {"\x1f\x8b"
					     "hang",
		"\x1f\x8b"
		"flood"};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(inputs); i++) {
		struct stream *stream = NULL;

		list_write(inputs[i], strlen(inputs[i]));
		assert_int_equal(stream_open(&root, NAME, 1000000, CHILD_PATH, &stream), 0);
		assert_int_equal(waitpid(-1, NULL, WNOHANG), 0);
		stream_free(stream);
		no_child_is_left();
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(plain_needs_no_child),
		cmocka_unit_test(each_format_is_read),
		cmocka_unit_test(torn_or_longer_is_no_list),
		cmocka_unit_test(longer_than_max_is_told),
		cmocka_unit_test(without_the_program_there_is_no_list),
		cmocka_unit_test(bad_children_are_told),
		cmocka_unit_test(flood_ends_at_max),
		cmocka_unit_test(closed_early_the_child_is_ended),
	};

	return cmocka_run_group_tests(tests, root_make, root_remove);
}
