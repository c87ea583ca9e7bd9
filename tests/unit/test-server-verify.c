/* SPDX-License-Identifier: Apache-2.0 */
/* What the shortcut for many keys takes and refuses is what libcrypto's own way does (crypto.h). */
#include "verify.h"

#include "device.h"

#include "unit.h"

#include <string.h>

#define KID "AAAAAAAAAAAAAAAAAAAAAA"
#define KEYS 8

struct signer {
	struct crypto_key *key;
	char text[DEVICE_KEY_LEN + 1];
};

static struct signer new_signer(void)
{
	struct signer signer = {0};

	assert_int_equal(crypto_key_generate(&signer.key), 0);
	assert_int_equal(device_key_text(signer.key, signer.text), 0);
	return signer;
}

static struct str sealed(const struct signer *signer, const char *payload)
{
	struct str jws = {0};

	assert_int_equal(jws_sign(signer->key, JWS_TYP_REPORT, KID, span_z(payload), &jws), 0);
	return jws;
}

static struct span span_of(const struct str *jws)
{
	return (struct span){jws->p, jws->len};
}

static void each_key_opens_its_own_alone(void **state)
{
	struct verify *verify = NULL;
	struct signer signers[KEYS];

	(void)state;
	assert_int_equal(verify_new(&verify), 0);
	for (size_t i = 0; i < KEYS; i++) {
		signers[i] = new_signer();
	}
	for (size_t i = 0; i < (size_t)KEYS * KEYS; i++) {
		size_t by = i / KEYS, as = i % KEYS, len = 0;
		cleanup(str_finish) struct str jws = sealed(&signers[by], "{\"a\":1}");
		cleanup(free_ptr) char *payload = NULL;
		int r = verify_open(verify, signers[as].text, span_of(&jws), &payload, &len);

		assert_int_equal(r, by == as ? 0 : JWS_E_SIGNATURE);
		if (by == as) {
			assert_string_equal(payload, "{\"a\":1}");
			assert_int_equal(len, strlen(payload));
		}
	}
	for (size_t i = 0; i < KEYS; i++) {
		crypto_key_free(signers[i].key);
	}
	verify_free(verify);
}

static void nothing_may_be_changed(void **state)
{
	cleanup(str_finish) struct str jws = {0};
	struct signer signer = new_signer();
	struct verify *verify = NULL;
	char *payload = NULL;
	size_t len = 0;

	(void)state;
	assert_int_equal(verify_new(&verify), 0);
	jws = sealed(&signer, "{\"a\":1}");
	for (size_t i = 0; i < jws.len; i++) {
		char was = jws.p[i];

		jws.p[i] = was == 'A' ? 'B' : 'A';
		assert_true(verify_open(verify, signer.text, span_of(&jws), &payload, &len) > 0);
		jws.p[i] = was;
		assert_true(verify_open(verify, signer.text, (struct span){jws.p, i}, &payload,
				    &len) > 0);
	}
	assert_null(payload);
	crypto_key_free(signer.key);
	verify_free(verify);
}

static void what_is_no_point_is_no_key(void **state)
{
	static const char zeros[] =
		"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
		"AAAAAAAAAAAAAAAAAAAAAA";
	cleanup(str_finish) struct str jws = {0};
	struct signer signer = new_signer();
	struct verify *verify = NULL;
	char *payload = NULL, text[DEVICE_KEY_LEN + 1];
	size_t len = 0;

	(void)state;
	assert_int_equal(verify_new(&verify), 0);
	jws = sealed(&signer, "{}");
	memcpy(text, signer.text, sizeof(text));
	text[10] = text[10] == 'x' ? 'y' : 'x';
	assert_int_equal(verify_open(verify, text, span_of(&jws), &payload, &len), -EBADMSG);
	assert_int_equal(verify_open(verify, zeros, span_of(&jws), &payload, &len), -EBADMSG);
	assert_int_equal(verify_open(verify, "AAAA", span_of(&jws), &payload, &len), -EBADMSG);
	assert_int_equal(verify_open(verify, "", span_of(&jws), &payload, &len), -EBADMSG);
	/* The one before was refused: the next is not held against it. */
	assert_int_equal(verify_open(verify, signer.text, span_of(&jws), &payload, &len), 0);
	free(payload);
	crypto_key_free(signer.key);
	verify_free(verify);
}

static void every_reason_is_found_again(void **state)
{
	enum posture_reason back;

	(void)state;
	for (size_t i = 0; i < POSTURE_REASON_COUNT; i++) {
		const char *code = posture_reason_code((enum posture_reason)i);

		assert_int_equal(posture_reason_parse(span_z(code), &back), 0);
		assert_int_equal(back, i);
		assert_true(
			posture_reason_parse((struct span){code, strlen(code) - 1}, &back) < 0 ||
			back != (enum posture_reason)i);
	}
	assert_int_equal(posture_reason_parse(span_z(""), &back), -EINVAL);
	assert_int_equal(posture_reason_parse(span_z("none "), &back), -EINVAL);
	assert_int_equal(posture_reason_parse((struct span){"none\0", 5}, &back), -EINVAL);
	assert_int_equal(
		posture_reason_parse((struct span){"agent-changed\0", 14}, &back), -EINVAL);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_key_opens_its_own_alone),
		cmocka_unit_test(nothing_may_be_changed),
		cmocka_unit_test(what_is_no_point_is_no_key),
		cmocka_unit_test(every_reason_is_found_again),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
