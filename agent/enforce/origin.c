/* SPDX-License-Identifier: Apache-2.0 */
#include "origin.h"

#include "str.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

static const struct {
	const char *scheme, *port;
} schemes[] = {{"https://", "443"}, {"http://", "80"}};

static bool host_valid(struct span host)
{
	for (size_t i = 0; i < host.len; i++) {
		char c = host.p[i];

		if (!(c >= 'a' && c <= 'z') && !(c >= 'A' && c <= 'Z') && !(c >= '0' && c <= '9') &&
			c != '.' && c != '-' && c != '_') {
			return false;
		}
	}
	return host.len > 0;
}

static bool port_valid(struct span port)
{
	for (size_t i = 0; i < port.len; i++) {
		if (port.p[i] < '0' || port.p[i] > '9') {
			return false;
		}
	}
	return port.len > 0 && port.len <= 5 && port.p[0] != '0';
}

static void lower(char *text)
{
	for (; *text; text++) {
		if (*text >= 'A' && *text <= 'Z') {
			*text = (char)(*text - 'A' + 'a');
		}
	}
}

static bool write_origin(
	size_t scheme, struct span host, struct span port, char *ret_origin, size_t size)
{
	bool named = port.len > 0 && !span_eq(port, schemes[scheme].port);
	int n = snprintf(ret_origin, size, "%s%.*s%s%.*s", schemes[scheme].scheme, (int)host.len,
		host.p, named ? ":" : "", named ? (int)port.len : 0, named ? port.p : "");

	if (n < 0 || (size_t)n >= size || n > ORIGIN_MAX) {
		return false;
	}
	lower(ret_origin);
	return true;
}

bool origin_of(const char *url, char *ret_origin, size_t size)
{
	for (size_t i = 0; i < ARRAY_LEN(schemes); i++) {
		size_t len = strlen(schemes[i].scheme);
		struct span host, port = {"", 0};
		const char *colon;

		if (strncasecmp(url, schemes[i].scheme, len) != 0) {
			continue;
		}
		host = (struct span){url + len, strcspn(url + len, "/?#\\")};
		if (host.len > ORIGIN_MAX) {
			return false;
		}
		colon = memchr(host.p, ':', host.len);
		if (colon) {
			port = (struct span){colon + 1, host.len - (size_t)(colon - host.p) - 1};
			host.len = (size_t)(colon - host.p);
			if (!port_valid(port)) {
				return false;
			}
		}
		return host_valid(host) && write_origin(i, host, port, ret_origin, size);
	}
	return false;
}
