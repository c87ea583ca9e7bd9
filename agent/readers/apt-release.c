/* SPDX-License-Identifier: Apache-2.0 */
#include "apt-release.h"
#include "apt-sources.h"
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
static bool is_security(const struct apt_release *release)
{
	return strcmp(release->label, "Debian-Security") == 0 ||
	       span_ends(span_z(release->suite), "-security") ||
	       span_ends(span_z(release->codename), "-security");
}

/*
 * Makers of a system, or of its kernel or browser, that publish fixes among all else: the Origin
 * that their archives carry, and the one Suite where not all of them are such.
 */
static const struct {
	const char *origin;
	const char *suite;
} mixed[] = {
	{"Debian", "unstable"},
	{"Kali", NULL},
	{"Raspberry Pi Foundation", NULL},
	{"Raspbian", NULL},
	{"linuxmint", NULL},
	{"pop-os-release", NULL},
};

static bool is_mixed(const struct apt_release *release)
{
	for (size_t i = 0; i < ARRAY_LEN(mixed); i++) {
		if (strcmp(release->origin, mixed[i].origin) == 0 &&
			(!mixed[i].suite || strcmp(release->suite, mixed[i].suite) == 0)) {
			return true;
		}
	}
	return false;
}

static enum apt_release_kind kind_of(const struct apt_release *release)
{
	if (is_security(release)) {
		return APT_RELEASE_SECURITY;
	}
	return is_mixed(release) ? APT_RELEASE_MIXED : APT_RELEASE_OTHER;
}

static const struct {
	const char *name;
	size_t offset;
} words[] = {
	{"Codename", offsetof(struct apt_release, codename)},
	{"Label", offsetof(struct apt_release, label)},
	{"Origin", offsetof(struct apt_release, origin)},
	{"Suite", offsetof(struct apt_release, suite)},
	{"Version", offsetof(struct apt_release, version)},
};

static void word_take(struct span value, struct apt_release *release, size_t word)
{
	char *out = (char *)release + words[word].offset;

	if (value.len > APT_RELEASE_WORD_MAX || memchr(value.p, '\0', value.len)) {
		release->damaged = true;
		return;
	}
	memcpy(out, value.p, value.len);
	out[value.len] = '\0';
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
	if (span_eq(name, "NotAutomatic")) {
		release->not_automatic = apt_truth(value);
	}
	if (span_eq(name, "ButAutomaticUpgrades")) {
		release->but_automatic_upgrades = apt_truth(value);
	}
	for (size_t i = 0; i < ARRAY_LEN(words); i++) {
		if (span_eq(name, words[i].name)) {
			word_take(value, release, i);
			return i != ARRAY_LEN(words) - 1;
		}
	}
	return false;
}

/* The lists of hashes end what is of interest, and are what no such file does without. */
static bool line_hashes(struct span line)
{
	return span_starts(line, "MD5Sum:") || span_starts(line, "SHA1:") ||
	       span_starts(line, "SHA256:") || span_starts(line, "SHA512:");
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
		if (line_hashes(line)) {
			known = true;
			break;
		}
		if (line.len == 0 || span_starts(line, "-----")) {
			break; /* the signature */
		}
		known = line_take(line, &release) || known;
	}
	if (!known) {
		return -EBADMSG;
	}
	release.kind = kind_of(&release);
	release.esm = strncmp(release.origin, "UbuntuESM", strlen("UbuntuESM")) == 0;
	*ret_release = release;
	return 0;
}
