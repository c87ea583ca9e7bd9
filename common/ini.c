/* SPDX-License-Identifier: Apache-2.0 */
#include "ini.h"

#include <string.h>

bool ini_next(struct ini *ini)
{
	struct span line;

	while (span_next(&ini->rest, '\n', &line)) {
		const char *equals;

		if (line.len > 0 && line.p[line.len - 1] == '\r') {
			line.len--;
		}
		line = span_trim(line);
		if (line.len == 0 || line.p[0] == '#' || line.p[0] == ';') {
			continue;
		}
		if (line.p[0] == '[' && line.p[line.len - 1] == ']') {
			ini->section = (struct span){line.p + 1, line.len - 2};
			continue;
		}
		equals = memchr(line.p, '=', line.len);
		ini->key = (struct span){line.p, equals ? (size_t)(equals - line.p) : 0};
		ini->value = line;
		if (equals) {
			ini->value.p = equals + 1;
			ini->value.len = line.len - ini->key.len - 1;
		}
		ini->key = span_trim(ini->key);
		ini->value = span_trim(ini->value);
		return true;
	}
	return false;
}
