/* SPDX-License-Identifier: Apache-2.0 */
/* What a client writes into a request line and a Cookie header. Pure functions, strict. */
#pragma once

#include "base.h"
#include "str.h"

#define URL_TARGET_MAX 2048
#define URL_PARAMS_MAX 8
#define URL_NAME_MAX 32
#define URL_VALUE_MAX 256

struct url_param {
	char name[URL_NAME_MAX + 1];
	char value[URL_VALUE_MAX + 1]; /* decoded: UTF-8 without control characters */
};

struct url_query {
	struct url_param params[URL_PARAMS_MAX];
	size_t n;
};

enum url_outcome { URL_E_SYNTAX = 1 };

/*
 * Origin form of RFC 9112 section 3.2.1 only. The path starts with a slash and has no empty
 * segment (but a last one), no dot segment, no percent sign and no backslash: none of our paths
 * needs them. Spans point into target.
 */
must_check int url_split(struct span target, struct span *ret_path, struct span *ret_query);
/* name=value&...; percent-decoded, plus is a blank. A name twice is a syntax error. */
must_check int url_parse_query(struct span text, struct url_query *ret_query);
/* The value of a cookie (RFC 6265 section 4.2.1); empty when it is absent or there twice. */
struct span url_find_cookie(struct span header, const char *name);
/* Whether an Origin header is https and this Host header */
bool url_same_origin(struct span origin, struct span host);
/* Accept-Encoding (RFC 9110 section 12.5.3) names gzip, and not with the weight 0. */
bool url_accepts_gzip(struct span header);
