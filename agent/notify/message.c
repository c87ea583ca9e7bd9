/* SPDX-License-Identifier: Apache-2.0 */
#include "message.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

#define KEY_MAX 96
#define TIME_MAX 32
#define PERSONS_MAX 8
#define WORD_MAX 48

#define CLIENTS_MAX 64
#define CLIENTS_NAMED 6 /* more than that nobody reads */

static const struct kind {
	const char *name;
	enum message_act act;
} kinds[] = {
	{"camera-on", MESSAGE_STEPS},
	{"consent-asked", MESSAGE_STEPS},
	{"exempt-ended", MESSAGE_NO_ACT},
	{"exempt-runs", MESSAGE_STEPS},
	{"exempt-waits", MESSAGE_NO_ACT},
	{"microphone-on", MESSAGE_STEPS},
	{"reopen", MESSAGE_STEPS},
	{"sign-in", MESSAGE_SIGN_OUT},
	{"start", MESSAGE_RESTART},
};

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
	str_finish(&text->action);
	str_finish(&text->steps);
}

struct message {
	const char *kind, *feature, *purpose;
	int64_t start, end, n, noticed;
	struct json_object *clients, *persons;
};
static const struct json_field fields[] = {
	{"clients", JSON_WANT_ARRAY, offsetof(struct message, clients), false, CLIENTS_MAX},
	{"end", JSON_WANT_INT, offsetof(struct message, end), false, 0},
	{"feature", JSON_WANT_STRING, offsetof(struct message, feature), false, WORD_MAX},
	{"kind", JSON_WANT_STRING, offsetof(struct message, kind), true, WORD_MAX},
	{"n", JSON_WANT_INT, offsetof(struct message, n), false, 0},
	{"noticed", JSON_WANT_INT, offsetof(struct message, noticed), false, 0},
	{"persons", JSON_WANT_ARRAY, offsetof(struct message, persons), false, PERSONS_MAX},
	{"purpose", JSON_WANT_STRING, offsetof(struct message, purpose), false, WORD_MAX},
	{"start", JSON_WANT_INT, offsetof(struct message, start), false, 0},
};

static const struct kind *kind_find(const char *name)
{
	for (size_t i = 0; i < ARRAY_LEN(kinds); i++) {
		if (strcmp(kinds[i].name, name) == 0) {
			return &kinds[i];
		}
	}
	return NULL;
}

/* The text of family.word, or nothing: a word that this version does not know is not shown. */
static const char *word_text(
	const struct text_catalogue *catalogue, const char *family, const char *word)
{
	char key[KEY_MAX];

	(void)snprintf(key, sizeof(key), "%s.%s", family, word);
	return text_has(catalogue, key) ? text_get(catalogue, key) : "";
}

/* The texts of family.WORD for each of the first most words, and that there are more */
static int words_write(const struct text_catalogue *catalogue, const char *family,
	struct json_object *words, size_t most, struct str *out)
{
	size_t n = words ? json_object_array_length(words) : 0;
	int r = 0;

	for (size_t i = 0; r == 0 && i < n && i < most; i++) {
		struct json_object *word = json_object_array_get_idx(words, i);

		if (!json_object_is_type(word, json_type_string)) {
			return JSON_E_TYPE;
		}
		r = str_appendf(out, "%s%s", i > 0 ? ", " : "",
			word_text(catalogue, family, json_object_get_string(word)));
	}
	return r == 0 && n > most ? str_append_z(out, ", ...") : r;
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

struct parts {
	const char *kind;
	const struct text_catalogue *catalogue;
	const struct text_arg *args;
	size_t n_args;
};

static int part_write(const struct parts *parts, const char *part, struct str *out)
{
	char key[KEY_MAX];

	(void)snprintf(key, sizeof(key), "notify.%s.%s", parts->kind, part);
	return text_format(parts->catalogue, key, parts->args, parts->n_args, out);
}

static int text_write(
	const struct parts *parts, enum message_act act, struct message_text *ret_text)
{
	cleanup(message_text_finish) struct message_text text = {.act = act,
		.title = {.max = MESSAGE_TEXT_MAX},
		.body = {.max = MESSAGE_TEXT_MAX},
		.action = {.max = MESSAGE_TEXT_MAX},
		.steps = {.max = MESSAGE_TEXT_MAX}};
	int r = part_write(parts, "title", &text.title);

	if (r == 0) {
		r = part_write(parts, "body", &text.body);
	}
	if (r == 0 && act != MESSAGE_NO_ACT) {
		r = part_write(parts, "action", &text.action);
	}
	if (r == 0 && act != MESSAGE_NO_ACT) {
		r = part_write(parts, "steps", &text.steps);
	}
	if (r == 0) {
		*ret_text = text;
		text = (struct message_text){0};
	}
	return r;
}

int message_write(struct json_object *object, const struct text_catalogue *catalogue,
	struct message_text *ret_text)
{
	cleanup(str_finish) struct str persons = {.max = MESSAGE_TEXT_MAX};
	cleanup(str_finish) struct str clients = {.max = MESSAGE_TEXT_MAX};
	struct message message = {.feature = "", .purpose = ""};
	char start[TIME_MAX], end[TIME_MAX], noticed[TIME_MAX], number[24];
	const struct kind *kind = NULL;
	int r = json_decode(object, fields, ARRAY_LEN(fields), &message, NULL);

	if (r == 0) {
		kind = kind_find(message.kind);
		r = kind ? words_write(catalogue, "exempt.person", message.persons, PERSONS_MAX,
				   &persons)
			 : JSON_E_TYPE;
	}
	if (r == 0) {
		r = words_write(catalogue, "client", message.clients, CLIENTS_NAMED, &clients);
	}
	if (r != 0) {
		return r;
	}
	time_write(message.start, start);
	time_write(message.end, end);
	time_write(message.noticed, noticed);
	(void)snprintf(number, sizeof(number), "%lld", (long long)message.n);
	const struct text_arg args[] = {{"clients", clients.p ? clients.p : ""}, {"end", end},
		{"feature", word_text(catalogue, "exempt.feature",
				    message.feature[0] != '\0' ? message.feature : "controls")},
		{"n", number}, {"noticed", noticed}, {"persons", persons.p ? persons.p : ""},
		{"purpose", word_text(catalogue, "exempt.purpose", message.purpose)},
		{"start", start}};
	const struct parts parts = {.kind = kind->name,
		.catalogue = catalogue,
		.args = args,
		.n_args = ARRAY_LEN(args)};

	return text_write(&parts, kind->act, ret_text);
}

/* Bytes of the first sentence with the blanks after it; of all languages of ours */
static size_t sentence(const char *text)
{
	static const char *const ends[] = {". ", "? ", "! ", "\n", "\u3002", "\uff1f"};
	size_t nearest = strlen(text);

	for (size_t i = 0; i < ARRAY_LEN(ends); i++) {
		const char *end = strstr(text, ends[i]);

		if (end && (size_t)(end - text) + strlen(ends[i]) < nearest) {
			nearest = (size_t)(end - text) + strlen(ends[i]);
		}
	}
	return nearest;
}

size_t message_part(const char *text, size_t max)
{
	size_t len = sentence(text);

	while (text[len] != '\0') {
		size_t next = sentence(text + len);

		if (len + next > max) {
			break;
		}
		len += next;
	}
	return len;
}
