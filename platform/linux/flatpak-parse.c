/* SPDX-License-Identifier: Apache-2.0 */
#include "flatpak.h"

#include "gvariant.h"

#include <endian.h>
#include <string.h>

#define CHECKSUM_BYTES (FLATPAK_COMMIT_LEN / 2)
#define PARTS_MAX 4

/* One string of the two that a deploy file begins with */
static bool text_take(struct span *bytes, size_t max, char *ret_text)
{
	const char *nul = bytes->len > 0 ? memchr(bytes->p, '\0', bytes->len) : NULL;
	size_t len = nul ? (size_t)(nul - bytes->p) : 0;

	if (!nul || len == 0 || len > max) {
		return false;
	}
	memcpy(ret_text, bytes->p, len + 1);
	bytes->p += len + 1;
	bytes->len -= len + 1;
	return true;
}

static bool is_checksum(const char *text)
{
	return strlen(text) == FLATPAK_COMMIT_LEN &&
	       strspn(text, "0123456789abcdef") == FLATPAK_COMMIT_LEN;
}

/* "(ssasta{sv})": strings without padding come first, so they stand as they are. */
int flatpak_deploy_parse(
	struct span bytes, char origin[FLATPAK_ORIGIN_MAX + 1], char commit[FLATPAK_COMMIT_LEN + 1])
{
	char name[FLATPAK_ORIGIN_MAX + 1], sum[FLATPAK_COMMIT_LEN + 1];

	/* the origin names files */
	if (!text_take(&bytes, FLATPAK_ORIGIN_MAX, name) ||
		!text_take(&bytes, FLATPAK_COMMIT_LEN, sum) || !is_checksum(sum) ||
		strchr(name, '/') || name[0] == '.') {
		return FLATPAK_E_FORMAT;
	}
	memcpy(origin, name, sizeof(name));
	memcpy(commit, sum, sizeof(sum));
	return 0;
}

static void hex(const unsigned char *bytes, char text[FLATPAK_COMMIT_LEN + 1])
{
	static const char digits[] = "0123456789abcdef";

	for (size_t i = 0; i < CHECKSUM_BYTES; i++) {
		text[2 * i] = digits[bytes[i] >> 4];
		text[2 * i + 1] = digits[bytes[i] & 15];
	}
	text[FLATPAK_COMMIT_LEN] = '\0';
}

static int checksum_of(
	const struct gvariant *tuple, size_t index, char text[FLATPAK_COMMIT_LEN + 1])
{
	struct gvariant bytes;

	if (gvariant_member(tuple, index, &bytes) != 0 || bytes.bytes.len != CHECKSUM_BYTES) {
		return FLATPAK_E_FORMAT;
	}
	hex((const unsigned char *)bytes.bytes.p, text);
	return 0;
}

static int name_of(const struct gvariant *tuple, struct span *ret_name)
{
	struct gvariant name;

	return gvariant_member(tuple, 0, &name) == 0 && gvariant_string(&name, ret_name) == 0
		       ? 0
		       : FLATPAK_E_FORMAT;
}

int flatpak_index_find(struct span bytes, const char *arch, char checksum[FLATPAK_COMMIT_LEN + 1])
{
	const struct gvariant index = {.bytes = bytes, .type = span_z("(a{s(ayaaya{sv})}a{sv})")};
	struct gvariant all, entry, summary;
	struct span name;
	int r = gvariant_member(&index, 0, &all);

	for (size_t i = 0; r == 0; i++) {
		r = gvariant_element(&all, i, &entry);
		if (r == 0) {
			r = name_of(&entry, &name);
		}
		if (r == 0 && span_eq(name, arch)) {
			r = gvariant_member(&entry, 1, &summary);
			return r == 0 ? checksum_of(&summary, 0, checksum) : FLATPAK_E_FORMAT;
		}
	}
	if (r != GVARIANT_E_NONE) {
		return FLATPAK_E_FORMAT;
	}
	checksum[0] = '\0';
	return 0;
}

