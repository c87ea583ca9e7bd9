/* SPDX-License-Identifier: Apache-2.0 */
#include "identity.h"

#include "json-build.h"

#include <stdio.h>
#include <string.h>

#define IDENTITY_FORMAT 1

bool identity_pending(const struct identity *identity)
{
	return identity->device[0] == '\0';
}

static bool all_base64url(struct span text)
{
	for (size_t i = 0; i < text.len; i++) {
		char c = text.p[i];
		bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');

		if (!letter && (c < '0' || c > '9') && c != '-' && c != '_') {
			return false;
		}
	}
	return true;
}

struct fields {
	int64_t format;
	const char *device;
	const char *thumbprint;
	struct json_object *pins;
	struct json_object *policy_key;
	const char *url;
};
#define FIELD(type, name, must, max)                                  \
	{                                                             \
#		name, type, offsetof(struct fields, name), must, max \
	}
static const struct json_field table[] = {
	FIELD(JSON_WANT_STRING, device, false, REPORT_DEVICE_LEN),
	FIELD(JSON_WANT_INT, format, true, IDENTITY_FORMAT),
	FIELD(JSON_WANT_ARRAY, pins, true, ENROL_PINS_MAX),
	FIELD(JSON_WANT_OBJECT, policy_key, false, 0),
	FIELD(JSON_WANT_STRING, thumbprint, true, JWS_THUMBPRINT_LEN),
	FIELD(JSON_WANT_STRING, url, true, ENROL_URL_MAX),
};
#undef FIELD

static int fail(struct json_error *error, const char *where, const char *what)
{
	if (error) {
		(void)snprintf(error->where, sizeof(error->where), "%s", where);
		error->what = what;
	}
	return -EBADMSG;
}

/* The part that the spool's endpoint file has too, judged by the same rules */
static int parse_endpoint(
	const struct fields *fields, struct spool_endpoint *endpoint, struct json_error *error)
{
	cleanup(str_finish) struct str text = {.max = SPOOL_ENDPOINT_MAX};
	cleanup(json_put) struct json_object *object = NULL;
	struct json_build build = json_build_object();
	int r;

	json_build_int(&build, "format", 1);
	json_build_share(&build, "pins", fields->pins);
	json_build_string(&build, "url", fields->url);
	r = json_build_finish(&build, &object);
	if (r == 0) {
		r = json_write_canonical(object, &text);
	}
	if (r < 0) {
		return fail(error, "pins", "is no list of texts");
	}
	return spool_endpoint_parse((struct span){text.p, text.len}, endpoint, error);
}

static int parse_device(
	const struct fields *fields, struct identity *identity, struct json_error *error)
{
	cleanup(str_finish) struct str key = {.max = IDENTITY_KEY_MAX};

	if (!fields->device && !fields->policy_key) {
		return 0;
	}
	if (!fields->device || !fields->policy_key ||
		!report_device_valid(span_z(fields->device))) {
		return fail(error, "device", "is no device, or has no policy_key");
	}
	if (json_write_canonical(fields->policy_key, &key) != 0) {
		return fail(error, "policy_key", "is no key");
	}
	memcpy(identity->device, fields->device, REPORT_DEVICE_LEN + 1);
	memcpy(identity->policy_key, key.p, key.len + 1);
	return 0;
}

int identity_parse(struct span text, struct identity *ret_identity, struct json_error *error)
{
	cleanup(json_put) struct json_object *object = NULL;
	struct identity identity = {.device = ""};
	struct fields fields = {0};
	int r;

	r = json_parse(text, &object, error);
	if (r == 0) {
		r = json_decode(object, table, ARRAY_LEN(table), &fields, error);
	}
	if (r != 0) {
		return r < 0 ? r : -EBADMSG;
	}
	if (fields.format != IDENTITY_FORMAT) {
		return fail(error, "format", "is another than 1");
	}
	if (strlen(fields.thumbprint) != JWS_THUMBPRINT_LEN ||
		!all_base64url(span_z(fields.thumbprint))) {
		return fail(error, "thumbprint", "is no SHA-256 in base64url");
	}
	memcpy(identity.thumbprint, fields.thumbprint, JWS_THUMBPRINT_LEN + 1);
	r = parse_endpoint(&fields, &identity.endpoint, error);
	if (r == 0) {
		r = parse_device(&fields, &identity, error);
	}
	if (r == 0) {
		*ret_identity = identity;
	}
	return r;
}

int identity_write(const struct identity *identity, struct str *out)
{
	cleanup(json_put) struct json_object *object = NULL;
	struct json_build build = json_build_object();
	struct json_build pins = json_build_array();
	int r;

	for (size_t i = 0; i < identity->endpoint.pins.n; i++) {
		json_build_string(&pins, NULL, identity->endpoint.pins.list[i]);
	}
	if (!identity_pending(identity)) {
		json_build_string(&build, "device", identity->device);
		json_build_take(&build, "policy_key", json_tokener_parse(identity->policy_key));
	}
	json_build_int(&build, "format", IDENTITY_FORMAT);
	json_build_join(&build, "pins", &pins);
	json_build_string(&build, "thumbprint", identity->thumbprint);
	json_build_string(&build, "url", identity->endpoint.url);
	r = json_build_finish(&build, &object);
	return r == 0 ? json_write_canonical(object, out) : r;
}

void identity_from_enrol(const struct enrol *enrol, struct identity *ret_identity)
{
	struct identity identity = {.device = ""};

	memcpy(identity.endpoint.url, enrol->url, sizeof(identity.endpoint.url));
	identity.endpoint.pins = enrol->pins;
	memcpy(identity.thumbprint, enrol->key, sizeof(identity.thumbprint));
	*ret_identity = identity;
}
