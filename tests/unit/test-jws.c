/* SPDX-License-Identifier: Apache-2.0 */
#include "jws.h"
#include "base64.h"
#include "unit.h"

static int make_key(void **state)
{
	struct crypto_key *key = NULL;
	int r = crypto_key_generate(&key);

	*state = key;
	return r;
}

static int free_key(void **state)
{
	crypto_key_free(*state);
	return 0;
}

static void a_signed_payload_comes_back(void **state)
{
	const struct crypto_key *key = *state;
	cleanup(str_finish) struct str jws = {.max = JWS_MAX};
	cleanup(jws_header_finish) struct jws_header header = {0};
	cleanup(free_ptr) char *payload = NULL;
	size_t len;

	assert_int_equal(jws_sign(key, JWS_TYP_REPORT, "dev-1_x", span_z("{\"a\":1}"), &jws), 0);
	assert_int_equal(jws_peek((struct span){jws.p, jws.len}, JWS_TYP_REPORT, &header), 0);
	assert_string_equal(header.kid, "dev-1_x");
	assert_null(header.jwk);
	assert_int_equal(
		jws_verify(key, JWS_TYP_REPORT, (struct span){jws.p, jws.len}, &payload, &len), 0);
	assert_string_equal(payload, "{\"a\":1}");
	assert_int_equal(len, 7);
}

static void a_key_travels_in_the_header(void **state)
{
	const struct crypto_key *key = *state;
	cleanup(str_finish) struct str jws = {0};
	cleanup(jws_header_finish) struct jws_header header = {0};
	cleanup(free_ptr) char *payload = NULL;
	size_t len;

	assert_int_equal(jws_sign(key, JWS_TYP_ENROL, NULL, span_z(""), &jws), 0);
	assert_int_equal(jws_peek((struct span){jws.p, jws.len}, JWS_TYP_ENROL, &header), 0);
	assert_string_equal(header.kid, "");
	assert_non_null(header.jwk);
	assert_int_equal(jws_verify(header.jwk, JWS_TYP_ENROL, (struct span){jws.p, jws.len},
				 &payload, &len),
		0);
	assert_int_equal(len, 0);
}

static void another_purpose_is_refused(void **state)
{
	const struct crypto_key *key = *state;
	cleanup(str_finish) struct str jws = {0};
	char *payload = NULL;
	size_t len;

	assert_int_equal(jws_sign(key, JWS_TYP_REPORT, "a", span_z("{}"), &jws), 0);
	assert_int_equal(
		jws_verify(key, JWS_TYP_POLICY, (struct span){jws.p, jws.len}, &payload, &len),
		JWS_E_TYPE);
	assert_null(payload);
}

static void another_key_is_refused(void **state)
{
	cleanup(crypto_key_free_p) struct crypto_key *other = NULL;
	cleanup(str_finish) struct str jws = {0};
	char *payload = NULL;
	size_t len;

	assert_int_equal(crypto_key_generate(&other), 0);
	/* Its own key in the header makes it no better. */
	assert_int_equal(jws_sign(other, JWS_TYP_ENROL, NULL, span_z("{}"), &jws), 0);
	assert_int_equal(
		jws_verify(*state, JWS_TYP_ENROL, (struct span){jws.p, jws.len}, &payload, &len),
		JWS_E_SIGNATURE);
	assert_null(payload);
}

/* Each byte changed: never a verified payload, be it through format, type or signature. */
static void every_changed_byte_is_noticed(void **state)
{
	const struct crypto_key *key = *state;
	cleanup(str_finish) struct str jws = {0};

	assert_int_equal(jws_sign(key, JWS_TYP_REPORT, "a", span_z("{\"a\":1}"), &jws), 0);
	for (size_t i = 0; i < jws.len; i++) {
		char *payload = NULL, saved = jws.p[i];
		size_t len;

		jws.p[i] = saved == 'A' ? 'B' : 'A';
		assert_true(jws_verify(key, JWS_TYP_REPORT, (struct span){jws.p, jws.len}, &payload,
				    &len) > 0);
		assert_null(payload);
		jws.p[i] = saved;
	}
	for (size_t cut = 0; cut < jws.len; cut++) {
		char *payload = NULL;
		size_t len;

		assert_true(jws_verify(key, JWS_TYP_REPORT, (struct span){jws.p, cut}, &payload,
				    &len) > 0);
		assert_null(payload);
	}
}

/* header.{}.64 zero bytes */
static void build(struct str *out, const char *header)
{
	static const uint8_t zeros[CRYPTO_ES256_LEN];

	assert_int_equal(base64url_append(out, header, strlen(header)), 0);
	assert_int_equal(str_append_z(out, ".e30."), 0);
	assert_int_equal(base64url_append(out, zeros, sizeof(zeros)), 0);
}

