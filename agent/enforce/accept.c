/* SPDX-License-Identifier: Apache-2.0 */
#include "accept.h"

#include <string.h>

/* "uint32 300" is 300 behind "uint32 "; a number that stands alone has nothing before it. */
static bool number_of(struct json_object *value, int64_t *ret_number, size_t *ret_word)
{
	const char *text, *number;
	long long found;
	char *end;

	if (json_object_is_type(value, json_type_int)) {
		*ret_number = json_object_get_int64(value);
		*ret_word = 0;
		return true;
	}
	if (!json_object_is_type(value, json_type_string)) {
		return false;
	}
	text = json_object_get_string(value);
	number = strrchr(text, ' ');
	number = number ? number + 1 : text;
	errno = 0;
	found = strtoll(number, &end, 10);
	if (end == number || *end != '\0' || errno != 0 || (*number < '0' || *number > '9')) {
		return false;
	}
	*ret_number = found;
	*ret_word = (size_t)(number - text);
	return true;
}

/* A number of the same type, as GVariant's text form names it */
static bool same_word(struct json_object *a, size_t a_len, struct json_object *b, size_t b_len)
{
	return a_len == b_len && (a_len == 0 || memcmp(json_object_get_string(a),
							json_object_get_string(b), a_len) == 0);
}

bool enforce_accepts(const struct enforce_setting *setting, enum enforce_format format,
	const struct enforce_value *value)
{
	int64_t found, wanted;
	size_t found_word, wanted_word;

	if (enforce_format_same(format, value, setting->value)) {
		return true;
	}
	return value->present && !value->open && setting->ranged &&
	       number_of(value->object, &found, &found_word) &&
	       number_of(setting->value, &wanted, &wanted_word) &&
	       json_object_get_type(value->object) == json_object_get_type(setting->value) &&
	       same_word(value->object, found_word, setting->value, wanted_word) &&
	       found >= setting->from && found <= setting->to;
}

bool enforce_accepts_compiled(const struct enforce_setting *setting, const struct gvariant *found)
{
	int64_t number;

	return setting->ranged && gvariant_number(found, &number) == 0 && number >= setting->from &&
	       number <= setting->to;
}
