/* SPDX-License-Identifier: Apache-2.0 */
/* What takes a bare key has been deprecated since 3.0 without anything as fast in its place. */
#define OPENSSL_SUPPRESS_DEPRECATED
#include "verify.h"

#include "base64.h"

#include <openssl/ec.h>
#include <openssl/ecdsa.h>
#include <openssl/err.h>
#include <openssl/obj_mac.h>
#include <openssl/sha.h>
#include <pthread.h>
#include <string.h>

#define HALF 32
#define POINT_LEN (1 + 2 * HALF) /* 04, x, y: SEC 1 section 2.3.3 */

/* One key, whose point is that of whoever signed last */
struct verifier {
	EC_KEY *key;
	EC_POINT *point;
	BN_CTX *numbers;
};

struct verify {
	pthread_mutex_t lock;
	struct verifier *kept[VERIFY_KEPT];
	size_t n;
};

static void verifier_free(struct verifier *verifier)
{
	if (verifier) {
		EC_POINT_free(verifier->point);
		EC_KEY_free(verifier->key);
		BN_CTX_free(verifier->numbers);
		free(verifier);
	}
}

static struct verifier *verifier_new(void)
{
	struct verifier *verifier = calloc(1, sizeof(*verifier));

	if (!verifier) {
		return NULL;
	}
	verifier->key = EC_KEY_new_by_curve_name(NID_X9_62_prime256v1);
	verifier->numbers = BN_CTX_new();
	verifier->point = verifier->key ? EC_POINT_new(EC_KEY_get0_group(verifier->key)) : NULL;
	if (!verifier->point || !verifier->numbers) {
		ERR_clear_error();
		verifier_free(verifier);
		return NULL;
	}
	return verifier;
}

int verify_new(struct verify **ret_verify)
{
	struct verify *verify = calloc(1, sizeof(*verify));

	if (!verify) {
		return -ENOMEM;
	}
	pthread_mutex_init(&verify->lock, NULL);
	*ret_verify = verify;
	return 0;
}

void verify_free(struct verify *verify)
{
	if (!verify) {
		return;
	}
	for (size_t i = 0; i < verify->n; i++) {
		verifier_free(verify->kept[i]);
	}
	pthread_mutex_destroy(&verify->lock);
	free(verify);
}

static struct verifier *take(struct verify *verify)
{
	struct verifier *verifier = NULL;

	pthread_mutex_lock(&verify->lock);
	if (verify->n > 0) {
		verifier = verify->kept[--verify->n];
	}
	pthread_mutex_unlock(&verify->lock);
	return verifier ? verifier : verifier_new();
}

static void give_back(struct verify *verify, struct verifier *verifier)
{
	pthread_mutex_lock(&verify->lock);
	if (verify->n < VERIFY_KEPT) {
		verify->kept[verify->n++] = verifier;
		verifier = NULL;
	}
	pthread_mutex_unlock(&verify->lock);
	verifier_free(verifier);
}

/* Refuses what is no point of the curve; the one at infinity has no such form. */
static int set_key(struct verifier *verifier, const char *public_key)
{
	cleanup(free_ptr) char *xy = NULL;
	uint8_t point[POINT_LEN] = {POINT_CONVERSION_UNCOMPRESSED};
	size_t len = 0;
	int r = base64url_decode(span_z(public_key), (size_t)2 * HALF, &xy, &len);

	if (r < 0 || len != sizeof(point) - 1) {
		return r == -ENOMEM ? r : -EBADMSG;
	}
	memcpy(point + 1, xy, len);
	if (EC_POINT_oct2point(EC_KEY_get0_group(verifier->key), verifier->point, point,
		    sizeof(point), verifier->numbers) != 1 ||
		EC_KEY_set_public_key(verifier->key, verifier->point) != 1) {
		ERR_clear_error();
		return -EBADMSG;
	}
	return 0;
}

static int check(struct span input, const uint8_t signature[CRYPTO_ES256_LEN], void *data)
{
	const struct verifier *verifier = data;
	ECDSA_SIG *pair = ECDSA_SIG_new();
	BIGNUM *r = BN_bin2bn(signature, HALF, NULL);
	BIGNUM *s = BN_bin2bn(signature + HALF, HALF, NULL);
	uint8_t hash[CRYPTO_SHA256_LEN];
	SHA256_CTX sha;
	bool good;

	/* Nothing is looked up for it, as EVP does with each. */
	if (!pair || !r || !s || SHA256_Init(&sha) != 1 ||
		SHA256_Update(&sha, input.p, input.len) != 1 || SHA256_Final(hash, &sha) != 1) {
		ECDSA_SIG_free(pair);
		BN_free(r);
		BN_free(s);
		return -ENOMEM;
	}
	ECDSA_SIG_set0(pair, r, s);
	/* 1 is right; 0 and below are not, ECDSA_SIG_new(3). */
	good = ECDSA_do_verify(hash, sizeof(hash), pair, verifier->key) == 1;
	ERR_clear_error();
	ECDSA_SIG_free(pair);
	return good ? 0 : -EBADMSG;
}

int verify_open(struct verify *verify, const char *public_key, struct span jws, char **ret_payload,
	size_t *ret_len)
{
	struct verifier *verifier = take(verify);
	int r;

	if (!verifier) {
		return -ENOMEM;
	}
	r = set_key(verifier, public_key);
	r = r != 0 ? r : jws_verify_peeked(jws, check, verifier, ret_payload, ret_len);
	give_back(verify, verifier);
	return r;
}