/* OSTree writes it big endian, whatever the order of all else (ostree-repo.h) */
static int64_t made_of(const struct gvariant *metadata)
{
	static const char *const keys[] = {"ot.ts", "ostree.commit.timestamp"};
	struct gvariant value;
	uint64_t n;

	for (size_t i = 0; i < ARRAY_LEN(keys); i++) {
		if (gvariant_lookup(metadata, span_z(keys[i]), &value) == 0 &&
			span_eq(value.type, "t") && value.bytes.len == sizeof(n)) {
			memcpy(&n, value.bytes.p, sizeof(n));
			n = be64toh(n);
			return n <= INT64_MAX ? (int64_t)n : 0;
		}
	}
	return 0;
}

/* A reference: its size, its commit, and what else is said of it: (taya{sv}) */
static int ref_take(const struct gvariant *entry, flatpak_summary_fn fn, void *data)
{
	char commit[FLATPAK_COMMIT_LEN + 1];
	struct gvariant value, metadata;
	struct span name;

	if (name_of(entry, &name) != 0 || gvariant_member(entry, 1, &value) != 0 ||
		checksum_of(&value, 1, commit) != 0 || gvariant_member(&value, 2, &metadata) != 0) {
		return FLATPAK_E_FORMAT;
	}
	return fn(name, commit, made_of(&metadata), data);
}

int flatpak_summary_walk(struct span bytes, flatpak_summary_fn fn, void *data)
{
	const struct gvariant summary = {.bytes = bytes, .type = span_z("(a(s(taya{sv}))a{sv})")};
	struct gvariant refs, entry;
	int r = gvariant_member(&summary, 0, &refs);

	if (r != 0) {
		return FLATPAK_E_FORMAT;
	}
	for (size_t i = 0; (r = gvariant_element(&refs, i, &entry)) == 0; i++) {
		r = ref_take(&entry, fn, data);
		if (r != 0) {
			return r;
		}
	}
	return r == GVARIANT_E_NONE ? 0 : FLATPAK_E_FORMAT;
}

static size_t split(struct span text, struct span parts[PARTS_MAX])
{
	size_t n = 0;
	struct span part;

	while (n < PARTS_MAX && span_next(&text, '/', &part)) {
		parts[n++] = part;
	}
	return text.len > 0 ? PARTS_MAX + 1 : n;
}

/* "*" stands for any text; nothing else is special (flatpak_filter_glob_to_regexp) */
static bool glob(struct span pattern, struct span text)
{
	size_t p = 0, t = 0, star = SIZE_MAX, back = 0;

	while (t < text.len) {
		if (p < pattern.len && pattern.p[p] == '*') {
			star = p++;
			back = t;
		} else if (p < pattern.len && pattern.p[p] == text.p[t]) {
			p++;
			t++;
		} else if (star != SIZE_MAX) {
			p = star + 1;
			t = ++back;
		} else {
			return false;
		}
	}
	while (p < pattern.len && pattern.p[p] == '*') {
		p++;
	}
	return p == pattern.len;
}

bool flatpak_mask_matches(struct span pattern, struct span ref)
{
	struct span wanted[PARTS_MAX], have[PARTS_MAX];
	size_t n = split(pattern, wanted), skip;

	if (split(ref, have) != PARTS_MAX || n == 0 || n > PARTS_MAX) {
		return false;
	}
	/* the kind may be left out in front, what is left out behind is any */
	skip = span_eq(wanted[0], "app") || span_eq(wanted[0], "runtime") ? 0 : 1;
	if (n + skip > PARTS_MAX) {
		return false;
	}
	for (size_t i = 0; i < n; i++) {
		if (wanted[i].len > 0 && !glob(wanted[i], have[i + skip])) {
			return false;
		}
	}
	return true;
}
