/* SPDX-License-Identifier: Apache-2.0 */
#include "apt-phase.h"

#define SEEDS 4 /* the engine's state is one 32-bit word, for which four are drawn */
#define MODULUS UINT64_C(2147483647)
#define MULTIPLIER UINT64_C(48271)
#define OUTCOMES 101

/* The text as a sequence of numbers, without putting it together */
struct text {
	struct span parts[5];
	size_t len;
};

static uint32_t text_at(const struct text *text, size_t at)
{
	for (size_t i = 0; i < ARRAY_LEN(text->parts); i++) {
		if (at < text->parts[i].len) {
			/* seed_seq takes what the characters are worth, and they are signed */
			return (uint32_t)(int32_t)(signed char)text->parts[i].p[at];
		}
		at -= text->parts[i].len;
	}
	return 0;
}

static uint32_t mix(uint32_t x)
{
	return x ^ x >> 27;
}

/* Four numbers of a sequence of any length: t, p and q of the standard are 1, 1 and 2. */
static void seeds_draw(const struct text *text, uint32_t b[SEEDS])
{
	size_t m = text->len + 1 > SEEDS ? text->len + 1 : SEEDS;

	for (size_t i = 0; i < SEEDS; i++) {
		b[i] = 0x8b8b8b8b;
	}
	for (size_t k = 0; k < m; k++) {
		uint32_t *one = &b[k % SEEDS], *two = &b[(k + 1) % SEEDS];
		uint32_t r1 = 1664525 * mix(*one ^ *two ^ b[(k + SEEDS - 1) % SEEDS]), r2 = r1;

		if (k == 0) {
			r2 += (uint32_t)text->len;
		} else {
			r2 += (uint32_t)(k % SEEDS) + (k <= text->len ? text_at(text, k - 1) : 0);
		}
		*two += r1;
		b[(k + 2) % SEEDS] += r2;
		*one = r2;
	}
	for (size_t k = m; k < m + SEEDS; k++) {
		uint32_t *one = &b[k % SEEDS], *two = &b[(k + 1) % SEEDS];
		uint32_t r3 = 1566083941 * mix(*one + *two + b[(k + SEEDS - 1) % SEEDS]);
		uint32_t r4 = r3 - (uint32_t)(k % SEEDS);

		*two ^= r3;
		b[(k + 2) % SEEDS] ^= r4;
		*one = r4;
	}
}

unsigned apt_phase_draw(struct span source, struct span version, struct span machine_id)
{
	struct text text = {.parts = {source, span_z("-"), version, span_z("-"), machine_id}};
	const uint64_t scaling = (MODULUS - 2) / OUTCOMES;
	uint32_t seeds[SEEDS];
	uint64_t x;

	for (size_t i = 0; i < ARRAY_LEN(text.parts); i++) {
		text.len += text.parts[i].len;
	}
	seeds_draw(&text, seeds);
	x = seeds[SEEDS - 1] % MODULUS;
	/* The generator never leaves 0, where all of its numbers are below their minimum of 1. */
	for (unsigned i = 0; x != 0; i++) {
		x = x * MULTIPLIER % MODULUS;
		if (x - 1 < scaling * OUTCOMES) {
			return (unsigned)((x - 1) / scaling);
		}
	}
	return 0;
}
