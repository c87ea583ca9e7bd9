/* SPDX-License-Identifier: Apache-2.0 */
#include "ini-edit.h"

#include "unit.h"

#include <string.h>

#define S INI_EDIT_SECTIONS
#define F INI_EDIT_FLAT

static struct json_path path_of(const char *key)
{
	struct json_path path;

	assert_int_equal(json_path_parse(span_z(key), &path), 0);
	return path;
}

struct set_row {
	enum ini_edit_dialect dialect;
	const char *before;
	const char *key;
	const char *value;
	const char *after;
	bool came_back; /* it was absent: removing it gives `before` again */
};

static const struct set_row set_rows[] = {
	/* sections */
	{S, "", "A", "", "[A]\n", true},
	{S, "[A]\n", "B", "", "[A]\n[B]\n", true},
	{S, "[A]\nk=v", "B", "", "[A]\nk=v\n[B]", true},
	{S, "[A]\r\nk=v\r\n", "B", "", "[A]\r\nk=v\r\n[B]\r\n", true},
	{S, "# only words\n", "A", "", "# only words\n[A]\n", true},
	{S, "[A]\n", "A", "", "[A]\n", false},
	/* a new key goes behind the last line of its section, blanks stay before the next one */
	{S, "[A]\n", "A.k", "v", "[A]\nk=v\n", true},
	{S, "[A]\na=1\n\n[B]\nb=2\n", "A.k", "v", "[A]\na=1\nk=v\n\n[B]\nb=2\n", true},
	{S, "[A]\na = 1\n# told\n", "A.k", "v", "[A]\na = 1\n# told\nk = v\n", true},
	{S, "[A]\na=1", "A.k", "v", "[A]\na=1\nk=v", true},
	{S, "[A]\r\na=1", "A.k", "v", "[A]\r\na=1\r\nk=v", true},
	{S, "[A]\na=1\n[B]\n[A]\nb=2\n", "A.k", "v", "[A]\na=1\n[B]\n[A]\nb=2\nk=v\n", true},
	{S, "\xef\xbb\xbf[A]\na=1\n", "A.k", "v", "\xef\xbb\xbf[A]\na=1\nk=v\n", true},
	/* a value is replaced where it stands */
	{S, "[A]\nk=1\n", "A.k", "22", "[A]\nk=22\n", false},
	{S, "[A]\n  k  =  1  \nz=1", "A.k", "2", "[A]\n  k  =  2  \nz=1", false},
	{S, "[A]\nk=\n", "A.k", "2", "[A]\nk=2\n", false},
	{S, "[A]\r\nk=1\r\n", "A.k", "2", "[A]\r\nk=2\r\n", false},
	{S, "[A]\nk[$i]=1\n", "A.k", "2", "[A]\nk[$i]=2\n", false},
	{S, "[A]\n#k=1\n;k=1\n", "A.k", "2", "[A]\n#k=1\n;k=1\nk=2\n", true},
	{S, "[B]\nk=1\n[A]\n", "A.k", "2", "[B]\nk=1\n[A]\nk=2\n", true},
	{S, "[A]\nk[de]=1\n", "A.k", "2", "[A]\nk[de]=1\nk=2\n", true},
	{S, "[A]\nurl=a=b\n", "A.url", "c=d", "[A]\nurl=c=d\n", false},
	/* lists */
	{S, "[C]\nfs=\n", "C.fs.x", "", "[C]\nfs=x;\n", true},
	{S, "[C]\nfs=a;\n", "C.fs.x", "", "[C]\nfs=a;x;\n", true},
	{S, "[C]\nfs=a\n", "C.fs.x", "", "[C]\nfs=a;x\n", true},
	{S, "[C]\nfs=a;x;b;\n", "C.fs.x", "", "[C]\nfs=a;x;b;\n", false},
	{S, "[C]\nfs=xy;\n", "C.fs.x", "", "[C]\nfs=xy;x;\n", true},
	/* flat ones */
	{F, "", "K", "yes", "K=yes\n", true},
	{F, "# what it is\nK=\"no\"\n", "K", "\"yes\"", "# what it is\nK=\"yes\"\n", false},
	{F, "a = true\n", "k", "false", "a = true\nk = false\n", true},
	{F, "a = 1\n\n[table]\nb = 2\n", "k", "3", "a = 1\nk = 3\n\n[table]\nb = 2\n", true},
	{F, "\xef\xbb\xbf[t]\nk=2\n", "k", "3", "\xef\xbb\xbfk=3\n[t]\nk=2\n", true},
	{F, "[table]\nk = 2\n", "k", "3", "k = 3\n[table]\nk = 2\n", true},
	{F, "export A=1\n", "K", "0", "export A=1\nK=0\n", true},
	/* a remark stays */
	{F, "K=\"yes\"  # why\n", "K", "\"no\"", "K=\"no\"  # why\n", false},
	{F, "K=\"a # b\" # why\n", "K", "c", "K=c # why\n", false},
	{F, "K=\"a\\\" # b\" # why\n", "K", "c", "K=c # why\n", false},
	{F, "K='a\\' # why\n", "K", "c", "K=c # why\n", false},
	{F, "K=a#b\n", "K", "c", "K=c\n", false},
	{F, "K= # why\n", "K", "c", "K=c # why\n", false},
	{F, "k = true # why\r\n", "k", "false", "k = false # why\r\n", false},
	{S, "[A]\nk=1 # of it\n", "A.k", "2", "[A]\nk=2\n", false},
};

