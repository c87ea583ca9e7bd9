/* SPDX-License-Identifier: Apache-2.0 */
/* The right order is asked of fwupd's own library, wherever this system's version of it lies. */
#include "firmware-version.h"
#include "unit.h"

#include <dlfcn.h>
#include <glob.h>

#define PAIRS 2000

static const char *const formats[] = {"bcd", "dell-bios", "dell-bios-msb", "hex", "intel-csme19",
	"intel-me", "intel-me2", "number", "pair", "quad", "surface", "surface-legacy", "triplet"};

struct fwupd {
	int (*format)(const char *);
	char *(*text)(uint32_t, int);
	int (*compare)(const char *, const char *, int);
};

static bool symbol_find(void *handle, const char *name, void *out)
{
	void *symbol = dlsym(handle, name);

	memcpy(out, &symbol, sizeof(symbol));
	return symbol != NULL;
}

static bool fwupd_open(struct fwupd *fwupd)
{
	glob_t found = {0};
	void *handle = NULL;

	if (glob("/usr/lib/*/fwupd-*/libfwupdplugin.so", 0, NULL, &found) == 0) {
		handle = dlopen(found.gl_pathv[0], RTLD_NOW);
	}
	globfree(&found);
	return handle && symbol_find(handle, "fwupd_version_format_from_string", &fwupd->format) &&
	       symbol_find(handle, "fu_version_from_uint32", &fwupd->text) &&
	       symbol_find(handle, "fu_version_compare", &fwupd->compare);
}

/* A small generator with a fixed seed: the same versions in each run */
static uint32_t next(uint64_t *seed)
{
	*seed = *seed * UINT64_C(6364136223846793005) + 1442695040888963407U;
	return (uint32_t)(*seed >> 32);
}

static int sign(int n)
{
	return (n > 0) - (n < 0);
}

static void order_is_fwupds(void **state)
{
	struct fwupd fwupd = {.format = NULL};
	uint64_t seed = 20261122;

	(void)state;
	if (!fwupd_open(&fwupd)) {
		skip();
	}
	for (int i = 0; i < PAIRS; i++) {
		const char *name = formats[(size_t)i % ARRAY_LEN(formats)];
		uint32_t have = next(&seed);
		/* Half of them differ in one bit alone. */
		uint32_t there = i % 2 ? next(&seed) : have ^ UINT32_C(1) << next(&seed) % 32;
		int format = fwupd.format(name), order = 7;
		char *a = fwupd.text(have, format), *b = fwupd.text(there, format);

		assert_non_null(a);
		assert_non_null(b);
		assert_int_equal(firmware_version_compare(name, have, b, &order), 0);
		if (sign(order) != sign(fwupd.compare(a, b, format))) {
			fail_msg("%s: %s and %s are in order %d", name, a, b, order);
		}
		free(a);
		free(b);
	}
}

static void strange_texts_have_no_order(void **state)
{
	static const char *const rows[][2] = {{"triplet", "1.2"}, {"triplet", "1.2.3.4"},
		{"triplet", "1.2.x"}, {"triplet", ""}, {"quad", "1..2.3"}, {"number", "1.0"},
		{"number", "0x"}, {"hex", "0x123456789"}, {"plain", "10"}, {"", "1"},
		{"compal-bios", "01.02"}, {"pair", "1.99999999999999999999"}};
	int order = 0;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		assert_int_equal(firmware_version_compare(rows[i][0], 7, rows[i][1], &order),
			FIRMWARE_VERSION_E_FORMAT);
	}
	assert_int_equal(firmware_version_compare("plain", 17, "18", &order), 0);
	assert_true(order < 0);
	assert_int_equal(firmware_version_compare("hex", 17, "0x10", &order), 0);
	assert_true(order > 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(order_is_fwupds),
		cmocka_unit_test(strange_texts_have_no_order),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
