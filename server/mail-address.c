/* SPDX-License-Identifier: Apache-2.0 */
/* Which addresses of mailboxes and relays are taken: far fewer than RFC 5321 knows. */
#include "mail.h"

#include <string.h>

#define PORT_MAX 65535
#define PORT_DIGITS 5

static bool is_letter_or_digit(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

/* Labels of letters, digits and inner dashes, with dots between them */
static bool is_host(struct span host)
{
	struct span label;

	while (span_next(&host, '.', &label)) {
		if (label.len == 0 || label.len > MAIL_LABEL_MAX || label.p[0] == '-' ||
			label.p[label.len - 1] == '-') {
			return false;
		}
		for (size_t i = 0; i < label.len; i++) {
			if (!is_letter_or_digit(label.p[i]) && label.p[i] != '-') {
				return false;
			}
		}
	}
	return true;
}

static bool is_local(struct span local)
{
	if (local.len == 0 || local.len > MAIL_LOCAL_MAX || !is_letter_or_digit(local.p[0]) ||
		local.p[local.len - 1] == '.') {
		return false;
	}
	for (size_t i = 0; i < local.len; i++) {
		if (!is_letter_or_digit(local.p[i]) && !memchr("._+-", local.p[i], 4)) {
			return false;
		}
		if (local.p[i] == '.' && local.p[i + 1] == '.') {
			return false;
		}
	}
	return true;
}

bool mail_address_valid(const char *text)
{
	const char *at = strchr(text, '@');
	struct span local = {text, at ? (size_t)(at - text) : 0};

	return strlen(text) <= MAIL_ADDRESS_MAX && at && is_local(local) && at[1] != '\0' &&
	       is_host(span_z(at + 1));
}

static bool is_port(struct span text)
{
	uint64_t port = 0;

	return text.len <= PORT_DIGITS && span_u64(text, &port) == 0 && port > 0 &&
	       port <= PORT_MAX;
}

bool mail_server_valid(const char *text)
{
	static const char *const schemes[] = {"smtps://", "smtp://"};
	struct span rest, host;

	for (size_t i = 0; i < ARRAY_LEN(schemes); i++) {
		size_t len = strlen(schemes[i]);

		if (strncmp(text, schemes[i], len) != 0 || strlen(text) > MAIL_SERVER_MAX) {
			continue;
		}
		rest = span_z(text + len);
		return span_next(&rest, ':', &host) && is_host(host) &&
		       (rest.p == NULL || is_port(rest));
	}
	return false;
}
