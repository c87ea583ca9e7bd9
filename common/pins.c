/* SPDX-License-Identifier: Apache-2.0 */
#include "pins.h"

#include "base64.h"

#include <string.h>

#define HASH_BYTES 32 /* SHA-256 */

static int refuse(struct json_error *error, const char *what)
{
	json_error_set(error, "pins", what);
	return -EBADMSG;
}

static bool pin_valid(const char *pin)
{
	cleanup(free_ptr) char *bytes = NULL;
	size_t len;

	return base64url_decode(span_z(pin), HASH_BYTES, &bytes, &len) == 0 && len == HASH_BYTES;
}

bool pins_valid(const struct pins *pins)
{
	if (pins->n < 1 || pins->n > PINS_MAX) {
		return false;
	}
	for (size_t i = 0; i < pins->n; i++) {
		if (!pin_valid(pins->list[i])) {
			return false;
		}
	}
	return true;
}

int pins_parse(struct json_object *array, struct pins *ret_pins, struct json_error *error)
{
	struct pins pins = {.n = json_object_array_length(array)};

	if (pins.n == 0 || pins.n > PINS_MAX) {
		return refuse(error, "one or two wanted");
	}
	for (size_t i = 0; i < pins.n; i++) {
		struct json_object *pin = json_object_array_get_idx(array, i);

		if (!json_object_is_type(pin, json_type_string) ||
			json_object_get_string_len(pin) != PINS_TEXT_LEN) {
			return refuse(error, "is no SHA-256 in base64url");
		}
		memcpy(pins.list[i], json_object_get_string(pin), PINS_TEXT_LEN + 1);
	}
	if (!pins_valid(&pins)) {
		return refuse(error, "is no SHA-256 in base64url");
	}
	*ret_pins = pins;
	return 0;
}

bool pins_have(const struct pins *pins, const char *pin)
{
	for (size_t i = 0; i < pins->n; i++) {
		if (strcmp(pins->list[i], pin) == 0) {
			return true;
		}
	}
	return false;
}

bool pins_meet(const struct pins *a, const struct pins *b)
{
	for (size_t i = 0; i < a->n; i++) {
		if (pins_have(b, a->list[i])) {
			return true;
		}
	}
	return false;
}

bool pins_equal(const struct pins *a, const struct pins *b)
{
	if (a->n != b->n) {
		return false;
	}
	for (size_t i = 0; i < a->n; i++) {
		if (strcmp(a->list[i], b->list[i]) != 0) {
			return false;
		}
	}
	return true;
}
