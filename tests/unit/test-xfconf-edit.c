/* SPDX-License-Identifier: Apache-2.0 */
#include "xfconf-edit.h"

#include "unit.h"

#include <stdio.h>
#include <string.h>

#define HEAD "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n\n"
#define IN(inner) HEAD "<channel name=\"c\" version=\"1.0\">\n" inner "</channel>\n"
#define LOCK " unlocked=\"root\""
#define TRUE_K "<property name=\"k\" type=\"bool\" value=\"true\"" LOCK "/>"

static struct json_path path_of(const char *key)
{
	struct json_path path;

	assert_int_equal(json_path_parse(span_z(key), &path), 0);
	return path;
}

struct set_row {
	const char *before, *key, *type, *value, *after;
	bool came_back; /* it was absent: removing it gives `before` again */
};

static const struct set_row set_rows[] = {
	{IN(""), "k", "bool", "true", IN("  " TRUE_K "\n"), true},
	{IN("  <!-- why -->\n"), "k", "bool", "true", IN("  <!-- why -->\n  " TRUE_K "\n"), true},
	{IN("\t<property name=\"a\" type=\"empty\"/>\n\n"), "k", "bool", "true",
		IN("\t<property name=\"a\" type=\"empty\"/>\n\n\t" TRUE_K "\n"), true},
	{"<channel name='c' version='1'></channel>", "k", "bool", "true",
		"<channel name='c' version='1'>" TRUE_K "</channel>", true},
	{"<channel name='c' version='1'>\r\n</channel>\r\n", "k", "bool", "true",
		"<channel name='c' version='1'>\r\n  " TRUE_K "\r\n</channel>\r\n", true},
	{"<channel name='c' version='1'>\n  <property name='a' type='empty'/></channel>", "k",
		"bool", "true",
		"<channel name='c' version='1'>\n  <property name='a' type='empty'/>" TRUE_K
		"</channel>",
		true},
	/* one step deeper */
	{IN("    <property name=\"a\" type=\"empty\">\n    </property>\n"), "a.k", "bool", "true",
		IN("    <property name=\"a\" type=\"empty\">\n        " TRUE_K
		   "\n    </property>\n"),
		true},
	{IN("  <property name=\"a\" type=\"empty\"></property>\n"), "a.k", "bool", "true",
		IN("  <property name=\"a\" type=\"empty\">" TRUE_K "</property>\n"), true},
	/* text is written so that it is read again */
	{IN(""), "k", "string", "<a> & \"b'\n",
		IN("  <property name=\"k\" type=\"string\" "
		   "value=\"&lt;a&gt; &amp; &quot;b&apos;&#10;\"" LOCK "/>\n"),
		true},
	{IN(""), "[\"a & b\"]", "int", "-5",
		IN("  <property name=\"a &amp; b\" type=\"int\" value=\"-5\"" LOCK "/>\n"), true},
	/* of one that is there, what has to change */
	{IN("  " TRUE_K "\n"), "k", "bool", "true", IN("  " TRUE_K "\n"), false},
	{IN("<property name='k' type='bool' value='false'/>"), "k", "bool", "true",
		IN("<property name='k' type='bool' value='true'" LOCK "/>"), false},
	{IN("<property  value = 'false'\n\tname='k' type='bool' />"), "k", "bool", "true",
		IN("<property  value = 'true'\n\tname='k' type='bool'" LOCK " />"), false},
	{IN("<property unlocked='@staff' name='k' locked='kim' type='uint' value='3'/>"), "k",
		"int", "5",
		IN("<property unlocked='root' name='k' locked='kim' type='int' value='5'/>"),
		false},
	{IN("<property name='k' type='int' value='&#53;' unlocked='r&#x6f;ot'/>"), "k", "int", "5",
		IN("<property name='k' type='int' value='&#53;' unlocked='r&#x6f;ot'/>"), false},
	{IN("<property name='&#107;' type='empty'><property name='k' type='empty'/></property>"),
		"k", "bool", "true",
		IN("<property name='&#107;' type='bool' value=\"true\"" LOCK
		   "><property name='k' type='empty'/></property>"),
		false},
	/* others of that name, elsewhere; lists of others */
	{IN("<property name='a' type='empty'><property name='k' type='empty'/></property>"
	    "<property name='l' type='array'><value type='int' value='1'/></property>\n"),
		"k", "bool", "true",
		IN("<property name='a' type='empty'><property name='k' type='empty'/></property>"
		   "<property name='l' type='array'><value type='int' value='1'/></property>"
		   "\n  " TRUE_K "\n"),
		true},
};

