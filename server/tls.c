/* SPDX-License-Identifier: Apache-2.0 */
#include "tls.h"

#include <limits.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <sys/socket.h>

struct tls {
	SSL_CTX *ctx;
};

int tls_new(struct tls **ret_tls)
{
	struct tls *tls = calloc(1, sizeof(*tls));

	if (!tls) {
		return -ENOMEM;
	}
	*ret_tls = tls;
	return 0;
}

void tls_free(struct tls *tls)
{
	if (tls) {
		SSL_CTX_free(tls->ctx);
		free(tls);
	}
}

static BIO *bio_of(struct span pem)
{
	return pem.len <= INT_MAX ? BIO_new_mem_buf(pem.p, (int)pem.len) : NULL;
}

static bool use_cert(SSL_CTX *ctx, struct span pem)
{
	BIO *bio = bio_of(pem);
	X509 *cert = bio ? PEM_read_bio_X509(bio, NULL, NULL, NULL) : NULL;
	bool good = cert && SSL_CTX_use_certificate(ctx, cert) == 1;

	X509_free(cert);
	/* What follows are the certificates of those who signed it. */
	while (good && (cert = PEM_read_bio_X509(bio, NULL, NULL, NULL))) {
		good = SSL_CTX_add0_chain_cert(ctx, cert) == 1;
	}
	BIO_free(bio);
	return good;
}

static bool use_key(SSL_CTX *ctx, struct span pem)
{
	BIO *bio = bio_of(pem);
	EVP_PKEY *key = bio ? PEM_read_bio_PrivateKey(bio, NULL, NULL, NULL) : NULL;
	bool good =
		key && SSL_CTX_use_PrivateKey(ctx, key) == 1 && SSL_CTX_check_private_key(ctx) == 1;

	EVP_PKEY_free(key);
	BIO_free(bio);
	return good;
}

/* The one that every TLS 1.3 has, RFC 8446 section 9.1, comes first: its hash is the cheapest in a
 * handshake. */
#define SUITES                                           \
	"TLS_AES_128_GCM_SHA256:TLS_AES_256_GCM_SHA384:" \
	"TLS_CHACHA20_POLY1305_SHA256"

