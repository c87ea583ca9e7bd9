/* SPDX-License-Identifier: Apache-2.0 */
/* The file os-release(5): which system this is, by its own word. */
#pragma once

#include "check.h"

#define OS_RELEASE_MAX ((size_t)64 << 10)
#define OS_RELEASE_VALUE_MAX 63

/*
 * Values longer than OS_RELEASE_VALUE_MAX, or with bytes outside [A-Za-z0-9._:/+-], stay empty;
 * ID_LIKE has blanks as well.
 */
struct os_release {
	char id[OS_RELEASE_VALUE_MAX + 1];
	char version_id[OS_RELEASE_VALUE_MAX + 1];
	char codename[OS_RELEASE_VALUE_MAX + 1]; /* VERSION_CODENAME */
	char build_id[OS_RELEASE_VALUE_MAX + 1];
	char support_end[OS_RELEASE_VALUE_MAX + 1]; /* YYYY-MM-DD */
	char id_like[OS_RELEASE_VALUE_MAX + 1];	    /* words, the closest system first */
	/* Of what it is built upon; makers of such systems set one of these. */
	char debian_codename[OS_RELEASE_VALUE_MAX + 1];
	char ubuntu_codename[OS_RELEASE_VALUE_MAX + 1];
};

/* The system that gives it its security fixes: itself, or what it is built upon. */
struct os_base {
	const char *id;	     /* "debian", "ubuntu"; NULL: neither, as far as the file says */
	const char *version; /* "" for one that is built upon it: that has numbers of its own */
	const char *series;  /* codename of that system's release; may be "" */
	bool derived;
};
/* Pure; what it gives lies in os. */
struct os_base os_release_base(const struct os_release *os);

/* Pure; the last assignment of a key holds, as in a shell. */
void os_release_parse(struct span text, struct os_release *ret_release);

enum os_release_outcome {
	OS_RELEASE_E_MISSING = 1,
	OS_RELEASE_E_FORMAT, /* there, but not a readable regular file of sane size with an ID */
};
/* /etc/os-release, else /usr/lib/os-release */
must_check int os_release_read(const struct sysroot *root, struct os_release *ret_release);
