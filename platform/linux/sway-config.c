/* SPDX-License-Identifier: Apache-2.0 */
#include "sway-config.h"

#include <string.h>

#define TIMEOUT_MAX_S 1000000
/* Of no meaning here: a shell would still make something else of the word */
#define SHELL_SIGNS "$`;&|<>()#*?[]{}!\\"

struct words {
	char bytes[SWAY_LINE_MAX + 1];
	const char *words[SWAY_WORDS_MAX + 1];
	size_t n;
};

static const char *const harmless[] = {
	/* Debian's /etc/sway/config.d/50-systemd-user.conf */
	"systemctl --user import-environment DISPLAY WAYLAND_DISPLAY SWAYSOCK",
	"hash dbus-update-activation-environment 2>/dev/null && dbus-update-activation-environment "
	"--systemd DISPLAY WAYLAND_DISPLAY SWAYSOCK",
};

static bool is_blank(char c)
{
	return c == ' ' || c == '\t';
}

/* One word of a shell's, its quotes taken off; false for what is not plain text */
static bool split_word(struct span line, size_t *at, char *out, size_t *out_len)
{
	char quote = '\0';

	for (; *at < line.len && (quote || !is_blank(line.p[*at])); (*at)++) {
		char c = line.p[*at];

		if (c == quote) {
			quote = '\0';
		} else if (!quote && (c == '"' || c == '\'')) {
			quote = c;
		} else if (c == '\0' || (!quote && strchr(SHELL_SIGNS, c)) ||
			   (quote == '"' && strchr("$`\\!", c))) {
			return false;
		} else {
			out[(*out_len)++] = c;
		}
	}
	out[(*out_len)++] = '\0';
	return !quote;
}

static bool split(struct span line, struct words *words)
{
	size_t len = 0, at = 0;

	words->n = 0;
	if (line.len >= SWAY_LINE_MAX) {
		return false;
	}
	for (;;) {
		while (at < line.len && is_blank(line.p[at])) {
			at++;
		}
		if (at == line.len) {
			words->words[words->n] = NULL;
			return true;
		}
		if (words->n == SWAY_WORDS_MAX) {
			return false;
		}
		words->words[words->n++] = words->bytes + len;
		if (!split_word(line, &at, words->bytes, &len)) {
			return false;
		}
	}
}

static bool is_program(const char *word, const char *name)
{
	const char *const dirs[] = {"", "/usr/bin/", "/bin/", "/usr/local/bin/"};

	for (size_t i = 0; i < ARRAY_LEN(dirs); i++) {
		size_t len = strlen(dirs[i]);

		if (strncmp(word, dirs[i], len) == 0 && strcmp(word + len, name) == 0) {
			return true;
		}
	}
	return false;
}

/* swaylock(1) with options of looks alone; --grace of its variants lets anybody in for a while. */
static bool command_locks(const char *command)
{
	static const char *const refused[] = {
		"--grace", "--fade", "--help", "--version", "--config", "-h", "-v", "-C"};
	struct words words;

	if (!split(span_z(command), &words) || words.n == 0 ||
		!is_program(words.words[0], "swaylock")) {
		return false;
	}
	for (size_t i = 1; i < words.n; i++) {
		for (size_t j = 0; j < ARRAY_LEN(refused); j++) {
			if (strncmp(words.words[i], refused[j], strlen(refused[j])) == 0) {
				return false;
			}
		}
	}
	return true;
}

static void take_timeout(
	const char *number, const char *command, struct sway_idle *found, bool *valid)
{
	uint64_t after_s;

	if (span_u64(span_z(number), &after_s) != 0 || after_s > TIMEOUT_MAX_S) {
		*valid = false;
	} else if (after_s > 0 && command_locks(command) &&
		   (found->lock_after_s == 0 || (int64_t)after_s < found->lock_after_s)) {
		found->lock_after_s = (int64_t)after_s;
	} else if (!command_locks(command) && strncmp(command, "swaymsg ", 8) != 0) {
		found->others = true; /* it may lock in a way that is not known here */
	}
}

