/* SPDX-License-Identifier: Apache-2.0 */
#include "text.h"
#include "fd.h"
#include "plural.h"
#include "unit.h"

#include <fcntl.h>
#include <sys/stat.h>

struct place {
	char path[32];
	int dirfd;
};

static void put(const struct place *place, const char *name, const char *text)
{
	assert_int_equal(fd_write_atomic(place->dirfd, name, text, strlen(text), 0644), 0);
}

static int make_place(void **state)
{
	struct place *place = calloc(1, sizeof(*place));

	if (!place) {
		return -1;
	}
	snprintf(place->path, sizeof(place->path), "/tmp/test-text-XXXXXX");
	if (!mkdtemp(place->path)) {
		return -1;
	}
	place->dirfd = fd_open_dir(AT_FDCWD, place->path);
	put(place, "en.json",
		"{\"hi\":\"Hello {name}{name}, {n} left\",\"only\":\"English\",\"day.one\":\"a "
		"day\",\"day.other\":\"{n} days\"}");
	put(place, "nl.json", "{\"hi\":\"Hallo {name}\"}");
	put(place, "pl.json",
		"{\"day.few\":\"{n} dni temu\",\"day.many\":\"{n} dni\",\"day.one\":\"wczoraj\"}");
	put(place, "zh-Hant.json", "{\"hi\":\"\xe6\x82\xa8\xe5\xa5\xbd\"}");
	*state = place;
	return 0;
}

static int remove_place(void **state)
{
	static const char *const names[] = {
		"en.json", "nl.json", "pl.json", "zh-Hant.json", "xx.json"};
	struct place *place = *state;
	int r;

	for (size_t i = 0; i < ARRAY_LEN(names); i++) {
		(void)unlinkat(place->dirfd, names[i], 0);
	}
	close(place->dirfd);
	r = rmdir(place->path);
	free(place);
	return r;
}

static void the_language_is_found(void **state)
{
	static const struct {
		const char *locale, *hi;
	} rows[] = {
		{"nl_NL.UTF-8", "Hallo {name}"},
		{"nl", "Hallo {name}"},
		{"nl_BE@euro", "Hallo {name}"},
		{"zh_TW.UTF-8", "\xe6\x82\xa8\xe5\xa5\xbd"},
		{"zh_HK", "\xe6\x82\xa8\xe5\xa5\xbd"},
		{"zh-Hant", "\xe6\x82\xa8\xe5\xa5\xbd"},
		{"zh_CN", "Hello {name}{name}, {n} left"},
		{"C", "Hello {name}{name}, {n} left"},
		{"", "Hello {name}{name}, {n} left"},
		{NULL, "Hello {name}{name}, {n} left"},
		{"../en", "Hello {name}{name}, {n} left"},
		{"nl/../nl", "Hello {name}{name}, {n} left"},
		{"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", "Hello {name}{name}, {n} left"},
	};
	const struct place *place = *state;

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		cleanup(text_free_p) struct text_catalogue *catalogue = NULL;

		assert_int_equal(text_open(place->dirfd, rows[i].locale, &catalogue), 0);
		assert_string_equal(text_get(catalogue, "hi"), rows[i].hi);
		assert_string_equal(text_get(catalogue, "only"), "English");
		assert_string_equal(text_get(catalogue, "none"), "none");
		assert_true(text_has(catalogue, "only"));
		assert_false(text_has(catalogue, "none"));
	}
}

static void arguments_are_put_in(void **state)
{
	static const struct text_arg args[] = {{"name", "A\x1b\n"}, {"n", "{name}"}};
	const struct place *place = *state;
	cleanup(text_free_p) struct text_catalogue *catalogue = NULL;
	cleanup(str_finish) struct str out = {0};

	assert_int_equal(text_open(place->dirfd, NULL, &catalogue), 0);
	assert_int_equal(text_format(catalogue, "hi", args, 2, &out), 0);
	assert_string_equal(out.p, "Hello A??A??, {name} left");
	str_clear(&out);
	assert_int_equal(text_format(catalogue, "hi", args, 1, &out), 0);
	assert_string_equal(out.p, "Hello A??A??, {n} left");
	str_clear(&out);
	assert_int_equal(text_format(catalogue, "{", NULL, 0, &out), 0);
	assert_string_equal(out.p, "{");
}

/* The numbers are samples of Unicode CLDR's plural rules. */
static void numbers_take_their_form(void **state)
{
	static const struct {
		const char *locale;
		uint64_t n;
		const char *text;
	} rows[] = {
		{"en", 1, "a day"},
		{"en", 0, "0 days"},
		{"nl", 1, "a day"},
		{"zh-TW", 1, "a day"},
		{"pl", 0, "0 dni"},
		{"pl", 1, "wczoraj"},
		{"pl", 2, "2 dni temu"},
		{"pl", 4, "4 dni temu"},
		{"pl", 5, "5 dni"},
		{"pl", 12, "12 dni"},
		{"pl", 14, "14 dni"},
		{"pl", 21, "21 dni"},
		{"pl", 22, "22 dni temu"},
		{"pl", 112, "112 dni"},
		{"pl", 104, "104 dni temu"},
		{"pl", UINT64_MAX, "18446744073709551615 dni"},
	};
	const struct place *place = *state;

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		cleanup(text_free_p) struct text_catalogue *catalogue = NULL;
		cleanup(str_finish) struct str out = {0};

		assert_int_equal(text_open(place->dirfd, rows[i].locale, &catalogue), 0);
		assert_int_equal(text_format_count(catalogue, "day", rows[i].n, &out), 0);
		assert_string_equal(out.p, rows[i].text);
		str_clear(&out);
		assert_int_equal(text_format_count(catalogue, "none", 2, &out), 0);
		assert_string_equal(out.p, "none");
	}
	assert_string_equal(plural_form("zh-Hant", 1), "other");
}

static void broken_catalogues_are_refused(void **state)
{
	static const char *const rows[] = {"[]", "{\"a\":1}", "{\"a\":null}", "{", "null", ""};
	const struct place *place = *state;
	struct text_catalogue *catalogue = NULL;

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		put(place, "xx.json", rows[i]);
		assert_int_equal(text_open(place->dirfd, "xx", &catalogue), -EBADMSG);
	}
	assert_int_equal(unlinkat(place->dirfd, "xx.json", 0), 0);
	assert_int_equal(mkfifoat(place->dirfd, "xx.json", 0600), 0);
	assert_int_equal(text_open(place->dirfd, "xx", &catalogue), -EBADMSG);
	assert_int_equal(unlinkat(place->dirfd, "en.json", 0), 0);
	assert_int_equal(text_open(place->dirfd, "nl", &catalogue), -ENOENT);
	assert_null(catalogue);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(the_language_is_found, make_place, remove_place),
		cmocka_unit_test_setup_teardown(arguments_are_put_in, make_place, remove_place),
		cmocka_unit_test_setup_teardown(numbers_take_their_form, make_place, remove_place),
		cmocka_unit_test_setup_teardown(
			broken_catalogues_are_refused, make_place, remove_place),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
