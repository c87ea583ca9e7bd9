/* SPDX-License-Identifier: Apache-2.0 */
#include "pack.h"
#include "unit.h"
#include "unpack.h"

#define TEXT_LEN ((size_t)300000)
#define BOMB_LEN ((size_t)8 << 20)

struct pipe_ends {
	const uint8_t *p;
	size_t left;
	size_t piece;
	uint8_t *out;
	size_t out_len;
	size_t out_size;
};

static int ends_read(void *data, void *buf, size_t size, size_t *ret_n)
{
	struct pipe_ends *ends = data;
	size_t n = ends->left < size ? ends->left : size;

	n = n < ends->piece ? n : ends->piece;
	memcpy(buf, ends->p, n);
	ends->p += n;
	ends->left -= n;
	*ret_n = n;
	return 0;
}

static int ends_write(void *data, const void *bytes, size_t len)
{
	struct pipe_ends *ends = data;

	if (len > ends->out_size - ends->out_len) {
		return -ENOSPC;
	}
	memcpy(ends->out + ends->out_len, bytes, len);
	ends->out_len += len;
	return 0;
}

/* What comes out, of at most max bytes, has to be the wanted bytes. */
static int unpack_bytes(
	struct packed packed, size_t piece, size_t max, const char *wanted, size_t len)
{
	struct pipe_ends ends = {
		.p = packed.p, .left = packed.len, .piece = piece, .out_size = max};
	const struct unpack_pipe pipe = {
		.read = ends_read, .write = ends_write, .data = &ends, .output_max = max};
	int r;

	ends.out = malloc(max ? max : 1);
	assert_non_null(ends.out);
	r = unpack_run(&pipe);
	if (r == 0) {
		assert_int_equal(ends.out_len, len);
		assert_memory_equal(ends.out, wanted, len);
	}
	free(ends.out);
	return r;
}

/* Neither all the same nor random: both long matches and literals */
static char *text_make(size_t len)
{
	char *text = malloc(len);
	uint32_t x = 1;

	assert_non_null(text);
	for (size_t i = 0; i < len; i++) {
		x = x * 1664525U + 1013904223U;
		text[i] = (char)(x >> 30 ? "Package: libx\nVersion: 1.2-3\n"[i % 29]
					 : 'a' + (char)(x >> 24) % 26);
	}
	return text;
}

static void each_format_comes_back(void **state)
{
	static const size_t lens[] = {0, 1, 29, 65535, 65536, 65537, TEXT_LEN};
	static const size_t pieces[] = {1, 7, 4096, SIZE_MAX};
	char *text = text_make(TEXT_LEN);

	(void)state;
	for (enum pack kind = 0; kind < PACK_COUNT; kind++) {
		for (size_t i = 0; i < ARRAY_LEN(lens) * ARRAY_LEN(pieces); i++) {
			size_t len = lens[i / ARRAY_LEN(pieces)];
			struct packed packed = pack_bytes(kind, text, len);

			assert_int_equal(unpack_bytes(packed, pieces[i % ARRAY_LEN(pieces)],
						 TEXT_LEN, text, len),
				0);
			free(packed.p);
		}
	}
	free(text);
}

/* gzip members, lz4 and zstd frames, xz streams may follow each other */
static void two_in_a_row_are_one(void **state)
{
	char *text = text_make(2000);

	(void)state;
	for (enum pack kind = 0; kind < PACK_COUNT; kind++) {
		struct packed first = pack_bytes(kind, text, 1000);
		struct packed second = pack_bytes(kind, text + 1000, 1000);

		memcpy(first.p + first.len, second.p, second.len);
		first.len += second.len;
		assert_int_equal(unpack_bytes(first, 1, 2000, text, 2000), 0);
		assert_int_equal(unpack_bytes(first, SIZE_MAX, 2000, text, 2000), 0);
		free(first.p);
		free(second.p);
	}
	free(text);
}