/* swayidle ends at an event that it does not know: then nothing of the line counts. */
static void take_events(const char *const *words, bool waits, struct sway_idle *idle)
{
	struct sway_idle found = *idle;
	bool valid = true;

	while (*words && valid) {
		const char *event = *words++;

		if (strcmp(event, "timeout") == 0 && words[0] && words[1]) {
			take_timeout(words[0], words[1], &found, &valid);
			words += 2;
		} else if (strcmp(event, "before-sleep") == 0 && *words) {
			bool locks = command_locks(*words++);

			found.sleep_locks = found.sleep_locks || (locks && waits);
			found.others = found.others || !locks || !waits;
		} else if ((strcmp(event, "resume") == 0 || strcmp(event, "after-resume") == 0 ||
				   strcmp(event, "lock") == 0 || strcmp(event, "unlock") == 0 ||
				   strcmp(event, "idlehint") == 0) &&
			   *words) {
			words++;
		} else {
			valid = false;
		}
	}
	if (valid) {
		*idle = found;
	}
	idle->odd = idle->odd || !valid;
}

static bool mentions_idle(struct span line)
{
	return line.len > 0 && memmem(line.p, line.len, "swayidle", strlen("swayidle"));
}

static void take_exec(struct span line, struct sway_idle *idle)
{
	struct words words;
	const char *const *rest = words.words + 1;
	bool waits = false;

	for (size_t i = 0; i < ARRAY_LEN(harmless); i++) {
		if (span_eq(line, harmless[i])) {
			return;
		}
	}
	if (!split(line, &words) || words.n == 0 || !is_program(words.words[0], "swayidle")) {
		idle->odd = idle->odd || mentions_idle(line);
		idle->others = true;
		return;
	}
	for (; *rest && (strcmp(*rest, "-w") == 0 || strcmp(*rest, "-d") == 0); rest++) {
		waits = waits || (*rest)[1] == 'w';
	}
	idle->odd = idle->odd || idle->starts; /* two of them: which waits, who reads what */
	idle->starts = true;
	take_events(rest, waits, idle);
}

static void take_line(struct span line, size_t depth, struct sway_idle *idle)
{
	static const char *const starters[] = {"exec_always", "exec"};
	static const char include[] = "include";

	if (span_starts(line, include)) {
		line.p += strlen(include);
		line.len -= strlen(include);
		line = span_trim(line);
		if (depth == 0 && span_eq(line, "/etc/sway/config.d/*")) {
			idle->includes = true;
		} else {
			idle->others = true;
		}
		return;
	}
	for (size_t i = 0; i < ARRAY_LEN(starters); i++) {
		size_t len = strlen(starters[i]);

		if (line.len > len && span_starts(line, starters[i]) && is_blank(line.p[len])) {
			line.p += len;
			line.len -= len;
			idle->odd = idle->odd || depth > 0;
			take_exec(span_trim(line), idle);
			return;
		}
	}
	idle->odd = idle->odd || mentions_idle(line);
}

/* A line of sway's goes on where it ends in a backslash; blanks at the joint become one. */
static bool next_line(struct span *text, char *line, size_t *ret_len)
{
	struct span part;
	size_t len = 0;

	while (span_next(text, '\n', &part)) {
		bool more;

		part = span_trim(part);
		more = part.len > 0 && part.p[part.len - 1] == '\\';
		part.len -= more;
		part = span_trim(part);
		if (len + part.len + 1 > SWAY_LINE_MAX) {
			part.len = 0;
			len = SWAY_LINE_MAX; /* too long: odd by its length */
		}
		if (part.len > 0) {
			memcpy(line + len, part.p, part.len);
			len += part.len;
		}
		if (!more) {
			*ret_len = len;
			return true;
		}
		if (len < SWAY_LINE_MAX) {
			line[len++] = ' ';
		}
	}
	*ret_len = len;
	return len > 0;
}

void sway_config_take(struct span text, struct sway_idle *idle)
{
	char bytes[SWAY_LINE_MAX + 1];
	size_t len, depth = 0;

	while (next_line(&text, bytes, &len)) {
		struct span line = {bytes, len};

		if (len >= SWAY_LINE_MAX) {
			idle->odd = true;
			continue;
		}
		if (len == 0 || bytes[0] == '#') {
			continue;
		}
		depth -= bytes[0] == '}' && depth > 0;
		take_line(line, depth, idle);
		depth += bytes[len - 1] == '{';
	}
}

void swayidle_config_take(struct span text, bool waits, struct sway_idle *idle)
{
	struct span line;

	while (span_next(&text, '\n', &line)) {
		struct words words;

		line = span_trim(line);
		if (line.len == 0 || line.p[0] == '#') {
			continue;
		}
		if (split(line, &words)) {
			take_events(words.words, waits, idle);
		} else {
			idle->odd = true;
		}
	}
}
