/* SPDX-License-Identifier: Apache-2.0 */
/* Stands in caretaker-unpack's place and misbehaves as its input says, behind the gzip magic. */
#include "base.h"

#include <signal.h>
#include <string.h>

#define WORD_AT 2

static int flood(void)
{
	static const char line[] = "Package: x\n";

	for (;;) {
		if (write(STDOUT_FILENO, line, sizeof(line) - 1) < 0) {
			return 1;
		}
	}
}

static int hang(void)
{
	while (pause() < 0) {
	}
	return 1;
}

static int die(void)
{
	return raise(SIGABRT);
}

/* Good output, and then not a good end */
static int lie(void)
{
	return write(STDOUT_FILENO, "Package: x\n", 11) == 11 ? 2 : 1;
}

static int over(void)
{
	return 3;
}

int main(void)
{
	static const struct {
		const char *word;
		int (*act)(void);
	} rows[] = {{"flood", flood}, {"hang", hang}, {"die", die}, {"lie", lie}, {"over", over}};
	char word[16] = "";

	if (read(STDIN_FILENO, word, sizeof(word) - 1) < WORD_AT) {
		return 1;
	}
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		if (strcmp(word + WORD_AT, rows[i].word) == 0) {
			return rows[i].act();
		}
	}
	return 1;
}