static void one_value_changes_and_no_other_byte(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(set_rows); i++) {
		const struct set_row *row = &set_rows[i];
		cleanup(str_finish) struct str set = {0};
		cleanup(str_finish) struct str back = {0};
		struct json_path path = path_of(row->key);
		struct span before = span_z(row->before);

		assert_int_equal(
			ini_edit_set(before, row->dialect, &path, span_z(row->value), &set), 0);
		assert_string_equal(set.p ? set.p : "", row->after);
		if (row->came_back) {
			assert_int_equal(ini_edit_remove((struct span){set.p, set.len},
						 row->dialect, &path, &back),
				0);
			assert_string_equal(back.p ? back.p : "", row->before);
		}
	}
}

static const struct {
	enum ini_edit_dialect dialect;
	const char *text;
	const char *key;
	int outcome;
	const char *value; /* NULL: not there */
} find_rows[] = {
	{S, "[A]\nk= v w \n", "A.k", 0, "v w"},
	{S, "[A]\nk=v\n", "A.z", 0, NULL},
	{S, "[A]\nk=v\n", "B.k", 0, NULL},
	{S, "[A]\nk=v\n", "A", 0, "[A]"},
	{S, "[A]\nk=a;b;\n", "A.k.b", 0, "b"},
	{S, "[A]\nk=a;b;\n", "A.k.c", 0, NULL},
	{S, "k=v\n[A]\n", "A.k", 0, NULL},
	{S, "[Containments][1]\nk=v\n", "[\"Containments][1\"].k", 0, "v"},
	{F, "K='a b'\n", "K", 0, "'a b'"},
	{S, "[A]\nk=1\nk=2\n", "A.k", INI_EDIT_E_DUPLICATE, NULL},
	{S, "[A]\nk=1\n[A]\nk=2\n", "A.k", INI_EDIT_E_DUPLICATE, NULL},
	{F, "K=1\nK=2\n", "K", INI_EDIT_E_DUPLICATE, NULL},
	{S, "[A]\nk=1\\\n 2\n", "A.k", INI_EDIT_E_CONTINUED, NULL},
	{S, "[A]\nk=\xff\n", "A.k", INI_EDIT_E_SYNTAX, NULL},
	{F, "[A]\n", "A.k", INI_EDIT_E_PATH, NULL},
	{S, "[A]\n", "A.k.e.f", INI_EDIT_E_PATH, NULL},
};

static void values_are_found_where_they_stand(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(find_rows); i++) {
		struct json_path path = path_of(find_rows[i].key);
		struct span value = {NULL, 0};

		assert_int_equal(ini_edit_find(span_z(find_rows[i].text), find_rows[i].dialect,
					 &path, &value),
			find_rows[i].outcome);
		if (find_rows[i].value) {
			assert_non_null(value.p);
			assert_true(span_eq(value, find_rows[i].value));
		} else {
			assert_null(value.p);
		}
	}
}

static void what_cannot_be_written_is_refused(void **state)
{
	cleanup(str_finish) struct str out = {0};
	struct json_path key = path_of("A.k"), element = path_of("A.k[\"x;y\"]");
	struct span text = span_z("[A]\nk=1\n");

	(void)state;
	assert_int_equal(ini_edit_set(text, S, &key, span_z("a\nb"), &out), INI_EDIT_E_VALUE);
	assert_int_equal(ini_edit_set(text, S, &element, span_z(""), &out), INI_EDIT_E_VALUE);
	assert_int_equal(
		ini_edit_set(span_z("[B]\n"), S, &key, span_z("1"), &out), INI_EDIT_E_NO_PARENT);
	assert_int_equal(ini_edit_set((struct span){"a\0b", 3}, S, &key, span_z("1"), &out),
		INI_EDIT_E_SYNTAX);
	assert_int_equal(out.len, 0);
}

static void a_section_with_pairs_stays(void **state)
{
	cleanup(str_finish) struct str out = {0};
	struct json_path section = path_of("A");

	(void)state;
	assert_int_equal(ini_edit_remove(span_z("[A]\nk=1\n"), S, &section, &out), 0);
	assert_string_equal(out.p, "[A]\nk=1\n");
}

static void pairs_come_one_after_the_other(void **state)
{
	struct ini_edit_pair pair = {.next = 0};
	struct span text = span_z("top=1\n[A]\n# no\nk = v\n[B]\nk=w\n");

	(void)state;
	assert_true(ini_edit_next(text, S, &pair) && !pair.in_section && span_eq(pair.key, "top"));
	assert_true(ini_edit_next(text, S, &pair) && span_eq(pair.section, "A"));
	assert_true(span_eq(pair.value, "v"));
	assert_true(ini_edit_next(text, S, &pair) && span_eq(pair.section, "B"));
	assert_false(ini_edit_next(text, S, &pair));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(one_value_changes_and_no_other_byte),
		cmocka_unit_test(values_are_found_where_they_stand),
		cmocka_unit_test(what_cannot_be_written_is_refused),
		cmocka_unit_test(a_section_with_pairs_stays),
		cmocka_unit_test(pairs_come_one_after_the_other),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
