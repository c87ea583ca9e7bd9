/* SPDX-License-Identifier: Apache-2.0 */
/*
 * JWS compact serialisation (RFC 7515) with alg ES256 and nothing else. The protected header is
 * closed: alg, typ, and one of kid (a report, a policy) or jwk (enrolment: the key itself).
 */
#pragma once

#include "base.h"
#include "crypto.h"
#include "json.h"

#define JWS_MAX ((size_t)2 << 20) /* bytes of a whole JWS */
#define JWS_KID_MAX 64

#define JWS_TYP_REPORT "caretaker-report"
#define JWS_TYP_ENROL "caretaker-enrol"
#define JWS_TYP_LEAVE "caretaker-leave"
#define JWS_TYP_POLICY "caretaker-policy"

enum jws_outcome {
	JWS_E_FORMAT = 1, /* not three parts, bad base64url, unknown or missing header field */
	JWS_E_TYPE,	  /* another typ or alg than asked for */
	JWS_E_SIGNATURE,  /* the signature is not by this key */
};

struct jws_header {
	char kid[JWS_KID_MAX + 1]; /* empty when a jwk is given */
	struct crypto_key *jwk;	   /* owned; NULL when a kid is given */
};
void jws_header_finish(struct jws_header *header);

/* Reads the header alone, nothing verified: to look up which key to verify with. */
must_check int jws_peek(struct span jws, const char *typ, struct jws_header *ret_header);
/*
 * kid NULL puts the public key into the header as jwk; else letters, digits, - and _. -ENOSPC past
 * JWS_MAX, or past out's own max, which is less unless the caller sets it.
 */
must_check int jws_sign(const struct crypto_key *key, const char *typ, const char *kid,
	struct span payload, struct str *out);
/* The verified payload on the heap, terminated. */
must_check int jws_verify(const struct crypto_key *key, const char *typ, struct span jws,
	char **ret_payload, size_t *ret_len);

/*
 * As jws_verify, of a JWS whose header jws_peek has read: check says 0 when the signature is that
 * of input, -EBADMSG when it is not.
 */
typedef int (*jws_check_fn)(
	struct span input, const uint8_t signature[CRYPTO_ES256_LEN], void *data);
must_check int jws_verify_peeked(
	struct span jws, jws_check_fn check, void *data, char **ret_payload, size_t *ret_len);

/* RFC 7517 public key as JSON {"crv","kty","x","y"}, and its RFC 7638 thumbprint in base64url */
#define JWS_THUMBPRINT_LEN 43
must_check int jws_key_to_json(const struct crypto_key *key, struct json_object **ret_jwk);
/* JWS_E_FORMAT when it is no P-256 public key, or has any other member */
must_check int jws_key_from_json(struct json_object *jwk, struct crypto_key **ret_key);
must_check int jws_key_thumbprint(const struct crypto_key *key, char ret[JWS_THUMBPRINT_LEN + 1]);
