/* SPDX-License-Identifier: Apache-2.0 */
#include "accounts.h"

#include <string.h>

#define PASSWD_FIELDS 7

int accounts_next(struct span *text, struct account *ret_account)
{
	struct span line, fields[PASSWD_FIELDS];
	struct account account;
	size_t n = 0;

	do {
		if (!span_next(text, '\n', &line)) {
			return ACCOUNTS_E_END;
		}
	} while (line.len == 0);
	if (memchr(line.p, '\0', line.len)) {
		return ACCOUNTS_E_FORMAT;
	}
	if (line.p[0] == '+' || line.p[0] == '-') {
		return ACCOUNTS_E_REMOTE;
	}
	/* By hand: an empty last field (no shell) is a field too */
	for (const char *p = line.p, *end = line.p + line.len; n < PASSWD_FIELDS; n++) {
		const char *colon = memchr(p, ':', (size_t)(end - p));
		const char *stop = colon && n + 1 < PASSWD_FIELDS ? colon : end;

		fields[n] = (struct span){p, (size_t)(stop - p)};
		if (stop == end) {
			n++;
			break;
		}
		p = stop + 1;
	}
	if (n != PASSWD_FIELDS || fields[0].len == 0 || span_u64(fields[2], &account.uid) != 0) {
		return ACCOUNTS_E_FORMAT;
	}
	if (span_u64(fields[3], &account.gid) != 0) {
		account.gid = UINT64_MAX;
	}
	account.name = fields[0];
	account.password = fields[1];
	account.home = fields[5];
	account.shell = fields[6];
	*ret_account = account;
	return 0;
}

static bool shadow_line_split(struct span line, struct span *ret_name, struct span *ret_password)
{
	const char *colon = line.len ? memchr(line.p, ':', line.len) : NULL;
	const char *second;
	size_t left;

	if (!colon || colon == line.p) {
		return false;
	}
	left = line.len - (size_t)(colon - line.p) - 1;
	second = left ? memchr(colon + 1, ':', left) : NULL;
	if (!second) {
		return false;
	}
	*ret_name = (struct span){line.p, (size_t)(colon - line.p)};
	*ret_password = (struct span){colon + 1, (size_t)(second - colon) - 1};
	return true;
}

bool accounts_shadow_find(struct span shadow, struct span name, struct span *ret_password)
{
	struct span line, found, password;

	while (span_next(&shadow, '\n', &line)) {
		if (shadow_line_split(line, &found, &password) && found.len == name.len &&
			memcmp(found.p, name.p, name.len) == 0) {
			*ret_password = password;
			return true;
		}
	}
	return false;
}

bool accounts_shadow_sound(struct span shadow)
{
	struct span line, name, password;

	if (shadow.len > 0 && memchr(shadow.p, '\0', shadow.len)) {
		return false;
	}
	while (span_next(&shadow, '\n', &line)) {
		if (line.len > 0 && !shadow_line_split(line, &name, &password)) {
			return false;
		}
	}
	return true;
}

bool accounts_shell_login(struct span shell)
{
	static const char *const refusing[] = {
		"false", "halt", "nologin", "shutdown", "sync", "true"};
	const char *slash = shell.len ? memrchr(shell.p, '/', shell.len) : NULL;

	if (slash) {
		shell.len -= (size_t)(slash + 1 - shell.p);
		shell.p = slash + 1;
	}
	for (size_t i = 0; i < ARRAY_LEN(refusing); i++) {
		if (span_eq(shell, refusing[i])) {
			return false;
		}
	}
	return true;
}
