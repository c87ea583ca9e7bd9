/* SPDX-License-Identifier: Apache-2.0 */
#include "state.h"

#include "fd.h"
#include "tls-cert.h"

#include <string.h>

#define PEM_MAX ((size_t)16 << 10)

static int write_key(const struct state *state, const char *name, struct span pem)
{
	return fd_write_atomic(state->fd, name, pem.p, pem.len, 0600);
}

static int write_cert(const struct state *state, struct span key, const char *const *names,
	size_t n, int64_t now_s)
{
	cleanup(str_finish) struct str cert = {0};
	int r = tls_cert_make(key, names, n, now_s, &cert);

	return r < 0 ? r : fd_write_atomic(state->fd, STATE_TLS_CERT, cert.p, cert.len, 0644);
}

/* Key, certificate, next key: whatever it is interrupted behind, the same call again ends it. */
int state_rotate_tls(const struct state *state, const char *const *names, size_t n, int64_t now_s)
{
	cleanup(str_finish) struct str made = {0};
	cleanup(free_ptr) char *next = NULL;
	size_t len = 0;
	int r = fd_read_regular(state->fd, STATE_TLS_NEXT, PEM_MAX, &next, &len);

	if (r != 0) {
		return r == FD_E_MISSING ? -ENOENT : r > 0 ? -EBADMSG : r;
	}
	r = write_key(state, STATE_TLS_KEY, (struct span){next, len});
	r = r < 0 ? r : write_cert(state, (struct span){next, len}, names, n, now_s);
	r = r < 0 ? r : tls_cert_make_key(&made);
	r = r < 0 ? r : write_key(state, STATE_TLS_NEXT, (struct span){made.p, made.len});
	if (made.p) {
		explicit_bzero(made.p, made.len);
	}
	explicit_bzero(next, len);
	return r;
}
