/* SPDX-License-Identifier: Apache-2.0 */
/* TLS of the server: what connections begin with, and the bytes of each. */
#pragma once

#include "base.h"

struct tls;

must_check int tls_new(struct tls **ret_tls);
void tls_free(struct tls *tls); /* NULL is fine */
/* -EBADMSG on a certificate or key that is none, or that do not belong together */
must_check int tls_load(struct tls *tls, struct span cert_pem, struct span key_pem);
bool tls_loaded(const struct tls *tls);

/* The bytes of one socket, which does not block and which it owns */
struct tls_stream {
	struct ssl_st *ssl; /* NULL: bytes as they are */
	int fd;
	bool whole; /* nothing went wrong: its end may be told */
};

enum tls_outcome { TLS_E_WANT_READ = 1, TLS_E_WANT_WRITE = 2 };

/* tls NULL: plain. Takes fd over, also when it fails. */
must_check int tls_stream_open(struct tls *tls, int fd, struct tls_stream *ret_stream);
/* What is written from now on may leave together with the end, which is near. */
void tls_stream_hold(struct tls_stream *stream);
/* Says goodbye where that can be done at once, and closes. */
void tls_stream_close(struct tls_stream *stream);
/* Says that nothing more comes from here; what comes from there can be read on, and is noise. */
void tls_stream_end(struct tls_stream *stream);
/* ret_n 0: the other side has ended. Negative: broken */
must_check int tls_stream_read(
	struct tls_stream *stream, void *ret_bytes, size_t max, size_t *ret_n);
must_check int tls_stream_write(struct tls_stream *stream, struct span bytes, size_t *ret_n);
/* Bytes that were taken from the socket and are not read yet: it does not become readable for them.
 */
bool tls_stream_holds(const struct tls_stream *stream);
