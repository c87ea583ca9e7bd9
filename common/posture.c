/* SPDX-License-Identifier: Apache-2.0 */
#include "posture.h"

#include <string.h>

static const char *const state_names[POSTURE_STATE_COUNT] = {
	[POSTURE_UNKNOWN] = "unknown",
	[POSTURE_PASS] = "pass",
	[POSTURE_FAIL] = "fail",
	[POSTURE_NA] = "na",
	[POSTURE_EXEMPT] = "exempt",
	[POSTURE_ERROR] = "error",
};

static const char *const reason_codes[POSTURE_REASON_COUNT] = {[POSTURE_REASON_NONE] = "none",
#define X(name, code) [POSTURE_##name] = code,
	POSTURE_REASONS(X)
#undef X
};

const char *posture_state_name(enum posture_state state)
{
	return state_names[state];
}

const char *posture_reason_code(enum posture_reason reason)
{
	return reason_codes[reason];
}

static bool word_is(struct span word, const char *text)
{
	return word.len == strlen(text) && memcmp(word.p, text, word.len) == 0;
}

int posture_state_parse(struct span word, enum posture_state *ret_state)
{
	for (size_t i = 0; i < ARRAY_LEN(state_names); i++) {
		if (word_is(word, state_names[i])) {
			*ret_state = (enum posture_state)i;
			return 0;
		}
	}
	return -EINVAL;
}

static int compare_word(struct span word, const char *text)
{
	int order = strncmp(word.p, text, word.len);

	return order != 0 ? order : text[word.len] ? -1 : 0;
}

/* An endpoint reads hundreds of thousands: by halves, since all but the first are sorted. */
int posture_reason_parse(struct span code, enum posture_reason *ret_reason)
{
	size_t low = POSTURE_REASON_NONE + 1, high = ARRAY_LEN(reason_codes);

	if (word_is(code, reason_codes[POSTURE_REASON_NONE])) {
		*ret_reason = POSTURE_REASON_NONE;
		return 0;
	}
	if (code.len == 0 || memchr(code.p, 0, code.len)) {
		return -EINVAL;
	}
	while (low < high) {
		size_t middle = (low + high) / 2;
		int order = compare_word(code, reason_codes[middle]);

		if (order == 0) {
			*ret_reason = (enum posture_reason)middle;
			return 0;
		}
		if (order < 0) {
			high = middle;
		} else {
			low = middle + 1;
		}
	}
	return -EINVAL;
}

bool posture_id_valid(struct span id)
{
	size_t dots = 0;

	if (id.len < 3 || id.len > POSTURE_ID_MAX || id.p[0] == '.' || id.p[id.len - 1] == '.') {
		return false;
	}
	for (size_t i = 0; i < id.len; i++) {
		char c = id.p[i];

		if (c == '.') {
			dots++;
		} else if ((c < 'a' || c > 'z') && (c < '0' || c > '9') && c != '-') {
			return false;
		}
	}
	return dots == 1;
}
