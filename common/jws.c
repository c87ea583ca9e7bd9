/* SPDX-License-Identifier: Apache-2.0 */
#include "jws.h"
#include "base64.h"

#include <stdio.h>
#include <string.h>

#define HEADER_MAX ((size_t)1024)
#define COORDINATE_LEN 32

void jws_header_finish(struct jws_header *header)
{
	crypto_key_free(header->jwk);
	header->jwk = NULL;
}

/* The three parts in base64url, and the text that is signed: the first two with their dot */
struct parts {
	struct span header, payload, signature, input;
};

static int split(struct span jws, struct parts *ret_parts)
{
	struct span rest = jws;
	struct parts parts;

	if (jws.len > JWS_MAX || !span_next(&rest, '.', &parts.header) ||
		!span_next(&rest, '.', &parts.payload) || !rest.p ||
		memchr(rest.p, '.', rest.len) || parts.header.len > HEADER_MAX) {
		return JWS_E_FORMAT;
	}
	parts.signature = rest;
	parts.input = (struct span){jws.p, parts.header.len + 1 + parts.payload.len};
	*ret_parts = parts;
	return 0;
}

/* Outcomes of parsers below are one thing here; trouble of our own is forwarded. */
static int format_or_memory(int r)
{
	return r == 0 || r == -ENOMEM ? r : JWS_E_FORMAT;
}

static bool kid_valid(const char *kid)
{
	size_t len = strlen(kid);

	for (size_t i = 0; i < len; i++) {
		char c = kid[i];

		if ((c < 'a' || c > 'z') && (c < 'A' || c > 'Z') && (c < '0' || c > '9') &&
			c != '-' && c != '_') {
			return false;
		}
	}
	return len > 0 && len <= JWS_KID_MAX;
}

struct wire_header {
	const char *alg, *typ, *kid;
	struct json_object *jwk;
};

static const struct json_field header_fields[] = {
	{"alg", JSON_WANT_STRING, offsetof(struct wire_header, alg), true, 0},
	{"jwk", JSON_WANT_OBJECT, offsetof(struct wire_header, jwk), false, 0},
	{"kid", JSON_WANT_STRING, offsetof(struct wire_header, kid), false, JWS_KID_MAX},
	{"typ", JSON_WANT_STRING, offsetof(struct wire_header, typ), true, 0},
};

static bool skip(struct span *rest, const char *text)
{
	bool there = span_starts(*rest, text);

	rest->p += there ? strlen(text) : 0;
	rest->len -= there ? strlen(text) : 0;
	return there;
}

/* As append_header spells it, which is how whoever signs reports does: without a tree of JSON */
static bool read_plain_header(struct span text, const char *typ, struct jws_header *ret_header)
{
	struct span rest = text, kid;

	if (!skip(&rest, "{\"alg\":\"ES256\",\"kid\":\"") || !span_next(&rest, '"', &kid) ||
		kid.len > JWS_KID_MAX || !skip(&rest, ",\"typ\":\"") || !skip(&rest, typ) ||
		!span_eq(rest, "\"}")) {
		return false;
	}
	memcpy(ret_header->kid, kid.p, kid.len);
	ret_header->kid[kid.len] = 0;
	return strlen(ret_header->kid) == kid.len && kid_valid(ret_header->kid);
}

static int read_header(struct span part, const char *typ, struct jws_header *ret_header)
{
	cleanup(free_ptr) char *bytes = NULL;
	cleanup(json_put) struct json_object *object = NULL;
	struct jws_header header = {0};
	struct wire_header wire = {0};
	size_t len;
	int r = base64url_decode(part, HEADER_MAX, &bytes, &len);

	if (r == 0 && read_plain_header((struct span){bytes, len}, typ, &header)) {
		*ret_header = header;
		return 0;
	}
	if (r == 0) {
		r = json_parse((struct span){bytes, len}, &object, NULL);
	}
	if (r == 0) {
		r = json_decode(object, header_fields, ARRAY_LEN(header_fields), &wire, NULL);
	}
	if (r != 0) {
		return format_or_memory(r);
	}
	if (strcmp(wire.alg, "ES256") != 0 || strcmp(wire.typ, typ) != 0) {
		return JWS_E_TYPE;
	}
	if (!wire.kid == !wire.jwk || (wire.kid && !kid_valid(wire.kid))) {
		return JWS_E_FORMAT;
	}
	if (wire.jwk) {
		r = jws_key_from_json(wire.jwk, &header.jwk);
	} else {
		snprintf(header.kid, sizeof(header.kid), "%s", wire.kid);
	}
	if (r == 0) {
		*ret_header = header;
	}
	return r;
}

