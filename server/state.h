/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The server's state directory, mode 0700: store.db or store.url, tls.crt, tls.key, tls-next.key
 * (pinned at enrolment, so that a change of key strands nobody), policy.key, policy.pub (its JWK).
 */
#pragma once

#include "base.h"
#include "crypto.h"
#include "enrol.h"
#include "jws.h"
#include "store.h"

#define STATE_STORE "store.db"
#define STATE_STORE_URL "store.url"
#define STATE_TLS_CERT "tls.crt"
#define STATE_TLS_KEY "tls.key"
#define STATE_TLS_NEXT "tls-next.key"
#define STATE_POLICY_KEY "policy.key"
#define STATE_POLICY_PUB "policy.pub"
#define STATE_PATH_MAX 4000
#define STATE_NAMES_MAX 8

struct state {
	const char *path;
	int fd;
	struct pins pins; /* n 0 before state_load_pins */
};
void state_finish(struct state *state);

/* create: makes it, and its parent is expected. -EPERM when others may write to it. */
must_check int state_open(const char *path, bool create, struct state *ret_state);
/* Makes what is not there and overwrites nothing. names: of the certificate, beside localhost. */
must_check int state_init(const struct state *state, const char *const *names, size_t n,
	int64_t now_s, bool *ret_made);
/*
 * The second pinned key becomes the server's own, with a new certificate for these names; a new
 * second one is made, for codes from now on. -ENOENT before init
 */
must_check int state_rotate_tls(
	const struct state *state, const char *const *names, size_t n, int64_t now_s);
must_check int state_open_store(const struct state *state, enum store_mode mode,
	struct store **ret_store, const char **ret_error);
must_check int state_has_keys(const struct state *state, bool *ret_has);
/* Overwrites; what the source has not is left out. */
must_check int state_copy_keys(const struct state *from, const struct state *to);
/* Where the store is, as store_open takes it: the URL in store.url, else the path of store.db. */
must_check int state_store_where(const struct state *state, char *buf, size_t size);

/* The signing child and `sign` alone */
must_check int state_read_policy_key(const struct state *state, struct crypto_key **ret_key);
/* JSON text, terminated, and its thumbprint */
must_check int state_read_policy_pub(
	const struct state *state, char **ret_json, char ret_thumbprint[JWS_THUMBPRINT_LEN + 1]);
/* Key and pins of an enrolment code; -ENOENT before init */
must_check int state_read_enrol(const struct state *state, struct enrol *ret_enrol);
/*
 * Keeps the pins of the server's key and of the next one: once, as the keys are loaded that are
 * served, so that a rotation meanwhile is told of by nobody who still serves the former key.
 */
must_check int state_load_pins(struct state *state);
/* SHA-256 of the SubjectPublicKeyInfo of the key in this PEM file, in base64url */
must_check int state_read_pin(const struct state *state, const char *name, char ret[44]);
