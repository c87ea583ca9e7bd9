/* SPDX-License-Identifier: Apache-2.0 */
#include "apt-lists.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

struct address {
	struct span host; /* with its port */
	struct span path;
};

/* "ACCESS:", then "//" with "USER:PASSWORD@HOST:PORT" or not, then the path (strutl.cc, URI) */
static int address_parse(struct span uri, struct address *ret_address)
{
	struct address address = {.host = {NULL, 0}};
	const char *at, *slash;
	struct span access;

	if (!uri.p || !memchr(uri.p, ':', uri.len) || !span_next(&uri, ':', &access)) {
		return -EINVAL;
	}
	address.path = uri;
	if (span_starts(uri, "//")) {
		uri = (struct span){uri.p + 2, uri.len - 2};
		slash = uri.len > 0 ? memchr(uri.p, '/', uri.len) : NULL;
		address.host = (struct span){uri.p, slash ? (size_t)(slash - uri.p) : uri.len};
		address.path = (struct span){uri.p + address.host.len, uri.len - address.host.len};
		at = address.host.len > 0 ? memrchr(address.host.p, '@', address.host.len) : NULL;
		if (at) {
			address.host.len -= (size_t)(at + 1 - address.host.p);
			address.host.p = at + 1;
		}
	}
	*ret_address = address;
	return 0;
}

struct writer {
	char *buf;
	size_t size;
	size_t len;
	bool full;
};

static void put(struct writer *w, const char *bytes, size_t n)
{
	if (n >= w->size - w->len) {
		w->full = true;
		return;
	}
	memcpy(w->buf + w->len, bytes, n);
	w->len += n;
}

static bool is_strange(char c, const char *strange)
{
	return strchr(strange, c) || c <= 0x20 || c >= 0x7f || c == '%';
}

/* twice: the suite's own quoting comes first, so that its "%" is quoted again */
static void put_quoted(struct writer *w, struct span s, bool twice)
{
	for (size_t i = 0; i < s.len; i++) {
		char quoted[8];
		char c = s.p[i];

		if (twice && is_strange(c, "+~ ")) {
			snprintf(quoted, sizeof(quoted), "%%25%02x", (unsigned char)c);
			put(w, quoted, 5);
		} else if (c == '/') {
			put(w, "_", 1);
		} else if (is_strange(c, "\\|{}[]<>\"^~_=!@#$%^&*")) {
			snprintf(quoted, sizeof(quoted), "%%%02x", (unsigned char)c);
			put(w, quoted, 3);
		} else {
			put(w, &c, 1);
		}
	}
}

static bool ends_in_slash(struct span s)
{
	return s.len > 0 && s.p[s.len - 1] == '/';
}

int apt_lists_stem(struct span uri, struct span suite, char *buf, size_t size)
{
	struct writer w = {.buf = buf, .size = size};
	struct address address;
	int r = address_parse(uri, &address);

	if (r < 0 || suite.len == 0 || size == 0) {
		return -EINVAL;
	}
	put_quoted(&w, address.host, false);
	put_quoted(&w, address.path, false);
	if (!ends_in_slash(address.path)) {
		put(&w, "_", 1);
	}
	if (!ends_in_slash(suite)) {
		put(&w, "dists_", 6);
		put_quoted(&w, suite, true);
	} else if (suite.len > 1) {
		put_quoted(&w, suite, true);
		w.len -= w.len > 0;
	} else {
		w.len -= w.len > 0; /* "/" alone adds nothing */
	}
	buf[w.len] = '\0';
	return w.full ? -ENOSPC : 0;
}

int apt_lists_site(struct span uri, char *buf, size_t size)
{
	struct address address;
	const char *colon;
	int r = address_parse(uri, &address);

	if (r < 0) {
		return r;
	}
	colon = address.host.len > 0 ? memrchr(address.host.p, ':', address.host.len) : NULL;
	if (colon) {
		address.host.len = (size_t)(colon - address.host.p);
	}
	if (address.host.len >= size) {
		return -ENOSPC;
	}
	if (address.host.len > 0) {
		memcpy(buf, address.host.p, address.host.len);
	}
	buf[address.host.len] = '\0';
	return 0;
}

static bool name_ends(const char *name, size_t len, const char *suffix, size_t *ret_rest)
{
	size_t n = strlen(suffix);

	if (len < n || memcmp(name + len - n, suffix, n) != 0) {
		return false;
	}
	*ret_rest = len - n;
	return true;
}

size_t apt_lists_name_release(const char *name)
{
	size_t len = strlen(name), stem = 0;

	if (name_ends(name, len, "_InRelease", &stem) || name_ends(name, len, "_Release", &stem)) {
		return stem;
	}
	return 0;
}

/* "_COMPONENT_binary-ARCHITECTURE_Packages", or "_Packages" alone; compressed or not */
bool apt_lists_name_parse(const char *name, const char *archive, struct apt_lists_name *ret_name)
{
	static const char *const suffixes[] = {"", ".bz2", ".gz", ".lz4", ".lzma", ".xz", ".zst"};
	static const char binary[] = "_binary-";
	struct apt_lists_name parsed = {.stem = 0};
	size_t len = strlen(name), own = strlen(archive), end = 0;
	const char *mark;

	if (len <= own || memcmp(name, archive, own) != 0 || name[own] != '_') {
		return false;
	}
	for (size_t i = 0; i < ARRAY_LEN(suffixes) && end == 0; i++) {
		if (name_ends(name, len, suffixes[i], &parsed.stem) &&
			!name_ends(name, parsed.stem, "_Packages", &end)) {
			end = 0;
		}
	}
	if (end < own) {
		return false;
	}
	if (end > own) {
		mark = strstr(name + own, binary);
		if (!mark || mark == name + own || mark >= name + end) {
			return false;
		}
		parsed.component = (struct span){name + own + 1, (size_t)(mark - name) - own - 1};
		mark += strlen(binary);
		parsed.architecture = (struct span){mark, (size_t)(name + end - mark)};
	}
	*ret_name = parsed;
	return true;
}

size_t apt_lists_find(char *const *names, size_t n, const char *stem)
{
	size_t low = 0, high = n, len = strlen(stem);

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (strncmp(names[middle], stem, len) < 0) {
			low = middle + 1;
		} else {
			high = middle;
		}
	}
	return low;
}