int jws_peek(struct span jws, const char *typ, struct jws_header *ret_header)
{
	struct parts parts;
	int r = split(jws, &parts);

	return r != 0 ? r : read_header(parts.header, typ, ret_header);
}

static int append_header(
	const struct crypto_key *key, const char *typ, const char *kid, struct str *out)
{
	cleanup(json_put) struct json_object *jwk = NULL;
	cleanup(str_finish) struct str json = {.max = HEADER_MAX};
	int r;

	if (kid && !kid_valid(kid)) {
		return -EINVAL;
	}
	r = str_append_z(&json, "{\"alg\":\"ES256\",");
	if (r == 0 && kid) {
		r = str_appendf(&json, "\"kid\":\"%s\"", kid);
	} else if (r == 0) {
		r = jws_key_to_json(key, &jwk);
		if (r == 0) {
			r = str_append_z(&json, "\"jwk\":");
		}
		if (r == 0) {
			r = json_write_canonical(jwk, &json);
		}
	}
	if (r == 0) {
		r = str_appendf(&json, ",\"typ\":\"%s\"}", typ);
	}
	return r < 0 ? r : base64url_append(out, json.p, json.len);
}

int jws_sign(const struct crypto_key *key, const char *typ, const char *kid, struct span payload,
	struct str *out)
{
	cleanup(str_finish) struct str jws = {.max = JWS_MAX};
	uint8_t signature[CRYPTO_ES256_LEN];
	int r = append_header(key, typ, kid, &jws);

	if (r == 0) {
		r = str_append_char(&jws, '.');
	}
	if (r == 0) {
		r = base64url_append(&jws, payload.p, payload.len);
	}
	if (r == 0) {
		r = crypto_sign(key, (struct span){jws.p, jws.len}, signature);
	}
	if (r == 0) {
		r = str_append_char(&jws, '.');
	}
	if (r == 0) {
		r = base64url_append(&jws, signature, sizeof(signature));
	}
	return r < 0 ? r : str_append(out, jws.p, jws.len);
}

static int check_signature(const struct parts *parts, jws_check_fn check, void *data)
{
	cleanup(free_ptr) char *signature = NULL;
	size_t len;
	int r = base64url_decode(parts->signature, CRYPTO_ES256_LEN, &signature, &len);

	if (r < 0) {
		return format_or_memory(r);
	}
	if (len != CRYPTO_ES256_LEN) {
		return JWS_E_FORMAT;
	}
	r = check(parts->input, (const uint8_t *)signature, data);
	return r == -EBADMSG ? JWS_E_SIGNATURE : r;
}

static int open_parts(const struct parts *parts, jws_check_fn check, void *data, char **ret_payload,
	size_t *ret_len)
{
	int r = check_signature(parts, check, data);

	return r != 0 ? r
		      : format_or_memory(
				base64url_decode(parts->payload, JWS_MAX, ret_payload, ret_len));
}

int jws_verify_peeked(
	struct span jws, jws_check_fn check, void *data, char **ret_payload, size_t *ret_len)
{
	struct parts parts;
	int r = split(jws, &parts);

	return r != 0 ? r : open_parts(&parts, check, data, ret_payload, ret_len);
}

static int check_by_key(struct span input, const uint8_t signature[CRYPTO_ES256_LEN], void *data)
{
	return crypto_verify(*(const struct crypto_key **)data, input, signature);
}

int jws_verify(const struct crypto_key *key, const char *typ, struct span jws, char **ret_payload,
	size_t *ret_len)
{
	cleanup(jws_header_finish) struct jws_header header = {0};
	struct parts parts;
	int r = split(jws, &parts);

	if (r == 0) {
		r = read_header(parts.header, typ, &header);
	}
	return r != 0 ? r : open_parts(&parts, check_by_key, (void *)&key, ret_payload, ret_len);
}