static void other_headers_are_refused(void **state)
{
	static const struct {
		const char *header;
		int outcome;
	} rows[] = {
		{"{\"alg\":\"none\",\"kid\":\"a\",\"typ\":\"caretaker-report\"}", JWS_E_TYPE},
		{"{\"alg\":\"HS256\",\"kid\":\"a\",\"typ\":\"caretaker-report\"}", JWS_E_TYPE},
		{"{\"alg\":\"es256\",\"kid\":\"a\",\"typ\":\"caretaker-report\"}", JWS_E_TYPE},
		{"{\"alg\":\"ES256\",\"kid\":\"a\",\"typ\":\"JWT\"}", JWS_E_TYPE},
		{"{\"alg\":\"ES256\",\"kid\":\"a\"}", JWS_E_FORMAT},
		{"{\"alg\":\"ES256\",\"typ\":\"caretaker-report\"}", JWS_E_FORMAT},
		{"{\"kid\":\"a\",\"typ\":\"caretaker-report\"}", JWS_E_FORMAT},
		{"{\"alg\":\"ES256\",\"kid\":\"\",\"typ\":\"caretaker-report\"}", JWS_E_FORMAT},
		{"{\"alg\":\"ES256\",\"kid\":\"../a\",\"typ\":\"caretaker-report\"}", JWS_E_FORMAT},
		{"{\"alg\":\"ES256\",\"kid\":\"a\",\"jku\":\"https://x\","
		 "\"typ\":\"caretaker-report\"}",
			JWS_E_FORMAT},
		{"{\"alg\":\"ES256\",\"crit\":[],\"kid\":\"a\",\"typ\":\"caretaker-report\"}",
			JWS_E_FORMAT},
		{"{\"alg\":\"ES256\",\"jwk\":{},\"kid\":\"a\",\"typ\":\"caretaker-report\"}",
			JWS_E_FORMAT},
		{"{\"alg\":\"ES256\",\"jwk\":{},\"typ\":\"caretaker-report\"}", JWS_E_FORMAT},
		{"{\"alg\":\"ES256\",\"alg\":\"none\",\"kid\":\"a\","
		 "\"typ\":\"caretaker-report\"}",
			JWS_E_FORMAT},
		/* two keys to choose from, both well-formed: the base point of the curve, and a kid
		 */
		{"{\"alg\":\"ES256\",\"jwk\":{\"crv\":\"P-256\",\"kty\":\"EC\","
		 "\"x\":\"axfR8uEsQkf4vOblY6RA8ncDfYEt6zOg9KE5RdiYwpY\","
		 "\"y\":\"T-NC4v4af5uO5-tKfA-eFivOM1drMV7Oy7ZAaDe_UfU\"},\"kid\":\"a\","
		 "\"typ\":\"caretaker-report\"}",
			JWS_E_FORMAT},
		{"[]", JWS_E_FORMAT},
		{"", JWS_E_FORMAT},
		{"{\"alg\":\"ES256\",\"kid\":\"a\",\"typ\":\"caretaker-report\"}", JWS_E_SIGNATURE},
		/* the same, spelt another way */
		{" {\"typ\":\"caretaker-report\", \"kid\":\"\\u0061\",\"alg\":\"ES256\"}",
			JWS_E_SIGNATURE},
		{"{\"alg\":\"ES256\",\"kid\":\"\\u0061\",\"typ\":\"caretaker-report\"}",
			JWS_E_SIGNATURE},
		{"{\"alg\":\"ES256\",\"kid\":\"a\",\"typ\":\"caretaker-report\"} x", JWS_E_FORMAT},
		{"{\"alg\":\"ES256\",\"kid\":\"a\",\"typ\":\"caretaker-reports\"}", JWS_E_TYPE},
	};

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		cleanup(str_finish) struct str jws = {0};
		char *payload = NULL;
		size_t len;

		build(&jws, rows[i].header);
		assert_int_equal(jws_verify(*state, JWS_TYP_REPORT, (struct span){jws.p, jws.len},
					 &payload, &len),
			rows[i].outcome);
		assert_null(payload);
	}
}

static void other_shapes_are_refused(void **state)
{
	static const char *const rows[] = {"", ".", "..", "...", "a", "a.b", "a.b.c", "e30.e30.e30",
		"e30.e30.e30.e30", "e30=.e30.e30", " e30.e30.e30"};

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		char *payload = NULL;
		struct jws_header header;
		size_t len;

		assert_int_equal(
			jws_verify(*state, JWS_TYP_REPORT, span_z(rows[i]), &payload, &len),
			JWS_E_FORMAT);
		assert_int_equal(jws_peek(span_z(rows[i]), JWS_TYP_REPORT, &header), JWS_E_FORMAT);
	}
	assert_int_equal(jws_peek((struct span){NULL, 0}, JWS_TYP_REPORT, &(struct jws_header){0}),
		JWS_E_FORMAT);
}

