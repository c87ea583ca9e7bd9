/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Stanzas of dpkg's status file and of an archive's Packages list (deb-control(5)), read in pieces
 * of any size. Of each only the fields below are kept.
 */
#pragma once

#include "base.h"

#define DEB_LINE_MAX 512

struct deb_stanza {
	char package[128];
	char version[256];
	char architecture[32];
	char status[64];
	char source[256]; /* "NAME (VERSION)"; empty: the package's own name and version */
	char phased[16];  /* Phased-Update-Percentage */
	bool damaged; /* one of the above is too long, empty, twice there, or holds a NUL byte */
};

/* A negative return ends the feed with that value. */
typedef int (*deb_stanza_fn)(const struct deb_stanza *stanza, void *data);

/* Zero-initialise with fn and data. */
struct deb_reader {
	deb_stanza_fn fn;
	void *data;
	struct deb_stanza stanza;
	bool any;		 /* the stanza has a field */
	char line[DEB_LINE_MAX]; /* a line that is not whole yet: its first bytes */
	size_t line_len;	 /* may be past DEB_LINE_MAX */
};

must_check int deb_reader_feed(struct deb_reader *reader, const char *bytes, size_t len);
/* The last stanza, which no empty line ends */
must_check int deb_reader_end(struct deb_reader *reader);