static int add_coordinate(struct json_object *jwk, const char *name, const uint8_t n[32])
{
	cleanup(str_finish) struct str text = {0};
	struct json_object *value;
	int r = base64url_append(&text, n, COORDINATE_LEN);

	if (r < 0) {
		return r;
	}
	value = json_object_new_string_len(text.p, (int)text.len);
	return value && json_object_object_add(jwk, name, value) == 0 ? 0 : -ENOMEM;
}

int jws_key_to_json(const struct crypto_key *key, struct json_object **ret_jwk)
{
	cleanup(json_put) struct json_object *jwk = json_object_new_object();
	uint8_t x[COORDINATE_LEN], y[COORDINATE_LEN];
	int r = crypto_key_xy(key, x, y);

	if (r < 0) {
		return r;
	}
	if (!jwk || json_object_object_add(jwk, "crv", json_object_new_string("P-256")) < 0 ||
		json_object_object_add(jwk, "kty", json_object_new_string("EC")) < 0) {
		return -ENOMEM;
	}
	r = add_coordinate(jwk, "x", x);
	if (r == 0) {
		r = add_coordinate(jwk, "y", y);
	}
	if (r == 0) {
		*ret_jwk = TAKE_PTR(jwk);
	}
	return r;
}

struct wire_key {
	const char *crv, *kty, *x, *y;
};

static const struct json_field key_fields[] = {
	{"crv", JSON_WANT_STRING, offsetof(struct wire_key, crv), true, 0},
	{"kty", JSON_WANT_STRING, offsetof(struct wire_key, kty), true, 0},
	{"x", JSON_WANT_STRING, offsetof(struct wire_key, x), true, 0},
	{"y", JSON_WANT_STRING, offsetof(struct wire_key, y), true, 0},
};

static int read_coordinate(const char *text, char **ret_bytes)
{
	size_t len;
	int r = format_or_memory(base64url_decode(span_z(text), COORDINATE_LEN, ret_bytes, &len));

	return r == 0 && len != COORDINATE_LEN ? JWS_E_FORMAT : r;
}

int jws_key_from_json(struct json_object *jwk, struct crypto_key **ret_key)
{
	cleanup(free_ptr) char *x = NULL;
	cleanup(free_ptr) char *y = NULL;
	struct wire_key wire = {0};
	int r = json_decode(jwk, key_fields, ARRAY_LEN(key_fields), &wire, NULL);

	if (r != 0) {
		return format_or_memory(r);
	}
	if (strcmp(wire.crv, "P-256") != 0 || strcmp(wire.kty, "EC") != 0) {
		return JWS_E_FORMAT;
	}
	r = read_coordinate(wire.x, &x);
	if (r == 0) {
		r = read_coordinate(wire.y, &y);
	}
	if (r != 0) {
		return r;
	}
	return format_or_memory(
		crypto_key_from_xy((const uint8_t *)x, (const uint8_t *)y, ret_key));
}

int jws_key_thumbprint(const struct crypto_key *key, char ret[JWS_THUMBPRINT_LEN + 1])
{
	cleanup(json_put) struct json_object *jwk = NULL;
	cleanup(str_finish) struct str json = {.max = HEADER_MAX};
	cleanup(str_finish) struct str text = {.max = JWS_THUMBPRINT_LEN};
	uint8_t hash[CRYPTO_SHA256_LEN];
	int r = jws_key_to_json(key, &jwk);

	/* RFC 7638 section 3: the required members alone, sorted: what canonical form gives. */
	if (r == 0) {
		r = json_write_canonical(jwk, &json);
	}
	if (r == 0) {
		r = crypto_sha256((struct span){json.p, json.len}, hash);
	}
	if (r == 0) {
		r = base64url_append(&text, hash, sizeof(hash));
	}
	if (r == 0) {
		memcpy(ret, text.p, JWS_THUMBPRINT_LEN + 1);
	}
	return r;
}