static void a_fourth_part_is_refused(void **state)
{
	cleanup(str_finish) struct str jws = {0};

	assert_int_equal(jws_sign(*state, JWS_TYP_REPORT, "a", span_z("{}"), &jws), 0);
	assert_int_equal(str_append_z(&jws, ".e30"), 0);
	assert_int_equal(
		jws_peek((struct span){jws.p, jws.len}, JWS_TYP_REPORT, &(struct jws_header){0}),
		JWS_E_FORMAT);
}

static void sizes_are_bounded(void **state)
{
	cleanup(free_ptr) char *large = calloc(1, JWS_MAX);
	cleanup(str_finish) struct str jws = {.max = JWS_MAX};

	assert_non_null(large);
	assert_int_equal(jws_sign(*state, JWS_TYP_REPORT, "a", (struct span){large, JWS_MAX}, &jws),
		-ENOSPC);
	assert_int_equal(jws_sign(*state, JWS_TYP_REPORT, "a b", span_z("{}"), &jws), -EINVAL);
	assert_int_equal(jws_sign(*state, JWS_TYP_REPORT, "", span_z("{}"), &jws), -EINVAL);
	assert_null(jws.p);
	assert_int_equal(
		jws_sign(*state, JWS_TYP_REPORT, "a", (struct span){large, JWS_MAX / 2}, &jws), 0);
}

static void keys_are_json_and_back(void **state)
{
	cleanup(json_put) struct json_object *jwk = NULL;
	cleanup(crypto_key_free_p) struct crypto_key *back = NULL;
	struct crypto_key *none = NULL;
	char a[JWS_THUMBPRINT_LEN + 1], b[JWS_THUMBPRINT_LEN + 1];

	assert_int_equal(jws_key_to_json(*state, &jwk), 0);
	assert_int_equal(jws_key_from_json(jwk, &back), 0);
	assert_int_equal(jws_key_thumbprint(*state, a), 0);
	assert_int_equal(jws_key_thumbprint(back, b), 0);
	assert_string_equal(a, b);
	assert_int_equal(strlen(a), JWS_THUMBPRINT_LEN);
	json_object_object_add(jwk, "d", json_object_new_string("AAAA"));
	assert_int_equal(jws_key_from_json(jwk, &none), JWS_E_FORMAT);
	json_object_object_del(jwk, "d");
	json_object_object_add(jwk, "crv", json_object_new_string("P-384"));
	assert_int_equal(jws_key_from_json(jwk, &none), JWS_E_FORMAT);
	json_object_object_add(jwk, "crv", json_object_new_string("P-256"));
	json_object_object_add(jwk, "x", json_object_new_string("AAAA"));
	assert_int_equal(jws_key_from_json(jwk, &none), JWS_E_FORMAT);
	assert_int_equal(jws_key_from_json(NULL, &none), JWS_E_FORMAT);
	assert_null(none);
}

/* Made with another implementation (python's hashlib) from the JWK of RFC 7515 appendix A.3 */
static void a_thumbprint_is_rfc_7638(void **state)
{
	static const char text[] = "{\"crv\":\"P-256\",\"kty\":\"EC\","
				   "\"x\":\"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU\","
				   "\"y\":\"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0\"}";
	cleanup(json_put) struct json_object *jwk = NULL;
	cleanup(crypto_key_free_p) struct crypto_key *key = NULL;
	char thumbprint[JWS_THUMBPRINT_LEN + 1];

	(void)state;
	assert_int_equal(json_parse(span_z(text), &jwk, NULL), 0);
	assert_int_equal(jws_key_from_json(jwk, &key), 0);
	assert_int_equal(jws_key_thumbprint(key, thumbprint), 0);
	assert_string_equal(thumbprint, "oKIywvGUpTVTyxMQ3bwIIeQUudfr_CkLMjCE19ECD-U");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_signed_payload_comes_back),
		cmocka_unit_test(a_key_travels_in_the_header),
		cmocka_unit_test(another_purpose_is_refused),
		cmocka_unit_test(another_key_is_refused),
		cmocka_unit_test(every_changed_byte_is_noticed),
		cmocka_unit_test(other_headers_are_refused),
		cmocka_unit_test(other_shapes_are_refused),
		cmocka_unit_test(a_fourth_part_is_refused),
		cmocka_unit_test(sizes_are_bounded),
		cmocka_unit_test(keys_are_json_and_back),
		cmocka_unit_test(a_thumbprint_is_rfc_7638),
	};

	return cmocka_run_group_tests(tests, make_key, free_key);
}
