/* SPDX-License-Identifier: Apache-2.0 */
#include "message.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

#define KEY_MAX 96
#define TIME_MAX 32
#define PERSONS_MAX 8
#define WORD_MAX 48

static const char *const kinds[] = {"consent-asked", "exempt-ended", "exempt-runs", "exempt-waits"};

struct messages {
	int64_t format;
	struct json_object *list;
};
static const struct json_field messages_fields[] = {
	{"format", JSON_WANT_INT, offsetof(struct messages, format), true, 1},
	{"messages", JSON_WANT_ARRAY, offsetof(struct messages, list), true, MESSAGES_MAX},
};

int messages_read(struct json_object *object, struct json_object **ret_messages)
{
	struct messages messages = {0};
	int r = json_decode(object, messages_fields, ARRAY_LEN(messages_fields), &messages, NULL);

	if (r == 0) {
		*ret_messages = messages.list;
	}
	return r;
}

void message_text_finish(struct message_text *text)
{
	str_finish(&text->title);
	str_finish(&text->body);
}

struct message {
	const char *kind, *feature, *purpose;
	int64_t start, end, n;
	struct json_object *persons;
};
static const struct json_field fields[] = {
	{"end", JSON_WANT_INT, offsetof(struct message, end), false, 0},
	{"feature", JSON_WANT_STRING, offsetof(struct message, feature), false, WORD_MAX},
	{"kind", JSON_WANT_STRING, offsetof(struct message, kind), true, WORD_MAX},
	{"n", JSON_WANT_INT, offsetof(struct message, n), false, 0},
	{"persons", JSON_WANT_ARRAY, offsetof(struct message, persons), false, PERSONS_MAX},
	{"purpose", JSON_WANT_STRING, offsetof(struct message, purpose), false, WORD_MAX},
	{"start", JSON_WANT_INT, offsetof(struct message, start), false, 0},
};

static bool kind_known(const char *kind)
{
	for (size_t i = 0; i < ARRAY_LEN(kinds); i++) {
		if (strcmp(kinds[i], kind) == 0) {
			return true;
		}
	}
	return false;
}

/* The text of family.word, or nothing: a word that this version does not know is not shown. */
static const char *word_text(
	const struct text_catalogue *catalogue, const char *family, const char *word)
{
	char key[KEY_MAX];

	(void)snprintf(key, sizeof(key), "%s.%s", family, word);
	return text_has(catalogue, key) ? text_get(catalogue, key) : "";
}

static int persons_write(
	const struct text_catalogue *catalogue, struct json_object *persons, struct str *out)
{
	int r = 0;

	for (size_t i = 0; r == 0 && persons && i < json_object_array_length(persons); i++) {
		struct json_object *word = json_object_array_get_idx(persons, i);

		if (!json_object_is_type(word, json_type_string)) {
			return JSON_E_TYPE;
		}
		r = str_appendf(out, "%s%s", i > 0 ? ", " : "",
			word_text(catalogue, "exempt.person", json_object_get_string(word)));
	}
	return r;
}

static void time_write(int64_t wall_s, char text[TIME_MAX])
{
	time_t seconds = (time_t)wall_s;
	struct tm local;

	text[0] = '\0';
	if (localtime_r(&seconds, &local) != NULL) {
		strftime(text, TIME_MAX, "%Y-%m-%d %H:%M", &local);
	}
}

static int part_write(const struct message *message, const char *part,
	const struct text_catalogue *catalogue, const struct text_arg *args, size_t n,
	struct str *out)
{
	char key[KEY_MAX];

	(void)snprintf(key, sizeof(key), "notify.%s.%s", message->kind, part);
	return text_format(catalogue, key, args, n, out);
}

int message_write(struct json_object *object, const struct text_catalogue *catalogue,
	struct message_text *ret_text)
{
	cleanup(message_text_finish) struct message_text text = {
		.title = {.max = MESSAGE_TEXT_MAX}, .body = {.max = MESSAGE_TEXT_MAX}};
	cleanup(str_finish) struct str persons = {.max = MESSAGE_TEXT_MAX};
	struct message message = {.feature = "", .purpose = ""};
	char start[TIME_MAX], end[TIME_MAX], number[24];
	int r = json_decode(object, fields, ARRAY_LEN(fields), &message, NULL);

	if (r == 0) {
		r = kind_known(message.kind) ? persons_write(catalogue, message.persons, &persons)
					     : JSON_E_TYPE;
	}
	if (r != 0) {
		return r;
	}
	time_write(message.start, start);
	time_write(message.end, end);
	(void)snprintf(number, sizeof(number), "%lld", (long long)message.n);
	const struct text_arg args[] = {{"end", end},
		{"feature", word_text(catalogue, "exempt.feature",
				    message.feature[0] != '\0' ? message.feature : "controls")},
		{"n", number}, {"persons", persons.p ? persons.p : ""},
		{"purpose", word_text(catalogue, "exempt.purpose", message.purpose)},
		{"start", start}};

	r = part_write(&message, "title", catalogue, args, ARRAY_LEN(args), &text.title);
	if (r == 0) {
		r = part_write(&message, "body", catalogue, args, ARRAY_LEN(args), &text.body);
	}
	if (r == 0) {
		*ret_text = text;
		text = (struct message_text){0};
	}
	return r;
}