static void one_property_changes_and_no_other_byte(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(set_rows); i++) {
		const struct set_row *row = &set_rows[i];
		cleanup(str_finish) struct str out = {.max = XFCONF_EDIT_MAX};
		cleanup(str_finish) struct str back = {.max = XFCONF_EDIT_MAX};
		struct json_path path = path_of(row->key);
		struct xfconf_edit_found was, now;

		assert_int_equal(xfconf_edit_find(span_z(row->before), &path, &was), 0);
		assert_int_equal(
			xfconf_edit_set(span_z(row->before), &path, row->type, row->value, &out),
			0);
		assert_string_equal(out.p, row->after);
		assert_int_equal(xfconf_edit_find((struct span){out.p, out.len}, &path, &now), 0);
		assert_true(now.locked && span_eq(now.type, row->type));
		assert_true((was.tag.p == NULL) == row->came_back);
		if (row->came_back) {
			assert_int_equal(
				xfconf_edit_remove((struct span){out.p, out.len}, &path, &back), 0);
		} else {
			assert_int_equal(xfconf_edit_put_back((struct span){out.p, out.len}, &path,
						 was.tag, &back),
				0);
		}
		assert_string_equal(back.p, row->before);
	}
}

struct make_row {
	const char *before, *key, *after;
};

static const struct make_row make_rows[] = {
	{IN(""), "a", IN("  <property name=\"a\" type=\"empty\">\n  </property>\n")},
	{IN("  <property name=\"a\" type=\"empty\">\n  </property>\n"), "a",
		IN("  <property name=\"a\" type=\"empty\">\n  </property>\n")},
	{IN("  <property name=\"a\" type=\"empty\"/>\n"), "a",
		IN("  <property name=\"a\" type=\"empty\">\n  </property>\n")},
	{IN("  <property type='int' name='a' value='1' locked='kim' />\r\n"), "a",
		IN("  <property type='int' name='a' value='1' locked='kim' >\n  </property>\r\n")},
	{IN("<!-- --><property name='a' type='empty'/>\n"), "a",
		IN("<!-- --><property name='a' type='empty'></property>\n")},
	{"<channel name='c' version='1'></channel>", "a",
		"<channel name='c' version='1'><property name=\"a\" type=\"empty\"></property>"
		"</channel>"},
	{IN("  <property name=\"a\" type=\"empty\">\n  </property>\n"), "a.b",
		IN("  <property name=\"a\" type=\"empty\">\n"
		   "    <property name=\"b\" type=\"empty\">\n    </property>\n  </property>\n")},
};

static void what_holds_others_is_made_and_taken_away(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(make_rows); i++) {
		cleanup(str_finish) struct str out = {.max = XFCONF_EDIT_MAX};
		cleanup(str_finish) struct str back = {.max = XFCONF_EDIT_MAX};
		struct json_path path = path_of(make_rows[i].key);
		struct span before = span_z(make_rows[i].before), after;
		struct xfconf_edit_found was;

		assert_int_equal(xfconf_edit_find(before, &path, &was), 0);
		assert_int_equal(xfconf_edit_make(before, &path, &out), 0);
		assert_string_equal(out.p, make_rows[i].after);
		after = (struct span){out.p, out.len};
		assert_int_equal(was.tag.p ? xfconf_edit_put_back(after, &path, was.tag, &back)
					   : xfconf_edit_remove(after, &path, &back),
			0);
		assert_string_equal(back.p, make_rows[i].before);
	}
}

static void what_came_between_stays(void **state)
{
	const char *opened = IN("<property name='a' type='empty'><!-- mine --></property>");
	const char *closed = IN("<property name='a' type='int' value='2'/>");
	struct json_path path = path_of("a");
	struct str out = {.max = XFCONF_EDIT_MAX};

	(void)state;
	assert_int_equal(xfconf_edit_put_back(span_z(opened), &path,
				 span_z("<property name='a' type='int' value='1'/>"), &out),
		0);
	assert_string_equal(
		out.p, IN("<property name='a' type='int' value='1'><!-- mine --></property>"));
	str_clear(&out);
	assert_int_equal(xfconf_edit_put_back(span_z(closed), &path,
				 span_z("<property name='a' type='int' value='1'>"), &out),
		0);
	assert_string_equal(out.p, IN("<property name='a' type='int' value='1'/>"));
	str_finish(&out);
}

