/* SPDX-License-Identifier: Apache-2.0 */
#include "apt-release.h"
#include "clock.h"

#include <string.h>

static bool span_ends(struct span s, const char *suffix)
{
	size_t n = strlen(suffix);

	return s.len >= n && memcmp(s.p + s.len - n, suffix, n) == 0;
}

/*
 * Debian: Label "Debian-Security", Codename "bookworm-security", in older releases Suite
 * "stretch/updates". Ubuntu: Suite "noble-security", "noble-infra-security", "noble-apps-security".
 */
static bool value_security(struct span name, struct span value)
{
	if (span_eq(name, "Label")) {
		return span_eq(value, "Debian-Security");
	}
	return (span_eq(name, "Suite") || span_eq(name, "Codename")) &&
	       span_ends(value, "-security");
}

static void date_take(struct span value, struct apt_release *release, int64_t *date)
{
	if (*date != 0 || clock_parse_rfc5322(value.p, value.len, date) != 0) {
		release->damaged = true;
	}
}

/* True for a line that only such a file has */
static bool line_take(struct span line, struct apt_release *release)
{
	struct span name, value;

	if (!span_next(&line, ':', &name)) {
		return false;
	}
	value = span_trim(line);
	if (span_eq(name, "Date")) {
		date_take(value, release, &release->date);
		return true;
	}
	if (span_eq(name, "Valid-Until")) {
		date_take(value, release, &release->valid_until);
		return true;
	}
	release->security = release->security || value_security(name, value);
	return span_eq(name, "Label") || span_eq(name, "Suite") || span_eq(name, "Codename") ||
	       span_eq(name, "Origin");
}

/* The lists of hashes end what is of interest; so does the signature. */
static bool line_last(struct span line)
{
	return line.len == 0 || span_starts(line, "MD5Sum:") || span_starts(line, "SHA1:") ||
	       span_starts(line, "SHA256:") || span_starts(line, "SHA512:") ||
	       span_starts(line, "-----");
}

int apt_release_parse(struct span head, struct apt_release *ret_release)
{
	struct apt_release release = {0};
	struct span line;
	bool known = false;

	/* RFC 4880, section 7: armour headers end with an empty line */
	if (span_starts(head, "-----BEGIN PGP SIGNED MESSAGE-----")) {
		do {
			if (!span_next(&head, '\n', &line)) {
				return -EBADMSG;
			}
		} while (span_trim(line).len > 0);
	}
	while (span_next(&head, '\n', &line)) {
		if (line.len > 0 && line.p[line.len - 1] == '\r') {
			line.len--;
		}
		if (line_last(line)) {
			break;
		}
		known = line_take(line, &release) || known;
	}
	if (!known) {
		return -EBADMSG;
	}
	*ret_release = release;
	return 0;
}
