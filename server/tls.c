/* SPDX-License-Identifier: Apache-2.0 */
#include "tls.h"

#include <event2/bufferevent_ssl.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <sys/socket.h>

struct tls {
	struct event_base *base;
	SSL_CTX *ctx;
	int index; /* of the connection in an SSL's ex_data */
	size_t count;
	void (*changed)(void *data);
	void *data;
};

struct tls_connection {
	struct tls *tls;
	struct bufferevent *bev;
	struct event *deadline;
};

/* The one moment at which libevent surely lets a connection go is when it frees the SSL. */
static void connection_gone(
	void *parent, void *ptr, CRYPTO_EX_DATA *ad, int index, long argl, void *argp)
{
	struct tls_connection *connection = ptr;

	(void)parent;
	(void)ad;
	(void)index;
	(void)argl;
	(void)argp;
	if (connection) {
		event_free(connection->deadline);
		connection->tls->count--;
		connection->tls->changed(connection->tls->data);
		free(connection);
	}
}

int tls_new(struct event_base *base, void (*changed)(void *data), void *data, struct tls **ret_tls)
{
	struct tls *tls = calloc(1, sizeof(*tls));

	if (!tls) {
		return -ENOMEM;
	}
	tls->base = base;
	tls->changed = changed;
	tls->data = data;
	tls->index = SSL_get_ex_new_index(0, NULL, NULL, NULL, connection_gone);
	if (tls->index < 0) {
		free(tls);
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
	if (SSL_CTX_set_min_proto_version(ctx, TLS1_2_VERSION) != 1 ||
		SSL_CTX_set_cipher_list(ctx, "ECDHE+AESGCM:ECDHE+CHACHA20") != 1 ||
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
		return -EBADMSG;
	}
	/* Connections hold the context they began with. */
	SSL_CTX_set_app_data(ctx, tls);
	SSL_CTX_free(tls->ctx);
	tls->ctx = ctx;
	return 0;
}

bool tls_loaded(const struct tls *tls)
{
	return tls->ctx;
}

size_t tls_count(const struct tls *tls)
{
	return tls->count;
}

/* Shutting the socket down lets evhttp see an end and clean up by its own rules. */
static void deadline_passed(evutil_socket_t fd, short what, void *data)
{
	struct tls_connection *connection = data;
	int own = bufferevent_getfd(connection->bev);

	(void)fd;
	(void)what;
	if (own >= 0) {
		(void)shutdown(own, SHUT_RDWR);
	}
}

static int arm(struct tls_connection *connection, int deadline_s)
{
	const struct timeval tv = {.tv_sec = deadline_s};

	return deadline_s > 0 ? event_add(connection->deadline, &tv)
			      : event_del(connection->deadline);
}

struct bufferevent *tls_accept(struct tls *tls, int deadline_s)
{
	struct tls_connection *connection = calloc(1, sizeof(*connection));
	SSL *ssl = SSL_new(tls->ctx);

	if (!connection || !ssl) {
		goto failed;
	}
	connection->tls = tls;
	connection->deadline = event_new(tls->base, -1, 0, deadline_passed, connection);
	if (!connection->deadline || arm(connection, deadline_s) < 0) {
		goto failed;
	}
	connection->bev = bufferevent_openssl_socket_new(
		tls->base, -1, ssl, BUFFEREVENT_SSL_ACCEPTING, BEV_OPT_CLOSE_ON_FREE);
	if (!connection->bev) {
		goto failed;
	}
	if (SSL_set_ex_data(ssl, tls->index, connection) != 1) {
		/* The bufferevent owns the SSL by now. */
		bufferevent_free(connection->bev);
		ssl = NULL;
		goto failed;
	}
	tls->count++;
	tls->changed(tls->data);
	return connection->bev;
failed:
	if (connection && connection->deadline) {
		event_free(connection->deadline);
	}
	free(connection);
	SSL_free(ssl);
	return NULL;
}

bool tls_is(struct bufferevent *bev)
{
	return bufferevent_openssl_get_ssl(bev);
}

void tls_deadline(struct bufferevent *bev, int deadline_s)
{
	SSL *ssl = bufferevent_openssl_get_ssl(bev);
	struct tls *tls = ssl ? SSL_CTX_get_app_data(SSL_get_SSL_CTX(ssl)) : NULL;

	if (tls) {
		(void)!arm(SSL_get_ex_data(ssl, tls->index), deadline_s);
	}
}
