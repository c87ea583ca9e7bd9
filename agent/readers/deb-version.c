/* SPDX-License-Identifier: Apache-2.0 */
#include "deb-version.h"

#include <string.h>

struct parts {
	struct span epoch;
	struct span upstream;
	struct span revision;
};

static struct parts version_split(struct span version)
{
	struct parts parts = {.upstream = version};
	const char *colon = version.len ? memchr(version.p, ':', version.len) : NULL;
	const char *dash;

	if (colon) {
		parts.epoch = (struct span){version.p, (size_t)(colon - version.p)};
		parts.upstream.p = colon + 1;
		parts.upstream.len = version.len - parts.epoch.len - 1;
	}
	dash = parts.upstream.len ? memrchr(parts.upstream.p, '-', parts.upstream.len) : NULL;
	if (dash) {
		parts.revision.p = dash + 1;
		parts.revision.len = parts.upstream.len - (size_t)(dash - parts.upstream.p) - 1;
		parts.upstream.len = (size_t)(dash - parts.upstream.p);
	}
	return parts;
}

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* "~" before the end, the end before letters, letters before all else */
static int weight(struct span s)
{
	unsigned char c;

	if (s.len == 0 || is_digit(s.p[0])) {
		return 0;
	}
	c = (unsigned char)s.p[0];
	if (c == '~') {
		return -1;
	}
	if ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z')) {
		return c;
	}
	return c + 256;
}

static void step(struct span *s)
{
	if (s->len > 0) {
		s->p++;
		s->len--;
	}
}

static bool in_text(struct span s)
{
	return s.len > 0 && !is_digit(s.p[0]);
}

static bool in_number(struct span s)
{
	return s.len > 0 && is_digit(s.p[0]);
}

static int text_compare(struct span *a, struct span *b)
{
	while (in_text(*a) || in_text(*b)) {
		int order = weight(*a) - weight(*b);

		if (order != 0) {
			return order;
		}
		step(a);
		step(b);
	}
	return 0;
}

/* Of any length: the longer one without leading zeros is larger, else the first different digit. */
static int number_compare(struct span *a, struct span *b)
{
	int order = 0;

	while (a->len > 0 && a->p[0] == '0') {
		step(a);
	}
	while (b->len > 0 && b->p[0] == '0') {
		step(b);
	}
	while (in_number(*a) && in_number(*b)) {
		if (order == 0) {
			order = a->p[0] - b->p[0];
		}
		step(a);
		step(b);
	}
	if (in_number(*a)) {
		return 1;
	}
	if (in_number(*b)) {
		return -1;
	}
	return order;
}

static int part_compare(struct span a, struct span b)
{
	while (a.len > 0 || b.len > 0) {
		int order = text_compare(&a, &b);

		if (order == 0) {
			order = number_compare(&a, &b);
		}
		if (order != 0) {
			return order;
		}
	}
	return 0;
}

int deb_version_compare(struct span a, struct span b)
{
	struct parts pa = version_split(a), pb = version_split(b);
	int order = number_compare(&pa.epoch, &pb.epoch);

	if (order == 0) {
		order = part_compare(pa.upstream, pb.upstream);
	}
	if (order == 0) {
		order = part_compare(pa.revision, pb.revision);
	}
	return order;
}