static const struct refused_row {
	const char *text;
	int outcome;
} refused_rows[] = {
	{"", XFCONF_EDIT_E_SYNTAX},
	{" \n", XFCONF_EDIT_E_SYNTAX},
	{HEAD, XFCONF_EDIT_E_SYNTAX},
	{"\xef\xbb\xbf" IN(""), XFCONF_EDIT_E_SYNTAX},
	{"<channel name='c' version='1'/>", XFCONF_EDIT_E_SYNTAX},
	{"<channel name='c' version='1'>", XFCONF_EDIT_E_SYNTAX},
	{"<channel name='c' version='1'></property>", XFCONF_EDIT_E_SYNTAX},
	{"<channel name='c' version='2.0'></channel>", XFCONF_EDIT_E_SYNTAX},
	{"<channel name='c' version='10'></channel>", XFCONF_EDIT_E_SYNTAX},
	{"<channel name='c'></channel>", XFCONF_EDIT_E_SYNTAX},
	{"<channel version='1'></channel>", XFCONF_EDIT_E_SYNTAX},
	{"<channel name='' version='1'></channel>", XFCONF_EDIT_E_SYNTAX},
	{"<channel name='c' version='1' mine='1'></channel>", XFCONF_EDIT_E_SYNTAX},
	{"<property name='a' type='empty'/>", XFCONF_EDIT_E_SYNTAX},
	{"<!DOCTYPE channel>" IN(""), XFCONF_EDIT_E_SYNTAX},
	{" " IN(""), XFCONF_EDIT_E_SYNTAX},
	{"<?xml version='1.0' encoding='ISO-8859-1'?><channel name='c' version='1'></channel>",
		XFCONF_EDIT_E_SYNTAX},
	{IN("") "<channel name='c' version='1'></channel>", XFCONF_EDIT_E_SYNTAX},
	{IN("") "x", XFCONF_EDIT_E_SYNTAX},
	{IN("text"), XFCONF_EDIT_E_SYNTAX},
	{IN("&amp;"), XFCONF_EDIT_E_SYNTAX},
	{IN("<![CDATA[x]]>"), XFCONF_EDIT_E_SYNTAX},
	{IN("<!-- "), XFCONF_EDIT_E_SYNTAX},
	{IN("<?xml ?>"), XFCONF_EDIT_E_SYNTAX},
	{IN("<?mine "), XFCONF_EDIT_E_SYNTAX},
	{IN("<other/>"), XFCONF_EDIT_E_SYNTAX},
	{IN("<channel name='c' version='1'></channel>"), XFCONF_EDIT_E_SYNTAX},
	{IN("<value type='int' value='1'/>"), XFCONF_EDIT_E_SYNTAX},
	{IN("<property name='a' type='empty'"), XFCONF_EDIT_E_SYNTAX},
	{IN("<property name='a' type='empty'></channel>"), XFCONF_EDIT_E_SYNTAX},
	{IN("<property name='a' type='empty'/ >"), XFCONF_EDIT_E_SYNTAX},
	{IN("<property name='a'type='empty'/>"), XFCONF_EDIT_E_SYNTAX},
	{IN("<property name='a' type=empty/>"), XFCONF_EDIT_E_SYNTAX},
	{IN("<property name='a' type='empty' type='empty'/>"), XFCONF_EDIT_E_SYNTAX},
	{IN("<property name='a' type='empty' mine='1'/>"), XFCONF_EDIT_E_SYNTAX},
	{IN("<property name='a' type='mine' value='1'/>"), XFCONF_EDIT_E_SYNTAX},
	{IN("<property name='a' type='int'/>"), XFCONF_EDIT_E_SYNTAX},
	{IN("<property name='a' type='bool' value='yes'/>"), XFCONF_EDIT_E_SYNTAX},
	{IN("<property name='a' value='1'/>"), XFCONF_EDIT_E_SYNTAX},
	{IN("<property name='' type='empty'/>"), XFCONF_EDIT_E_SYNTAX},
	{IN("<property name='a/k' type='empty'/>"), XFCONF_EDIT_E_SYNTAX},
	{IN("<property name='a&#47;k' type='empty'/>"), XFCONF_EDIT_E_SYNTAX},
	{IN("<property name='a<' type='empty'/>"), XFCONF_EDIT_E_SYNTAX},
	{IN("<property name='a&mine;' type='empty'/>"), XFCONF_EDIT_E_SYNTAX},
	{IN("<property name='a&#0;' type='empty'/>"), XFCONF_EDIT_E_SYNTAX},
	{IN("<property name='a&#xD800;' type='empty'/>"), XFCONF_EDIT_E_SYNTAX},
	{IN("<property name='a&#x110000;' type='empty'/>"), XFCONF_EDIT_E_SYNTAX},
	{IN("<property name='a&#;' type='empty'/>"), XFCONF_EDIT_E_SYNTAX},
	{IN("<property name='a&' type='empty'/>"), XFCONF_EDIT_E_SYNTAX},
	{IN("<property name='\xff' type='empty'/>"), XFCONF_EDIT_E_SYNTAX},
	{IN("<property name='\x01' type='empty'/>"), XFCONF_EDIT_E_SYNTAX},
	{IN("\r"), XFCONF_EDIT_E_SYNTAX},
	{IN("<property name='a' type='empty'/>\r\r\n"), XFCONF_EDIT_E_SYNTAX},
	{IN("<property name='a' type='empty'/><property name='a' type='empty'/>"),
		XFCONF_EDIT_E_DUPLICATE},
	{IN("<property name='a' type='empty'><property name='k' type='empty'/>"
	    "<property name='&#x6B;' type='empty'/></property>"),
		XFCONF_EDIT_E_DUPLICATE},
	{IN("<property name='a' type='array'></property>"), XFCONF_EDIT_E_ARRAY},
	{IN("<property name='a' type='empty'><property name='k' type='array'>"
	    "<value type='int' value='1'/></property></property>"),
		XFCONF_EDIT_E_ARRAY},
	{IN(""), XFCONF_EDIT_E_NO_PARENT},
	{IN("<property name='a' type='empty'/>"), XFCONF_EDIT_E_NO_PARENT},
};

