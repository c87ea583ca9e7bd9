/* SPDX-License-Identifier: Apache-2.0 */
#include "url.h"

#include <string.h>
#include <strings.h>

static bool segment_valid(struct span segment)
{
	for (size_t i = 0; i < segment.len; i++) {
		unsigned char c = (unsigned char)segment.p[i];

		if (c <= ' ' || c >= 0x7f || c == '%' || c == '\\' || c == '#') {
			return false;
		}
	}
	return !span_eq(segment, ".") && !span_eq(segment, "..");
}

static bool path_valid(struct span path)
{
	struct span rest = path, segment;

	if (path.len == 0 || path.p[0] != '/') {
		return false;
	}
	rest.p++;
	rest.len--;
	while (span_next(&rest, '/', &segment)) {
		bool last = !rest.p;

		if ((segment.len == 0 && !last) || !segment_valid(segment)) {
			return false;
		}
	}
	return true;
}

int url_split(struct span target, struct span *ret_path, struct span *ret_query)
{
	const char *mark = target.len > 0 ? memchr(target.p, '?', target.len) : NULL;
	struct span path = target, query = {"", 0};

	if (target.len > URL_TARGET_MAX) {
		return URL_E_SYNTAX;
	}
	if (mark) {
		path.len = (size_t)(mark - target.p);
		query = (struct span){mark + 1, target.len - path.len - 1};
	}
	if (!path_valid(path)) {
		return URL_E_SYNTAX;
	}
	*ret_path = path;
	*ret_query = query;
	return 0;
}

static int hex_digit(char c)
{
	if (c >= '0' && c <= '9') {
		return c - '0';
	}
	c |= 0x20;
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* One character of the text, decoded; the number of bytes it took, 0 when it is malformed. */
static size_t decode_char(struct span text, char *ret_c)
{
	int high, low;

	if (text.p[0] != '%') {
		*ret_c = text.p[0] == '+' ? ' ' : text.p[0];
		return 1;
	}
	if (text.len < 3) {
		return 0;
	}
	high = hex_digit(text.p[1]);
	low = hex_digit(text.p[2]);
	if (high < 0 || low < 0) {
		return 0;
	}
	*ret_c = (char)(high << 4 | low);
	return 3;
}

static int decode(struct span text, char *buf, size_t max)
{
	size_t len = 0;

	while (text.len > 0) {
		char c = 0;
		size_t taken = decode_char(text, &c);

		if (taken == 0 || len == max || (unsigned char)c < ' ' || c == 0x7f) {
			return URL_E_SYNTAX;
		}
		buf[len++] = c;
		text.p += taken;
		text.len -= taken;
	}
	buf[len] = 0;
	return utf8_valid((struct span){buf, len}) ? 0 : URL_E_SYNTAX;
}

static int parse_param(struct span pair, struct url_query *query)
{
	struct url_param *param = &query->params[query->n];
	const char *equals = pair.len > 0 ? memchr(pair.p, '=', pair.len) : NULL;
	size_t at;

	if (!equals || query->n == URL_PARAMS_MAX) {
		return URL_E_SYNTAX;
	}
	at = (size_t)(equals - pair.p);
	if (at == 0 || decode((struct span){pair.p, at}, param->name, URL_NAME_MAX) != 0 ||
		decode((struct span){equals + 1, pair.len - at - 1}, param->value, URL_VALUE_MAX) !=
			0) {
		return URL_E_SYNTAX;
	}
	for (size_t i = 0; i < query->n; i++) {
		if (strcmp(query->params[i].name, param->name) == 0) {
			return URL_E_SYNTAX;
		}
	}
	query->n++;
	return 0;
}

int url_parse_query(struct span text, struct url_query *ret_query)
{
	struct span pair;

	ret_query->n = 0;
	if (text.len == 0) {
		return 0;
	}
	while (span_next(&text, '&', &pair)) {
		int r = parse_param(pair, ret_query);

		if (r != 0) {
			return r;
		}
	}
	return 0;
}

struct span url_find_cookie(struct span header, const char *name)
{
	const struct span none = {"", 0};
	struct span found = none, pair;
	size_t name_len = strlen(name), n = 0;

	while (header.len > 0 && span_next(&header, ';', &pair)) {
		pair = span_trim(pair);
		if (pair.len > name_len && pair.p[name_len] == '=' &&
			memcmp(pair.p, name, name_len) == 0) {
			found = (struct span){pair.p + name_len + 1, pair.len - name_len - 1};
			n++;
		}
	}
	return n == 1 ? found : none;
}

bool url_same_origin(struct span origin, struct span host)
{
	const size_t scheme = strlen("https://");

	return host.len > 0 && span_starts(origin, "https://") && origin.len == scheme + host.len &&
	       memcmp(origin.p + scheme, host.p, host.len) == 0;
}

/* "q=0", "q=0.000": never; any other weight is a yes */
static bool weighs_nothing(struct span weight)
{
	weight = span_trim(weight);
	if (weight.len < 3 || (weight.p[0] | 0x20) != 'q' || weight.p[1] != '=') {
		return false;
	}
	for (size_t i = 2; i < weight.len; i++) {
		if (weight.p[i] != '0' && weight.p[i] != '.') {
			return false;
		}
	}
	return true;
}

bool url_accepts_gzip(struct span header)
{
	struct span coding, name;

	while (header.len > 0 && span_next(&header, ',', &coding)) {
		(void)!span_next(&coding, ';', &name);
		name = span_trim(name);
		if (name.len == 4 && strncasecmp(name.p, "gzip", name.len) == 0) {
			return !weighs_nothing(coding);
		}
	}
	return false;
}
