/* SPDX-License-Identifier: Apache-2.0 */
#include "inetd.h"

#include <string.h>

static bool blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r';
}

static struct span word_take(struct span *line)
{
	struct span word;
	size_t i = 0, start;

	while (i < line->len && blank(line->p[i])) {
		i++;
	}
	start = i;
	while (i < line->len && !blank(line->p[i])) {
		i++;
	}
	word = (struct span){line->p + start, i - start};
	*line = (struct span){line->p + i, line->len - i};
	return word;
}

/* "telnet stream tcp nowait root /usr/sbin/tcpd in.telnetd"; "#<off># " is how update-inetd(8)
 * switches one off, and a line that begins with a blank goes on with the one before. */
bool inetd_next(struct span *text, struct span *ret_service)
{
	struct span line, word;

	while (span_next(text, '\n', &line)) {
		if (line.len == 0 || blank(line.p[0]) || line.p[0] == '#') {
			continue;
		}
		word = word_take(&line);
		if (word.len > 0) {
			const char *colon = memrchr(word.p, ':', word.len);

			if (colon) { /* "address:service" */
				word.len -= (size_t)(colon + 1 - word.p);
				word.p = colon + 1;
			}
			*ret_service = word;
			return true;
		}
	}
	return false;
}

static bool comment(struct span line)
{
	line = span_trim(line);
	return line.len == 0 || line.p[0] == '#';
}

int inetd_next_block(struct span *text, struct xinetd_service *ret_service)
{
	struct xinetd_service service = {.disabled = false};
	bool inside = false;
	struct span line, word;

	while (span_next(text, '\n', &line)) {
		struct span rest = line;

		if (comment(line)) {
			continue;
		}
		word = word_take(&rest);
		if (span_eq(word, "service")) {
			service = (struct xinetd_service){.name = word_take(&rest)};
			inside = service.name.len > 0;
		} else if (inside && span_eq(word, "disable")) {
			struct span value = word_take(&rest);

			value = span_eq(value, "=") ? word_take(&rest) : value;
			service.disabled = span_eq(value, "yes");
		} else if (inside && word.len > 0 && word.p[0] == '}') {
			*ret_service = service;
			return 0;
		}
	}
	return inside ? INETD_E_FORMAT : INETD_E_END;
}
