/* SPDX-License-Identifier: Apache-2.0 */
#include "crypto.h"

#include <limits.h>
#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/param_build.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <string.h>

#define COORDINATE_LEN 32
#define POINT_LEN (1 + 2 * COORDINATE_LEN) /* 04, x, y: SEC 1 section 2.3.3 */
#define GROUP "prime256v1"		   /* OpenSSL's name of P-256 */
#define PEM_LEN_MAX ((size_t)4096)

struct crypto_key {
	EVP_PKEY *pkey;
};

#define DEFINE_FREE_P(type, name, fn) \
	static void name(type **p)    \
	{                             \
		fn(*p);               \
	}
DEFINE_FREE_P(BIO, bio_free_p, BIO_free)
DEFINE_FREE_P(BIGNUM, bn_free_p, BN_clear_free)
DEFINE_FREE_P(EVP_PKEY, pkey_free_p, EVP_PKEY_free)
DEFINE_FREE_P(EVP_PKEY_CTX, pkey_ctx_free_p, EVP_PKEY_CTX_free)
DEFINE_FREE_P(EVP_MD_CTX, md_ctx_free_p, EVP_MD_CTX_free)
DEFINE_FREE_P(ECDSA_SIG, sig_free_p, ECDSA_SIG_free)

/* libcrypto said no where only memory or its own set-up can fail; its queue is left empty. */
static int failed(void)
{
	ERR_clear_error();
	return -ENOMEM;
}

void crypto_key_free(struct crypto_key *key)
{
	if (key) {
		EVP_PKEY_free(key->pkey);
		free(key);
	}
}

void crypto_key_free_p(struct crypto_key **key)
{
	crypto_key_free(*key);
}

void crypto_wipe(void *bytes, size_t len)
{
	OPENSSL_cleanse(bytes, len);
}

void crypto_str_finish(struct str *s)
{
	if (s->p) {
		OPENSSL_cleanse(s->p, s->cap);
	}
	str_finish(s);
}

/* Takes pkey over, also when it fails. */
static int key_of(EVP_PKEY *pkey, struct crypto_key **ret_key)
{
	struct crypto_key *key;

	if (!pkey) {
		return failed();
	}
	key = malloc(sizeof(*key));
	if (!key) {
		EVP_PKEY_free(pkey);
		return -ENOMEM;
	}
	key->pkey = pkey;
	*ret_key = key;
	return 0;
}

int crypto_key_generate(struct crypto_key **ret_key)
{
	return key_of(EVP_EC_gen(GROUP), ret_key);
}

static bool is_p256(EVP_PKEY *pkey)
{
	char group[32];

	return EVP_PKEY_is_a(pkey, "EC") &&
	       EVP_PKEY_get_group_name(pkey, group, sizeof(group), NULL) == 1 &&
	       strcmp(group, GROUP) == 0;
}

/* Without one, libcrypto would ask the terminal for a pass phrase. */
static int no_pass_phrase(char *buf, int size, int writing, void *data)
{
	(void)buf, (void)size, (void)writing, (void)data;
	return -1;
}

int crypto_key_from_pem(struct span pem, struct crypto_key **ret_key)
{
	cleanup(bio_free_p) BIO *bio = NULL;
	cleanup(pkey_free_p) EVP_PKEY *pkey = NULL;
	cleanup(pkey_ctx_free_p) EVP_PKEY_CTX *ctx = NULL;

	if (pem.len == 0 || pem.len > PEM_LEN_MAX) {
		return -EINVAL;
	}
	bio = BIO_new_mem_buf(pem.p, (int)pem.len);
	if (!bio) {
		return failed();
	}
	pkey = PEM_read_bio_PrivateKey(bio, NULL, no_pass_phrase, NULL);
	ctx = pkey ? EVP_PKEY_CTX_new(pkey, NULL) : NULL;
	if (!ctx || !is_p256(pkey) || EVP_PKEY_pairwise_check(ctx) != 1) {
		ERR_clear_error();
		return -EINVAL;
	}
	return key_of(TAKE_PTR(pkey), ret_key);
}

int crypto_key_to_pem(const struct crypto_key *key, struct str *out)
{
	cleanup(bio_free_p) BIO *bio = BIO_new(BIO_s_secmem()); /* wipes as it grows */
	char *bytes;
	long len;
	int r;

	if (!bio || PEM_write_bio_PKCS8PrivateKey(bio, key->pkey, NULL, NULL, 0, NULL, NULL) != 1) {
		return failed();
	}
	len = BIO_get_mem_data(bio, &bytes);
	r = len > 0 ? str_append(out, bytes, (size_t)len) : -ENOMEM;
	OPENSSL_cleanse(bytes, (size_t)(len > 0 ? len : 0));
	return r;
}