static void what_xfconfd_does_not_take_is_left(void **state)
{
	struct json_path path = path_of("a.k");

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(refused_rows); i++) {
		struct str out = {.max = XFCONF_EDIT_MAX};
		int r = xfconf_edit_set(span_z(refused_rows[i].text), &path, "int", "1", &out);

		if (r != refused_rows[i].outcome) {
			print_error("%zu: %s\n", i, refused_rows[i].text);
		}
		assert_int_equal(r, refused_rows[i].outcome);
		assert_int_equal(out.len, 0);
		str_finish(&out);
	}
	assert_int_equal(xfconf_edit_check((struct span){IN("\0"), sizeof(IN("\0")) - 1}),
		XFCONF_EDIT_E_SYNTAX);
}

static void add_deep(struct str *text, size_t n)
{
	assert_int_equal(str_append_z(text, "<channel name='c' version='1.0'>"), 0);
	for (size_t i = 1; i < n; i++) {
		assert_int_equal(str_append_z(text, "<property name='a' type='empty'>"), 0);
	}
	for (size_t i = 1; i < n; i++) {
		assert_int_equal(str_append_z(text, "</property>"), 0);
	}
	assert_int_equal(str_append_z(text, "</channel>"), 0);
}

static void what_is_deep_or_long_has_an_end(void **state)
{
	struct str deep = {.max = XFCONF_EDIT_MAX}, deeper = {.max = XFCONF_EDIT_MAX};
	struct str lengthy = {.max = 2 * XFCONF_EDIT_MAX}, out = {.max = 64};
	struct json_path path = path_of("k");

	(void)state;
	add_deep(&deep, 32);
	add_deep(&deeper, 33);
	assert_int_equal(xfconf_edit_check((struct span){deep.p, deep.len}), 0);
	assert_int_equal(
		xfconf_edit_check((struct span){deeper.p, deeper.len}), XFCONF_EDIT_E_SYNTAX);
	assert_int_equal(str_append_z(&lengthy, IN("")), 0);
	while (lengthy.len < XFCONF_EDIT_MAX) {
		assert_int_equal(str_append_char(&lengthy, '\n'), 0);
	}
	assert_int_equal(xfconf_edit_check((struct span){lengthy.p, lengthy.len}), 0);
	assert_int_equal(xfconf_edit_set(span_z(IN("")), &path, "bool", "true", &out), -ENOSPC);
	assert_int_equal(str_append_char(&lengthy, '\n'), 0);
	assert_int_equal(
		xfconf_edit_check((struct span){lengthy.p, lengthy.len}), XFCONF_EDIT_E_SYNTAX);
	str_finish(&deep);
	str_finish(&deeper);
	str_finish(&lengthy);
	str_finish(&out);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(one_property_changes_and_no_other_byte),
		cmocka_unit_test(what_holds_others_is_made_and_taken_away),
		cmocka_unit_test(what_came_between_stays),
		cmocka_unit_test(what_xfconfd_does_not_take_is_left),
		cmocka_unit_test(what_is_deep_or_long_has_an_end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
