/* SPDX-License-Identifier: Apache-2.0 */
#include "fleet.h"

#include "base64.h"

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/ecdsa.h>
#include <string.h>

#define HALF 32
#define DER_MAX 80
#define GROUP "prime256v1"

int fleet_key_make(struct fleet_device *device)
{
	EVP_PKEY *key = EVP_EC_gen(GROUP);
	BIGNUM *secret = NULL, *x = NULL, *y = NULL;
	bool good = key && EVP_PKEY_get_bn_param(key, OSSL_PKEY_PARAM_PRIV_KEY, &secret) == 1 &&
		    EVP_PKEY_get_bn_param(key, OSSL_PKEY_PARAM_EC_PUB_X, &x) == 1 &&
		    EVP_PKEY_get_bn_param(key, OSSL_PKEY_PARAM_EC_PUB_Y, &y) == 1 &&
		    BN_bn2binpad(secret, device->secret, HALF) == HALF &&
		    BN_bn2binpad(x, device->xy, HALF) == HALF &&
		    BN_bn2binpad(y, device->xy + HALF, HALF) == HALF;

	BN_free(secret);
	BN_free(x);
	BN_free(y);
	EVP_PKEY_free(key);
	return good ? 0 : -ENOMEM;
}

static EVP_PKEY *open_key(const struct fleet_device *device)
{
	uint8_t point[1 + 2 * HALF] = {POINT_CONVERSION_UNCOMPRESSED}, secret[HALF];
	OSSL_PARAM params[] = {
		OSSL_PARAM_construct_utf8_string(OSSL_PKEY_PARAM_GROUP_NAME, (char *)GROUP, 0),
		OSSL_PARAM_construct_BN(OSSL_PKEY_PARAM_PRIV_KEY, secret, sizeof(secret)),
		OSSL_PARAM_construct_octet_string(OSSL_PKEY_PARAM_PUB_KEY, point, sizeof(point)),
		OSSL_PARAM_construct_end(),
	};
	EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new_from_name(NULL, "EC", NULL);
	EVP_PKEY *key = NULL;

	/* A number goes in with its low byte first. */
	for (size_t i = 0; i < HALF; i++) {
		secret[i] = device->secret[HALF - 1 - i];
	}
	memcpy(point + 1, device->xy, sizeof(device->xy));
	if (!ctx || EVP_PKEY_fromdata_init(ctx) != 1 ||
		EVP_PKEY_fromdata(ctx, &key, EVP_PKEY_KEYPAIR, params) != 1) {
		key = NULL;
	}
	EVP_PKEY_CTX_free(ctx);
	return key;
}

static int sign(const struct fleet_device *device, struct span text, uint8_t ret[2 * HALF])
{
	EVP_PKEY *key = open_key(device);
	EVP_MD_CTX *ctx = EVP_MD_CTX_new();
	uint8_t der[DER_MAX];
	const uint8_t *p = der;
	size_t len = sizeof(der);
	ECDSA_SIG *pair = NULL;
	bool good = key && ctx && EVP_DigestSignInit(ctx, NULL, EVP_sha256(), NULL, key) == 1 &&
		    EVP_DigestSign(ctx, der, &len, (const uint8_t *)text.p, text.len) == 1;

	pair = good ? d2i_ECDSA_SIG(NULL, &p, (long)len) : NULL;
	good = pair && BN_bn2binpad(ECDSA_SIG_get0_r(pair), ret, HALF) == HALF &&
	       BN_bn2binpad(ECDSA_SIG_get0_s(pair), ret + HALF, HALF) == HALF;
	ECDSA_SIG_free(pair);
	EVP_MD_CTX_free(ctx);
	EVP_PKEY_free(key);
	return good ? 0 : -ENOMEM;
}

static int append_header(
	const struct fleet_device *device, const char *typ, const char *kid, struct str *out)
{
	cleanup(str_finish) struct str header = {0}, x = {0}, y = {0};
	int r = base64url_append(&x, device->xy, HALF);

	r = r < 0 ? r : base64url_append(&y, device->xy + HALF, HALF);
	if (r == 0 && kid) {
		r = str_appendf(
			&header, "{\"alg\":\"ES256\",\"kid\":\"%s\",\"typ\":\"%s\"}", kid, typ);
	} else if (r == 0) {
		r = str_appendf(&header,
			"{\"alg\":\"ES256\",\"jwk\":{\"crv\":\"P-256\",\"kty\":\"EC\",\"x\":\"%s\","
			"\"y\":\"%s\"},\"typ\":\"%s\"}",
			x.p, y.p, typ);
	}
	return r < 0 ? r : base64url_append(out, header.p, header.len);
}

int fleet_key_sign(const struct fleet_device *device, const char *typ, const char *kid,
	struct span payload, struct str *out)
{
	uint8_t signature[2 * HALF];
	int r = append_header(device, typ, kid, out);

	r = r < 0 ? r : str_append_char(out, '.');
	r = r < 0 ? r : base64url_append(out, payload.p, payload.len);
	r = r < 0 ? r : sign(device, (struct span){out->p, out->len}, signature);
	r = r < 0 ? r : str_append_char(out, '.');
	return r < 0 ? r : base64url_append(out, signature, sizeof(signature));
}