static void torn_anywhere_is_damaged(void **state)
{
	char *text = text_make(3000);

	(void)state;
	for (enum pack kind = 0; kind < PACK_COUNT; kind++) {
		struct packed packed = pack_bytes(kind, text, 3000);

		for (size_t len = 0; len < packed.len; len++) {
			const struct packed torn = {packed.p, len};

			assert_int_equal(
				unpack_bytes(torn, SIZE_MAX, 3000, text, 3000), UNPACK_E_DAMAGED);
		}
		free(packed.p);
	}
	free(text);
}

static void bytes_behind_it_are_refused(void **state)
{
	static const size_t lens[] = {1, 3, 4, 20, 70000};
	char *text = text_make(3000);

	(void)state;
	for (enum pack kind = 0; kind < PACK_COUNT; kind++) {
		for (size_t i = 0; i < ARRAY_LEN(lens); i++) {
			struct packed packed = pack_bytes(kind, text, 3000);
			uint8_t *longer = malloc(packed.len + lens[i]);

			assert_non_null(longer);
			memcpy(longer, packed.p, packed.len);
			memset(longer + packed.len, 'x', lens[i]);
			free(packed.p);
			packed = (struct packed){longer, packed.len + lens[i]};
			assert_int_equal(
				unpack_bytes(packed, SIZE_MAX, 3000, text, 3000), UNPACK_E_DAMAGED);
			assert_int_equal(
				unpack_bytes(packed, 1, 3000, text, 3000), UNPACK_E_DAMAGED);
			free(packed.p);
		}
	}
	free(text);
}

/* Each carries a checksum of its contents: another byte is seen, or comes to the same text. */
static void another_byte_gives_no_other_text(void **state)
{
	char *text = text_make(3000);

	(void)state;
	for (enum pack kind = 0; kind < PACK_COUNT; kind++) {
		struct packed packed = pack_bytes(kind, text, 3000);
		size_t seen = 0;

		for (size_t i = 0; i < packed.len; i++) {
			packed.p[i] ^= 0x20;
			seen += unpack_bytes(packed, SIZE_MAX, 3000, text, 3000) != 0;
			packed.p[i] ^= 0x20;
		}
		assert_true(seen > packed.len * 9 / 10);
		free(packed.p);
	}
	free(text);
}

static void bomb_ends_at_the_cap(void **state)
{
	char *zeros = calloc(1, BOMB_LEN);

	(void)state;
	assert_non_null(zeros);
	for (enum pack kind = 0; kind < PACK_COUNT; kind++) {
		struct packed packed = pack_bytes(kind, zeros, BOMB_LEN);

		assert_true(packed.len < BOMB_LEN / 100);
		assert_int_equal(
			unpack_bytes(packed, SIZE_MAX, BOMB_LEN - 1, zeros, 0), UNPACK_E_LIMIT);
		assert_int_equal(unpack_bytes(packed, SIZE_MAX, 100000, zeros, 0), UNPACK_E_LIMIT);
		assert_int_equal(unpack_bytes(packed, SIZE_MAX, BOMB_LEN, zeros, BOMB_LEN), 0);
		free(packed.p);
	}
	free(zeros);
}

static void others_are_refused(void **state)
{
	static const char *const others[] = {
		"", "P", "Package: x\n", "BZh91AY&SY", "\x1f", "\x28\xb5\x2f"};
	static const uint8_t window_1_gib[] = {
		0x28, 0xb5, 0x2f, 0xfd, 0x00, 0xa0, 0x01, 0x00, 0x00};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(others); i++) {
		const struct packed other = {(uint8_t *)(uintptr_t)others[i], strlen(others[i])};

		assert_int_equal(unpack_bytes(other, SIZE_MAX, 100, "", 0), UNPACK_E_DAMAGED);
	}
	assert_int_equal(unpack_bytes((struct packed){(uint8_t *)(uintptr_t)window_1_gib,
					      sizeof(window_1_gib)},
				 SIZE_MAX, 100, "", 0),
		UNPACK_E_LIMIT);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_format_comes_back),
		cmocka_unit_test(two_in_a_row_are_one),
		cmocka_unit_test(torn_anywhere_is_damaged),
		cmocka_unit_test(bytes_behind_it_are_refused),
		cmocka_unit_test(another_byte_gives_no_other_text),
		cmocka_unit_test(bomb_ends_at_the_cap),
		cmocka_unit_test(others_are_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
