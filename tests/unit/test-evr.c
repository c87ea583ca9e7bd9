/* SPDX-License-Identifier: Apache-2.0 */
/* The right order is asked of the libraries that rpm and pacman compare with. */
#include "evr.h"
#include "str.h"
#include "unit.h"

#include <dlfcn.h>

#define PAIRS 4000

/* A small generator with a fixed seed: the same versions in each run */
static unsigned next(uint64_t *seed)
{
	*seed = *seed * UINT64_C(6364136223846793005) + 1442695040888963407U;
	return (unsigned)(*seed >> 33);
}

static void version_make(uint64_t *seed, const char *alphabet, bool released, char *text)
{
	size_t len = 1 + next(seed) % 9, n = strlen(alphabet);

	if (next(seed) % 8 == 0) {
		*text++ = (char)('0' + next(seed) % 3);
		*text++ = ':';
	}
	*text++ = '1';
	for (size_t i = 0; i < len; i++) {
		*text++ = alphabet[next(seed) % n];
	}
	if (released || next(seed) % 2 == 0) {
		*text++ = '-';
		*text++ = (char)('0' + next(seed) % 10);
		*text++ = alphabet[next(seed) % n];
		*text++ = (char)('0' + next(seed) % 10);
	}
	*text = '\0';
}

/* Now and then the one is the other with a bit more, where an order is decided by what is left. */
static void pair_make(uint64_t *seed, bool released, char *a, char *b)
{
	static const char alphabet[] = "0019.+~^_ab";

	version_make(seed, alphabet, released, a);
	version_make(seed, alphabet, released, b);
	if (next(seed) % 4 == 0) {
		char tail[8] = {alphabet[next(seed) % strlen(alphabet)], '\0'};

		snprintf(b, 64, "%s%s", a, tail);
	}
}

static int sign(int n)
{
	return (n > 0) - (n < 0);
}

static void same_order(enum evr_rules rules, const char *a, const char *b, int wanted)
{
	int order = sign(evr_compare(rules, span_z(a), span_z(b)));

	if (order != sign(wanted)) {
		fail_msg("%s and %s are in order %d, not %d", a, b, order, sign(wanted));
	}
}

static void *function_find(const char *library, const char *name)
{
	void *handle = dlopen(library, RTLD_NOW);

	return handle ? dlsym(handle, name) : NULL;
}

static void order_is_pacmans(void **state)
{
	void *symbol = function_find("libalpm.so.13", "alpm_pkg_vercmp");
	int (*vercmp)(const char *, const char *);
	uint64_t seed = 20261122;

	(void)state;
	if (!symbol) {
		skip();
	}
	memcpy(&vercmp, &symbol, sizeof(vercmp));
	for (int i = 0; i < PAIRS; i++) {
		char a[64], b[64];

		pair_make(&seed, false, a, b);
		same_order(EVR_ALPM, a, b, vercmp(a, b));
	}
}

static void order_is_rpms(void **state)
{
	void *parser = function_find("librpmio.so.9", "rpmverParse");
	void *symbol = function_find("librpmio.so.9", "rpmverCmp");
	void *(*parse)(const char *);
	int (*compare)(const void *, const void *);
	uint64_t seed = 20261122;

	(void)state;
	if (!parser || !symbol) {
		skip();
	}
	memcpy(&parse, &parser, sizeof(parse));
	memcpy(&compare, &symbol, sizeof(compare));
	for (int i = 0; i < PAIRS; i++) {
		char a[64], b[64];
		void *one, *two;

		pair_make(&seed, true, a, b);
		one = parse(a);
		two = parse(b);
		assert_true(one && two);
		same_order(EVR_RPM, a, b, compare(one, two));
		free(one);
		free(two);
	}
}

/* rpm-version(7) and vercmp(8); each is older than the next. */
static void order_is_the_manuals(void **state)
{
	static const struct {
		enum evr_rules rules;
		const char *older, *newer;
	} rows[] = {
		{EVR_ALPM, "1.0", "1.0.a"},
		{EVR_ALPM, "1.0a", "1.0b"},
		{EVR_ALPM, "1.0a", "1.0"},
		{EVR_ALPM, "1.0beta", "1.0p"},
		{EVR_ALPM, "1.0pre", "1.0rc"},
		{EVR_ALPM, "1.0rc", "1.0"},
		{EVR_ALPM, "1.5-1", "1.5-2"},
		{EVR_ALPM, "2.0-1", "1:1.0-1"},
		{EVR_ALPM, "9", "10"},
		{EVR_RPM, "1.0", "1.0a"},
		{EVR_RPM, "1.0", "1.0^git1"},
		{EVR_RPM, "1.0^git1", "1.0.1"},
		{EVR_RPM, "1.0~rc1", "1.0"},
		{EVR_RPM, "1.0~rc1", "1.0~rc1^git1"},
		{EVR_RPM, "5.1-9.el9", "5.1-10.el9"},
		{EVR_RPM, "9:1-1", "10:0-1"},
		{EVR_RPM, "a", "1"},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		same_order(rows[i].rules, rows[i].older, rows[i].newer, -1);
		same_order(rows[i].rules, rows[i].newer, rows[i].older, 1);
		same_order(rows[i].rules, rows[i].newer, rows[i].newer, 0);
	}
	same_order(EVR_ALPM, "1.5", "1.5-1", 0);
	same_order(EVR_RPM, "1.05", "1.5", 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(order_is_the_manuals),
		cmocka_unit_test(order_is_pacmans),
		cmocka_unit_test(order_is_rpms),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