int crypto_key_from_xy(const uint8_t x[32], const uint8_t y[32], struct crypto_key **ret_key)
{
	uint8_t point[POINT_LEN] = {POINT_CONVERSION_UNCOMPRESSED};
	OSSL_PARAM params[] = {
		OSSL_PARAM_construct_utf8_string(OSSL_PKEY_PARAM_GROUP_NAME, (char *)GROUP, 0),
		OSSL_PARAM_construct_octet_string(OSSL_PKEY_PARAM_PUB_KEY, point, sizeof(point)),
		OSSL_PARAM_construct_end(),
	};
	cleanup(pkey_ctx_free_p) EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new_from_name(NULL, "EC", NULL);
	cleanup(pkey_ctx_free_p) EVP_PKEY_CTX *check = NULL;
	cleanup(pkey_free_p) EVP_PKEY *pkey = NULL;

	memcpy(point + 1, x, COORDINATE_LEN);
	memcpy(point + 1 + COORDINATE_LEN, y, COORDINATE_LEN);
	if (!ctx || EVP_PKEY_fromdata_init(ctx) != 1) {
		return failed();
	}
	if (EVP_PKEY_fromdata(ctx, &pkey, EVP_PKEY_PUBLIC_KEY, params) != 1) {
		ERR_clear_error();
		return -EINVAL;
	}
	check = EVP_PKEY_CTX_new(pkey, NULL);
	if (!check) {
		return failed();
	}
	/* On the curve and not at infinity: of P-256, whose cofactor is 1, that is every wrong one.
	 */
	if (EVP_PKEY_public_check_quick(check) != 1) {
		ERR_clear_error();
		return -EINVAL;
	}
	return key_of(TAKE_PTR(pkey), ret_key);
}

static int read_coordinate(const struct crypto_key *key, const char *name, uint8_t ret[32])
{
	cleanup(bn_free_p) BIGNUM *n = NULL;

	if (EVP_PKEY_get_bn_param(key->pkey, name, &n) != 1 ||
		BN_bn2binpad(n, ret, COORDINATE_LEN) != COORDINATE_LEN) {
		return failed();
	}
	return 0;
}

int crypto_key_xy(const struct crypto_key *key, uint8_t ret_x[32], uint8_t ret_y[32])
{
	int r = read_coordinate(key, OSSL_PKEY_PARAM_EC_PUB_X, ret_x);

	return r < 0 ? r : read_coordinate(key, OSSL_PKEY_PARAM_EC_PUB_Y, ret_y);
}

/* DER, as libcrypto gives it, into R and S of fixed length */
static int signature_from_der(const uint8_t *der, size_t len, uint8_t ret[CRYPTO_ES256_LEN])
{
	cleanup(sig_free_p) ECDSA_SIG *sig = d2i_ECDSA_SIG(NULL, &der, (long)len);

	if (!sig || BN_bn2binpad(ECDSA_SIG_get0_r(sig), ret, COORDINATE_LEN) != COORDINATE_LEN ||
		BN_bn2binpad(ECDSA_SIG_get0_s(sig), ret + COORDINATE_LEN, COORDINATE_LEN) !=
			COORDINATE_LEN) {
		return failed();
	}
	return 0;
}

#define DER_LEN_MAX 80 /* two integers of 33 bytes with their headers: 72 */

int crypto_sign(
	const struct crypto_key *key, struct span text, uint8_t ret_signature[CRYPTO_ES256_LEN])
{
	cleanup(md_ctx_free_p) EVP_MD_CTX *ctx = EVP_MD_CTX_new();
	uint8_t der[DER_LEN_MAX];
	size_t len = sizeof(der);

	if (!ctx || EVP_DigestSignInit(ctx, NULL, EVP_sha256(), NULL, key->pkey) != 1 ||
		EVP_DigestSign(ctx, der, &len, (const uint8_t *)text.p, text.len) != 1) {
		return failed();
	}
	return signature_from_der(der, len, ret_signature);
}

static int signature_to_der(
	const uint8_t signature[CRYPTO_ES256_LEN], uint8_t ret_der[DER_LEN_MAX], int *ret_len)
{
	cleanup(sig_free_p) ECDSA_SIG *sig = ECDSA_SIG_new();
	cleanup(bn_free_p) BIGNUM *r = BN_bin2bn(signature, COORDINATE_LEN, NULL);
	cleanup(bn_free_p) BIGNUM *s = BN_bin2bn(signature + COORDINATE_LEN, COORDINATE_LEN, NULL);

	if (!sig || !r || !s || ECDSA_SIG_set0(sig, r, s) != 1) {
		return failed();
	}
	r = s = NULL; /* sig has them now */
	*ret_len = i2d_ECDSA_SIG(sig, NULL);
	if (*ret_len <= 0 || *ret_len > DER_LEN_MAX || i2d_ECDSA_SIG(sig, &ret_der) != *ret_len) {
		return failed();
	}
	return 0;
}

int crypto_verify(
	const struct crypto_key *key, struct span text, const uint8_t signature[CRYPTO_ES256_LEN])
{
	cleanup(md_ctx_free_p) EVP_MD_CTX *ctx = EVP_MD_CTX_new();
	uint8_t der[DER_LEN_MAX];
	int len, r = signature_to_der(signature, der, &len);

	if (r < 0) {
		return r;
	}
	if (!ctx || EVP_DigestVerifyInit(ctx, NULL, EVP_sha256(), NULL, key->pkey) != 1) {
		return failed();
	}
	/* 1 is right; 0 and below are not, EVP_DigestVerify(3). */
	r = EVP_DigestVerify(ctx, der, (size_t)len, (const uint8_t *)text.p, text.len);
	ERR_clear_error();
	return r == 1 ? 0 : -EBADMSG;
}

int crypto_sha256(struct span text, uint8_t ret_hash[CRYPTO_SHA256_LEN])
{
	if (EVP_Digest(text.p, text.len, ret_hash, NULL, EVP_sha256(), NULL) != 1) {
		return failed();
	}
	return 0;
}

int crypto_random(void *ret_bytes, size_t len)
{
	if (len > INT_MAX || RAND_bytes(ret_bytes, (int)len) != 1) {
		ERR_clear_error();
		return -EIO;
	}
	return 0;
}

bool crypto_equal(const void *a, const void *b, size_t len)
{
	return CRYPTO_memcmp(a, b, len) == 0;
}
