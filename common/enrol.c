/* SPDX-License-Identifier: Apache-2.0 */
#include "enrol.h"
#include "base64.h"

#include <stdio.h>
#include <string.h>

#define PREFIX "caretaker1."
#define SCHEME "https://"
#define HASH_BYTES 32  /* SHA-256 */
#define TOKEN_BYTES 24 /* ENROL_TOKEN_LEN in base64url */
#define HOST_MAX 253   /* RFC 1035 section 2.3.4, as text */
#define LABEL_MAX 63

static int refuse(struct json_error *error, const char *where, const char *what)
{
	json_error_set(error, where, what);
	return -EBADMSG;
}

static bool base64_of(struct span text, size_t wanted)
{
	cleanup(free_ptr) char *bytes = NULL;
	size_t len;

	return base64url_decode(text, wanted, &bytes, &len) == 0 && len == wanted;
}

static bool port_valid(struct span port)
{
	uint64_t n;

	return port.len <= 5 && port.p[0] != '0' && span_u64(port, &n) == 0 && n <= 65535;
}

static bool label_valid(struct span label)
{
	if (label.len == 0 || label.len > LABEL_MAX || label.p[0] == '-' ||
		label.p[label.len - 1] == '-') {
		return false;
	}
	for (size_t i = 0; i < label.len; i++) {
		char c = label.p[i];

		if ((c < 'a' || c > 'z') && (c < 'A' || c > 'Z') && (c < '0' || c > '9') &&
			c != '-') {
			return false;
		}
	}
	return true;
}

static bool host_valid(struct span host)
{
	struct span label;

	if (host.len == 0 || host.len > HOST_MAX) {
		return false;
	}
	while (span_next(&host, '.', &label)) {
		if (!label_valid(label)) {
			return false;
		}
	}
	return true;
}

/* The text within the brackets: what it means is the resolver's to say. */
static bool ipv6_valid(struct span address)
{
	size_t colons = 0;

	for (size_t i = 0; i < address.len; i++) {
		char c = address.p[i];

		colons += c == ':';
		if ((c < '0' || c > '9') && (c < 'a' || c > 'f') && (c < 'A' || c > 'F') &&
			c != ':' && c != '.') {
			return false;
		}
	}
	return colons >= 2 && address.len <= 45;
}

bool enrol_url_valid(struct span url)
{
	struct span rest, host;
	const char *end;

	if (url.len > ENROL_URL_MAX || !span_starts(url, SCHEME)) {
		return false;
	}
	rest = (struct span){url.p + strlen(SCHEME), url.len - strlen(SCHEME)};
	if (rest.len > 0 && rest.p[0] == '[') {
		end = memchr(rest.p, ']', rest.len);
		if (!end || !ipv6_valid((struct span){rest.p + 1, (size_t)(end - rest.p - 1)})) {
			return false;
		}
		rest = (struct span){end + 1, rest.len - (size_t)(end + 1 - rest.p)};
		return rest.len == 0 ||
		       (rest.p[0] == ':' && rest.len > 1 &&
			       port_valid((struct span){rest.p + 1, rest.len - 1}));
	}
	return span_next(&rest, ':', &host) && host_valid(host) &&
	       (!rest.p || (rest.len > 0 && port_valid(rest)));
}

/* The rules of every field; both directions pass through it. */
static int check_rules(const struct enrol *enrol, struct json_error *error)
{
	if (!enrol_url_valid(span_z(enrol->url))) {
		return refuse(error, "url", "not https://host:port");
	}
	if (!base64_of(span_z(enrol->key), HASH_BYTES)) {
		return refuse(error, "key", "not a thumbprint");
	}
	if (!pins_valid(&enrol->pins)) {
		return refuse(error, "pins", "one or two hashes wanted");
	}
	if (!base64_of(span_z(enrol->token), TOKEN_BYTES)) {
		return refuse(error, "token", "not a token");
	}
	return 0;
}

struct wire_enrol {
	const char *key, *token, *url;
	struct json_object *pins;
};

static const struct json_field enrol_fields[] = {
	{"key", JSON_WANT_STRING, offsetof(struct wire_enrol, key), true, JWS_THUMBPRINT_LEN},
	{"pins", JSON_WANT_ARRAY, offsetof(struct wire_enrol, pins), true, ENROL_PINS_MAX},
	{"token", JSON_WANT_STRING, offsetof(struct wire_enrol, token), true, ENROL_TOKEN_LEN},
	{"url", JSON_WANT_STRING, offsetof(struct wire_enrol, url), true, ENROL_URL_MAX},
};

static int parse_json(struct span text, struct enrol *enrol, struct json_error *error)
{
	cleanup(json_put) struct json_object *object = NULL;
	struct wire_enrol wire = {0};
	int r = json_parse(text, &object, error);

	if (r == 0) {
		r = json_decode(object, enrol_fields, ARRAY_LEN(enrol_fields), &wire, error);
	}
	if (r != 0) {
		return r < 0 ? r : -EBADMSG;
	}
	snprintf(enrol->url, sizeof(enrol->url), "%s", wire.url);
	snprintf(enrol->key, sizeof(enrol->key), "%s", wire.key);
	snprintf(enrol->token, sizeof(enrol->token), "%s", wire.token);
	r = pins_parse(wire.pins, &enrol->pins, error);
	return r < 0 ? r : check_rules(enrol, error);
}

/* What copying by hand leaves at the ends of a line */
static struct span trim_line(struct span text)
{
	while (text.len > 0 && memchr(" \t\r\n", text.p[0], 4)) {
		text.p++;
		text.len--;
	}
	while (text.len > 0 && memchr(" \t\r\n", text.p[text.len - 1], 4)) {
		text.len--;
	}
	return text;
}

int enrol_parse(struct span text, struct enrol *ret_enrol, struct json_error *error)
{
	cleanup(free_ptr) char *json = NULL;
	struct enrol enrol = {0};
	size_t len;
	int r;

	text = trim_line(text);
	if (text.len > ENROL_TEXT_MAX || !span_starts(text, PREFIX)) {
		return refuse(error, "", "not an enrolment string");
	}
	text = (struct span){text.p + strlen(PREFIX), text.len - strlen(PREFIX)};
	r = base64url_decode(text, ENROL_TEXT_MAX, &json, &len);
	if (r < 0) {
		return r == -ENOMEM ? r : refuse(error, "", "torn or altered");
	}
	r = parse_json((struct span){json, len}, &enrol, error);
	if (r == 0) {
		*ret_enrol = enrol;
	}
	return r;
}

static int write_pins(const struct enrol *enrol, struct str *json)
{
	int r = 0;

	for (size_t i = 0; i < enrol->pins.n && r == 0; i++) {
		r = str_appendf(json, "%s\"%s\"", i ? "," : "", enrol->pins.list[i]);
	}
	return r;
}

int enrol_write(const struct enrol *enrol, struct str *out)
{
	cleanup(str_finish) struct str json = {.max = ENROL_TEXT_MAX};
	int r = check_rules(enrol, NULL);

	if (r == 0) {
		r = str_appendf(&json, "{\"key\":\"%s\",\"pins\":[", enrol->key);
	}
	if (r == 0) {
		r = write_pins(enrol, &json);
	}
	if (r == 0) {
		r = str_appendf(
			&json, "],\"token\":\"%s\",\"url\":\"%s\"}", enrol->token, enrol->url);
	}
	if (r == 0) {
		r = str_append_z(out, PREFIX);
	}
	return r < 0 ? r : base64url_append(out, json.p, json.len);
}
