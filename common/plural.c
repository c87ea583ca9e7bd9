/* SPDX-License-Identifier: Apache-2.0 */
#include "plural.h"
#include "base.h"

#include <string.h>

static const char *form_one(uint64_t n)
{
	return n == 1 ? "one" : "other";
}

static const char *form_same(uint64_t n)
{
	(void)n;
	return "other";
}

static const char *form_polish(uint64_t n)
{
	uint64_t last = n % 10, two = n % 100;

	if (n == 1) {
		return "one";
	}
	return last >= 2 && last <= 4 && (two < 12 || two > 14) ? "few" : "many";
}

const char *plural_form(const char *language, uint64_t n)
{
	static const struct {
		const char *language;
		const char *(*form)(uint64_t n);
	} rules[] = {
		{"pl", form_polish},
		{"zh", form_same},
		{"zh-Hant", form_same},
	};

	for (size_t i = 0; i < ARRAY_LEN(rules); i++) {
		if (strcmp(rules[i].language, language) == 0) {
			return rules[i].form(n);
		}
	}
	return form_one(n);
}
