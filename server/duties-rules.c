/* SPDX-License-Identifier: Apache-2.0 */
#include "duties-rules.h"

#include <string.h>

/* controls.json: the rows conf.* of kind server, their severities, and what their rules let be */
const struct duty duties_conf[] = {
	{"conf.attention-tracking-off", "critical", DUTY_MAY_EXEMPT},
	{"conf.authenticated-join", "medium", DUTY_ABSENT_NA},
	{"conf.auto-recording-off", "high", DUTY_ABSENT_NA},
	{"conf.chat-limited", "medium", DUTY_ABSENT_NA},
	{"conf.cloud-recording-off", "critical", DUTY_ABSENT_NA},
	{"conf.cloud-retention", "high", 0},
	{DUTY_BUNDLE, "high", DUTY_MAY_EXEMPT},
	{"conf.file-transfer-off", "medium", DUTY_ABSENT_NA},
	{"conf.fresh-meeting-id", "medium", DUTY_ABSENT_NA},
	{"conf.host-only-share", "high", DUTY_ABSENT_NA},
	{"conf.no-join-before-host", "high", DUTY_ABSENT_NA},
	{"conf.passcode", "critical", DUTY_ABSENT_NA},
	{"conf.rename-off", "low", DUTY_ABSENT_NA},
	{"conf.transcript-off", "high", DUTY_MAY_EXEMPT},
	{"conf.unneeded-features-off", "medium", DUTY_MAY_EXEMPT},
	{"conf.waiting-room", "high", DUTY_ABSENT_NA},
};
const size_t duties_conf_len = ARRAY_LEN(duties_conf);

const struct duty duties_own[] = {
	{"doc.dpia", "high", 0},
	{"exempt.consent-where-needed", "high", 0},
	{"server.encrypted-at-rest", "high", 0},
	{"server.hosting-stated", "high", 0},
	{"server.no-ip-logs", "critical", 0},
	{"server.retention", "critical", 0},
	{"server.review-dates", "low", 0},
};
const size_t duties_own_len = ARRAY_LEN(duties_own);

static const char *const answers[DUTY_ANSWERS] = {
	[DUTY_NONE] = "",
	[DUTY_AS_WANTED] = "as-wanted",
	[DUTY_EXEMPTED] = "exempted",
	[DUTY_NOT_LOCKED] = "not-locked",
	[DUTY_NOT_OFFERED] = "not-offered",
	[DUTY_NOT_SEEN] = "not-seen",
	[DUTY_OTHERWISE] = "otherwise",
};

const struct duty *duty_find(const struct duty *rows, size_t n, const char *id)
{
	for (size_t i = 0; i < n; i++) {
		if (strcmp(rows[i].id, id) == 0) {
			return &rows[i];
		}
	}
	return NULL;
}

const char *duty_answer_name(enum duty_answer answer)
{
	return answers[answer];
}

bool duty_answer_parse(const char *word, enum duty_answer *ret_answer)
{
	for (size_t i = 1; i < DUTY_ANSWERS; i++) {
		if (strcmp(answers[i], word) == 0) {
			*ret_answer = (enum duty_answer)i;
			return true;
		}
	}
	return false;
}

const char *duty_state_name(enum duty_state state)
{
	switch (state) {
	case DUTY_UNKNOWN:
		return "unknown";
	case DUTY_PASS:
		return "pass";
	case DUTY_FAIL:
		return "fail";
	case DUTY_NA:
		return "na";
	case DUTY_EXEMPT:
		return "exempt";
	}
	return "unknown";
}

enum duty_state duty_judge(
	const struct duty *duty, enum duty_answer answer, bool old, const char **ret_reason)
{
	*ret_reason = answer == DUTY_NONE ? "never-answered" : old ? "answer-old" : answers[answer];
	if (answer == DUTY_NONE || old) {
		return DUTY_UNKNOWN;
	}
	switch (answer) {
	case DUTY_AS_WANTED:
		return DUTY_PASS;
	case DUTY_NOT_LOCKED:
	case DUTY_OTHERWISE:
		return DUTY_FAIL;
	case DUTY_EXEMPTED:
		return duty->flags & DUTY_MAY_EXEMPT ? DUTY_EXEMPT : DUTY_FAIL;
	case DUTY_NOT_OFFERED:
		return duty->flags & DUTY_ABSENT_NA ? DUTY_NA : DUTY_UNKNOWN;
	case DUTY_NONE:
	case DUTY_NOT_SEEN:
		break;
	}
	return DUTY_UNKNOWN;
}