static SSL_CTX *new_context(void)
{
	SSL_CTX *ctx = SSL_CTX_new(TLS_server_method());

	if (!ctx) {
		return NULL;
	}
	SSL_CTX_set_options(ctx, SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION |
					 SSL_OP_NO_TICKET | SSL_OP_CIPHER_SERVER_PREFERENCE);
	SSL_CTX_set_session_cache_mode(ctx, SSL_SESS_CACHE_OFF);
	SSL_CTX_set_num_tickets(ctx, 0);
	/* The file has the chain: none is to be looked for and verified with each handshake. What
	 * waits for nobody holds no buffers; one read takes what there is. */
	SSL_CTX_set_mode(ctx, SSL_MODE_NO_AUTO_CHAIN | SSL_MODE_RELEASE_BUFFERS |
				      SSL_MODE_ENABLE_PARTIAL_WRITE |
				      SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
	SSL_CTX_set_read_ahead(ctx, 1);
	if (SSL_CTX_set_min_proto_version(ctx, TLS1_2_VERSION) != 1 ||
		SSL_CTX_set_cipher_list(ctx, "ECDHE+AESGCM:ECDHE+CHACHA20") != 1 ||
		SSL_CTX_set_ciphersuites(ctx, SUITES) != 1 ||
		SSL_CTX_set1_groups_list(ctx, "X25519:P-256") != 1) {
		SSL_CTX_free(ctx);
		return NULL;
	}
	return ctx;
}

int tls_load(struct tls *tls, struct span cert_pem, struct span key_pem)
{
	SSL_CTX *ctx = new_context();

	if (!ctx) {
		return -ENOMEM;
	}
	if (!use_cert(ctx, cert_pem) || !use_key(ctx, key_pem)) {
		SSL_CTX_free(ctx);
		ERR_clear_error();
		return -EBADMSG;
	}
	/* Connections hold the context they began with. */
	SSL_CTX_free(tls->ctx);
	tls->ctx = ctx;
	return 0;
}

bool tls_loaded(const struct tls *tls)
{
	return tls->ctx;
}

int tls_stream_open(struct tls *tls, int fd, struct tls_stream *ret_stream)
{
	SSL *ssl = tls ? SSL_new(tls->ctx) : NULL;

	if (tls && (!ssl || SSL_set_fd(ssl, fd) != 1)) {
		SSL_free(ssl);
		close(fd);
		ERR_clear_error();
		return -ENOMEM;
	}
	if (ssl) {
		SSL_set_accept_state(ssl);
	}
	*ret_stream = (struct tls_stream){ssl, fd, true};
	return 0;
}

/* An answer, the alert behind it and the end of the stream are one packet then, tcp(7). */
void tls_stream_hold(struct tls_stream *stream)
{
	const int on = 1;

	(void)setsockopt(stream->fd, IPPROTO_TCP, TCP_CORK, &on, sizeof(on));
}

void tls_stream_end(struct tls_stream *stream)
{
	if (stream->ssl && stream->whole && SSL_is_init_finished(stream->ssl)) {
		(void)!SSL_shutdown(stream->ssl);
		ERR_clear_error();
	}
	stream->whole = false;
	(void)shutdown(stream->fd, SHUT_WR);
}

void tls_stream_close(struct tls_stream *stream)
{
	if (stream->ssl && stream->whole && SSL_is_init_finished(stream->ssl)) {
		(void)!SSL_shutdown(stream->ssl);
		ERR_clear_error();
	}
	SSL_free(stream->ssl);
	close(stream->fd);
	*stream = (struct tls_stream){.fd = -1};
}

static int outcome_of(struct tls_stream *stream, int done)
{
	int error = SSL_get_error(stream->ssl, done);

	if (error == SSL_ERROR_WANT_READ) {
		return TLS_E_WANT_READ;
	}
	if (error == SSL_ERROR_WANT_WRITE) {
		return TLS_E_WANT_WRITE;
	}
	/* After these SSL_shutdown(3) must not be called. */
	stream->whole = error == SSL_ERROR_ZERO_RETURN;
	ERR_clear_error();
	return error == SSL_ERROR_ZERO_RETURN ? 0 : -EPIPE;
}

static int plain_outcome(ssize_t n, int again, size_t *ret_n)
{
	if (n < 0) {
		return errno == EAGAIN || errno == EINTR ? again : -errno;
	}
	*ret_n = (size_t)n;
	return 0;
}

int tls_stream_read(struct tls_stream *stream, void *ret_bytes, size_t max, size_t *ret_n)
{
	int n, r;

	if (!stream->ssl) {
		return plain_outcome(recv(stream->fd, ret_bytes, max, 0), TLS_E_WANT_READ, ret_n);
	}
	n = SSL_read(stream->ssl, ret_bytes, max > INT_MAX ? INT_MAX : (int)max);
	r = n > 0 ? 0 : outcome_of(stream, n);
	if (r == 0) {
		*ret_n = n > 0 ? (size_t)n : 0;
	}
	return r;
}

int tls_stream_write(struct tls_stream *stream, struct span bytes, size_t *ret_n)
{
	int n, r;

	if (!stream->ssl) {
		return plain_outcome(send(stream->fd, bytes.p, bytes.len, MSG_NOSIGNAL),
			TLS_E_WANT_WRITE, ret_n);
	}
	n = SSL_write(stream->ssl, bytes.p, bytes.len > INT_MAX ? INT_MAX : (int)bytes.len);
	r = n > 0 ? 0 : outcome_of(stream, n);
	if (r == 0) {
		*ret_n = n > 0 ? (size_t)n : 0;
	}
	return r == 0 && n <= 0 ? -EPIPE : r;
}

bool tls_stream_holds(const struct tls_stream *stream)
{
	return stream->ssl && SSL_has_pending(stream->ssl);
}
