/* SPDX-License-Identifier: Apache-2.0 */
#include "scan-command.h"

#include <string.h>

#define WORD_MAX 255

/* Words of a line as a shell splits it, roughly: quotes are taken off, what it would expand stays
 */
struct words {
	struct span rest;
	char word[WORD_MAX + 1];
	bool odd; /* the word has something a shell would expand, or is too long */
};

static bool ends_command(char c)
{
	return c == ';' || c == '|' || c == '&' || c == '\n' || c == '\0';
}

/* False at the end of this command. */
static bool word_next(struct words *words)
{
	size_t len = 0;
	char quote = '\0';

	while (words->rest.len > 0 && (words->rest.p[0] == ' ' || words->rest.p[0] == '\t')) {
		words->rest = (struct span){words->rest.p + 1, words->rest.len - 1};
	}
	words->odd = false;
	while (words->rest.len > 0) {
		char c = words->rest.p[0];

		if (!quote && (ends_command(c) || c == ' ' || c == '\t')) {
			break;
		}
		words->rest = (struct span){words->rest.p + 1, words->rest.len - 1};
		if (c == quote || (!quote && (c == '"' || c == '\''))) {
			quote = c == quote ? '\0' : c;
			continue;
		}
		words->odd = words->odd || strchr("$`*?{%", c) || len == WORD_MAX;
		if (len < WORD_MAX) {
			words->word[len++] = c;
		}
	}
	words->word[len] = '\0';
	return len > 0;
}

static bool word_is_scanner(const char *word, bool *ret_daemon)
{
	const char *base = strrchr(word, '/');

	base = base ? base + 1 : word;
	*ret_daemon = strcmp(base, "clamdscan") == 0;
	return *ret_daemon || strcmp(base, "clamscan") == 0;
}

static void log_take(const struct words *words, const char *path, struct scan_command *command)
{
	if (!words->odd && path[0] == '/' && strlen(path + 1) <= SCAN_LOG_PATH_MAX) {
		memcpy(command->log, path + 1, strlen(path + 1) + 1);
	}
}

/* Options that take the next word with them, as getopt_long(3) does */
static bool option_takes_next(const char *word)
{
	static const char *const options[] = {"--copy", "--database", "--exclude", "--exclude-dir",
		"--include", "--include-dir", "--move", "--tempdir", "-c", "-d"};

	for (size_t i = 0; i < ARRAY_LEN(options); i++) {
		if (strcmp(word, options[i]) == 0) {
			return true;
		}
	}
	return false;
}

static bool path_is_all(const char *path)
{
	return path[0] == '/' &&
	       (path[1] == '\0' || strcmp(path + 1, "home") == 0 || strcmp(path + 1, "home/") == 0);
}

struct reading {
	bool recursive;
	bool all, unseen, any; /* among the places to look at */
};

static void option_take(struct words *words, struct reading *reading, struct scan_command *command)
{
	const char *word = words->word;
	bool long_one = word[1] == '-';

	if (strncmp(word, "--log=", 6) == 0) {
		log_take(words, word + 6, command);
	} else if (strcmp(word, "--log") == 0 || strcmp(word, "-l") == 0) {
		if (word_next(words)) {
			log_take(words, words->word, command);
		}
	} else if (strncmp(word, "--include", 9) == 0 || strncmp(word, "--file-list", 11) == 0 ||
		   strcmp(word, "-f") == 0) {
		reading->unseen = true;
	} else if (strcmp(word, "--recursive") == 0 || strcmp(word, "--recursive=yes") == 0) {
		reading->recursive = true;
	} else if (!long_one && strchr(word, 'r')) {
		reading->recursive = true;
	}
	if (option_takes_next(word)) {
		(void)word_next(words);
	}
}

static void redirect_take(
	struct words *words, struct reading *reading, struct scan_command *command)
{
	const char *path = words->word + strspn(words->word, "12&>");
	bool errors = words->word[0] == '2';

	(void)reading;
	if (path[0] == '\0' && word_next(words)) {
		path = words->word;
	}
	if (!errors && !command->log[0]) {
		log_take(words, path, command);
	}
}

static bool word_redirects(const char *word)
{
	return word[strspn(word, "12")] == '>';
}

static void arguments_take(
	struct words *words, struct reading *reading, struct scan_command *command)
{
	while (word_next(words)) {
		if (word_redirects(words->word)) {
			redirect_take(words, reading, command);
		} else if (words->word[0] == '-' && words->word[1]) {
			option_take(words, reading, command);
		} else if (words->odd) {
			reading->unseen = true;
		} else {
			reading->any = true;
			reading->all = reading->all || path_is_all(words->word);
		}
	}
}

void scan_command_parse(struct span line, struct scan_command *ret_command)
{
	struct words words = {.rest = line};
	struct scan_command command = {.coverage = SCAN_NONE};
	struct reading reading = {.recursive = false};
	bool daemon = false;

	while (words.rest.len > 0 && command.coverage == SCAN_NONE) {
		if (!word_next(&words)) {
			if (words.rest.len > 0) { /* the next command of the line */
				words.rest = (struct span){words.rest.p + 1, words.rest.len - 1};
			}
			continue;
		}
		if (word_is_scanner(words.word, &daemon)) {
			command.coverage = SCAN_PART;
		}
	}
	if (command.coverage != SCAN_NONE) {
		reading.recursive = daemon;
		arguments_take(&words, &reading, &command);
		if (reading.recursive && reading.all) {
			command.coverage = SCAN_FULL;
		} else if (reading.unseen || !reading.any) {
			command.coverage = SCAN_UNSEEN;
		}
	}
	*ret_command = command;
}

void scan_script_parse(struct span text, struct scan_command *ret_command)
{
	struct scan_command best = {.coverage = SCAN_NONE};
	struct span line;

	while (span_next(&text, '\n', &line)) {
		struct scan_command one;

		line = span_trim(line);
		if (line.len == 0 || line.p[0] == '#') {
			continue;
		}
		scan_command_parse(line, &one);
		if (one.coverage > best.coverage ||
			(one.coverage == best.coverage && !best.log[0])) {
			best = one;
		}
	}
	*ret_command = best;
}
