/* SPDX-License-Identifier: Apache-2.0 */
#include "tls-cert.h"

#include <arpa/inet.h>
#include <limits.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/sha.h>
#include <openssl/x509v3.h>
#include <string.h>

#define SERIAL_BYTES 16
#define NAME_MAX_LEN 253

static void key_free(EVP_PKEY **key)
{
	EVP_PKEY_free(*key);
}

static void cert_free(X509 **cert)
{
	X509_free(*cert);
}

static void bio_free(BIO **bio)
{
	BIO_free(*bio);
}

static int copy_bio(BIO *bio, struct str *out)
{
	char *bytes = NULL;
	long len = BIO_get_mem_data(bio, &bytes);

	return len > 0 ? str_append(out, bytes, (size_t)len) : -ENOMEM;
}

static EVP_PKEY *read_key(struct span pem)
{
	cleanup(bio_free) BIO *bio =
		pem.len <= INT_MAX ? BIO_new_mem_buf(pem.p, (int)pem.len) : NULL;

	return bio ? PEM_read_bio_PrivateKey(bio, NULL, NULL, NULL) : NULL;
}

int tls_cert_make_key(struct str *ret_pem)
{
	cleanup(key_free) EVP_PKEY *key = EVP_EC_gen("P-256");
	cleanup(bio_free) BIO *bio = BIO_new(BIO_s_mem());

	if (!key || !bio ||
		PEM_write_bio_PKCS8PrivateKey(bio, key, NULL, NULL, 0, NULL, NULL) != 1) {
		return -ENOMEM;
	}
	return copy_bio(bio, ret_pem);
}

int tls_cert_check_name(const char *name)
{
	struct in6_addr address;
	size_t len = strlen(name);

	if (inet_pton(AF_INET, name, &address) == 1 || inet_pton(AF_INET6, name, &address) == 1) {
		return 0;
	}
	for (size_t i = 0; i < len; i++) {
		char c = name[i];

		if ((c < 'a' || c > 'z') && (c < 'A' || c > 'Z') && (c < '0' || c > '9') &&
			c != '-' && c != '.') {
			return -EINVAL;
		}
	}
	return len >= 1 && len <= NAME_MAX_LEN && name[0] != '-' && name[0] != '.' ? 0 : -EINVAL;
}

static int add_name(struct str *san, const char *name)
{
	struct in6_addr address;
	bool numeric =
		inet_pton(AF_INET, name, &address) == 1 || inet_pton(AF_INET6, name, &address) == 1;

	return str_appendf(san, "%s%s:%s", san->len > 0 ? "," : "", numeric ? "IP" : "DNS", name);
}

static int add_extension(X509 *cert, int nid, const char *value)
{
	X509_EXTENSION *extension;
	X509V3_CTX ctx;
	int added;

	X509V3_set_ctx_nodb(&ctx);
	X509V3_set_ctx(&ctx, cert, cert, NULL, NULL, 0);
	extension = X509V3_EXT_conf_nid(NULL, &ctx, nid, value);
	added = extension && X509_add_ext(cert, extension, -1) == 1;
	X509_EXTENSION_free(extension);
	return added ? 0 : -EINVAL;
}

static int set_serial(X509 *cert)
{
	unsigned char bytes[SERIAL_BYTES];
	BIGNUM *number = NULL;
	int set;

	if (RAND_bytes(bytes, sizeof(bytes)) != 1) {
		return -EIO;
	}
	bytes[0] &= 0x7f;
	number = BN_bin2bn(bytes, sizeof(bytes), NULL);
	set = number && BN_to_ASN1_INTEGER(number, X509_get_serialNumber(cert));
	BN_free(number);
	return set ? 0 : -ENOMEM;
}

static int fill_cert(X509 *cert, EVP_PKEY *key, const char *san, int64_t now_s)
{
	time_t from = (time_t)now_s - 86400, until = (time_t)now_s + TLS_CERT_DAYS * (time_t)86400;
	X509_NAME *name = X509_get_subject_name(cert);
	int r = set_serial(cert);

	if (r < 0) {
		return r;
	}
	if (X509_set_version(cert, X509_VERSION_3) != 1 ||
		!ASN1_TIME_set(X509_getm_notBefore(cert), from) ||
		!ASN1_TIME_set(X509_getm_notAfter(cert), until) ||
		X509_set_pubkey(cert, key) != 1 ||
		X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_UTF8,
			(const unsigned char *)"caretaker-server", -1, -1, 0) != 1 ||
		X509_set_issuer_name(cert, name) != 1) {
		return -ENOMEM;
	}
	r = add_extension(cert, NID_basic_constraints, "critical,CA:FALSE");
	r = r < 0 ? r : add_extension(cert, NID_key_usage, "critical,digitalSignature");
	r = r < 0 ? r : add_extension(cert, NID_ext_key_usage, "serverAuth");
	r = r < 0 ? r : add_extension(cert, NID_subject_alt_name, san);
	return r < 0 ? r : X509_sign(cert, key, EVP_sha256()) > 0 ? 0 : -EIO;
}

int tls_cert_make(
	struct span key_pem, const char *const *names, size_t n, int64_t now_s, struct str *ret_pem)
{
	static const char *const own[] = {"localhost", "127.0.0.1", "::1"};
	cleanup(key_free) EVP_PKEY *key = read_key(key_pem);
	cleanup(cert_free) X509 *cert = X509_new();
	cleanup(bio_free) BIO *bio = BIO_new(BIO_s_mem());
	cleanup(str_finish) struct str san = {0};
	int r = key ? 0 : -EBADMSG;

	if (r == 0 && (!cert || !bio)) {
		r = -ENOMEM;
	}
	for (size_t i = 0; r == 0 && i < ARRAY_LEN(own); i++) {
		r = add_name(&san, own[i]);
	}
	for (size_t i = 0; r == 0 && i < n; i++) {
		r = tls_cert_check_name(names[i]);
		r = r < 0 ? r : add_name(&san, names[i]);
	}
	r = r < 0 ? r : fill_cert(cert, key, san.p, now_s);
	if (r == 0 && PEM_write_bio_X509(bio, cert) != 1) {
		r = -ENOMEM;
	}
	return r < 0 ? r : copy_bio(bio, ret_pem);
}

int tls_cert_pin(struct span key_pem, uint8_t ret_hash[32])
{
	cleanup(key_free) EVP_PKEY *key = read_key(key_pem);
	unsigned char *der = NULL;
	int len = key ? i2d_PUBKEY(key, &der) : -1;

	if (len <= 0) {
		return -EBADMSG;
	}
	SHA256(der, (size_t)len, ret_hash);
	OPENSSL_free(der);
	return 0;
}
