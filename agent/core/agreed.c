/* SPDX-License-Identifier: Apache-2.0 */
#include "agreed.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

/* RFC draft-eastlake-fnv: offset basis and prime of 64 bits */
#define FNV_BASIS UINT64_C(0xcbf29ce484222325)
#define FNV_PRIME UINT64_C(0x100000001b3)

void agreed_finish(struct agreed *agreed)
{
	vec_free(&agreed->list);
}

/* With the NUL behind it, so that no two texts run into each other */
static uint64_t mix(uint64_t hash, const char *text)
{
	size_t len = strlen(text) + 1;

	for (size_t i = 0; i < len; i++) {
		hash = (hash ^ (uint8_t)text[i]) * FNV_PRIME;
	}
	return hash;
}

static uint64_t number_of(const struct agreed_setting *setting)
{
	uint64_t hash = mix(mix(FNV_BASIS, setting->client), setting->key);

	return mix(hash, setting->value ? json_object_to_json_string_ext(
						  setting->value, JSON_C_TO_STRING_PLAIN)
					: "null");
}

static size_t find(const struct agreed *agreed, uint64_t number)
{
	size_t i = 0;

	while (i < agreed->list.len && agreed->list.items[i] != number) {
		i++;
	}
	return i;
}

bool agreed_has(const struct agreed *agreed, const struct agreed_setting *setting)
{
	return agreed->list.len > 0 && find(agreed, number_of(setting)) < agreed->list.len;
}

int agreed_add(struct agreed *agreed, const struct agreed_setting *setting)
{
	uint64_t number = number_of(setting);

	return find(agreed, number) < agreed->list.len
		       ? 0
		       : vec_push(&agreed->list, number, AGREED_MAX);
}

void agreed_drop(struct agreed *agreed, const struct agreed_setting *setting)
{
	size_t i = find(agreed, number_of(setting));

	if (i < agreed->list.len) {
		agreed->list.items[i] = agreed->list.items[--agreed->list.len];
	}
}

static int parse(struct json_object *value, uint64_t *ret_number)
{
	const char *text = json_object_get_string(value);
	uint64_t number = 0;

	if (!json_object_is_type(value, json_type_string) || strlen(text) != AGREED_TEXT_LEN) {
		return -EINVAL;
	}
	for (size_t i = 0; i < AGREED_TEXT_LEN; i++) {
		static const char digits[] = "0123456789abcdef";
		const char *digit = strchr(digits, text[i]);

		if (!digit) {
			return -EINVAL;
		}
		number = number << 4 | (uint64_t)(digit - digits);
	}
	*ret_number = number;
	return 0;
}

int agreed_from_json(struct json_object *array, struct agreed *ret_agreed, struct json_error *error)
{
	cleanup(agreed_finish) struct agreed agreed = {0};
	int r = 0;

	for (size_t i = 0; r == 0 && i < json_object_array_length(array); i++) {
		uint64_t number;

		if (parse(json_object_array_get_idx(array, i), &number) < 0) {
			json_error_set(error, "agreed", "has a text that is no number of ours");
			return JSON_E_TYPE;
		}
		r = vec_push(&agreed.list, number, AGREED_MAX);
	}
	if (r == 0) {
		*ret_agreed = agreed;
		agreed = (struct agreed){0};
	}
	return r;
}

void agreed_build(const struct agreed *agreed, struct json_build *array)
{
	vec_for_each (number, &agreed->list) {
		char text[AGREED_TEXT_LEN + 1];

		(void)snprintf(text, sizeof(text), "%016" PRIx64, *number);
		json_build_string(array, NULL, text);
	}
}
