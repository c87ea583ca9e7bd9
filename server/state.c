/* SPDX-License-Identifier: Apache-2.0 */
#include "state.h"

#include "base64.h"
#include "fd.h"
#include "tls-cert.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#define PEM_MAX ((size_t)64 << 10)

void state_finish(struct state *state)
{
	if (state->fd >= 0) {
		close(state->fd);
	}
	state->fd = -1;
}

int state_open(const char *path, bool create, struct state *ret_state)
{
	cleanup(fd_close) int fd = -1;
	struct stat st;

	if (strlen(path) > STATE_PATH_MAX) {
		return -ENAMETOOLONG;
	}
	if (create && mkdir(path, 0700) < 0 && errno != EEXIST) {
		return -errno;
	}
	fd = fd_open_dir(AT_FDCWD, path);
	if (fd < 0) {
		return fd;
	}
	if (fstat(fd, &st) < 0) {
		return -errno;
	}
	if (st.st_uid != geteuid() || st.st_mode & 022) {
		return -EPERM;
	}
	*ret_state = (struct state){.path = path, .fd = TAKE_FD(fd)};
	return 0;
}

static int exists(const struct state *state, const char *name, bool *ret_exists)
{
	if (faccessat(state->fd, name, F_OK, AT_SYMLINK_NOFOLLOW) == 0) {
		*ret_exists = true;
		return 0;
	}
	*ret_exists = false;
	return errno == ENOENT ? 0 : -errno;
}

static int read_file(const struct state *state, const char *name, char **ret_bytes, size_t *ret_len)
{
	int r = fd_read_regular(state->fd, name, PEM_MAX, ret_bytes, ret_len);

	return r == FD_E_MISSING ? -ENOENT : r > 0 ? -EBADMSG : r;
}

static int make_tls_key(const struct state *state, const char *name, bool *made)
{
	cleanup(str_finish) struct str pem = {0};
	bool have = false;
	int r = exists(state, name, &have);

	if (r < 0 || have) {
		return r;
	}
	r = tls_cert_make_key(&pem);
	r = r < 0 ? r : fd_write_atomic(state->fd, name, pem.p, pem.len, 0600);
	if (pem.p) {
		explicit_bzero(pem.p, pem.len);
	}
	*made = true;
	return r;
}

static int make_cert(
	const struct state *state, const char *const *names, size_t n, int64_t now_s, bool *made)
{
	cleanup(str_finish) struct str cert = {0};
	cleanup(free_ptr) char *key = NULL;
	size_t len = 0;
	bool have = false;
	int r = exists(state, STATE_TLS_CERT, &have);

	if (r < 0 || have) {
		return r;
	}
	r = read_file(state, STATE_TLS_KEY, &key, &len);
	r = r < 0 ? r : tls_cert_make((struct span){key, len}, names, n, now_s, &cert);
	*made = true;
	return r < 0 ? r : fd_write_atomic(state->fd, STATE_TLS_CERT, cert.p, cert.len, 0644);
}

static int write_policy_pub(const struct state *state, const struct crypto_key *key)
{
	cleanup(str_finish) struct str text = {0};
	cleanup(json_put) struct json_object *jwk = NULL;
	int r = jws_key_to_json(key, &jwk);

	r = r < 0 ? r : json_write_canonical(jwk, &text);
	return r < 0 ? r : fd_write_atomic(state->fd, STATE_POLICY_PUB, text.p, text.len, 0644);
}

static int make_policy_key(const struct state *state, bool *made)
{
	cleanup(crypto_key_free_p) struct crypto_key *key = NULL;
	cleanup(str_finish) struct str pem = {0};
	bool have = false, have_pub = false;
	int r = exists(state, STATE_POLICY_KEY, &have);

	r = r < 0 ? r : exists(state, STATE_POLICY_PUB, &have_pub);
	/* With the public half alone, policies are signed elsewhere: nothing is missing. */
	if (r < 0 || have_pub) {
		return r;
	}
	if (have) {
		r = state_read_policy_key(state, &key);
		return r < 0 ? r : write_policy_pub(state, key);
	}
	r = crypto_key_generate(&key);
	r = r < 0 ? r : crypto_key_to_pem(key, &pem);
	r = r < 0 ? r : fd_write_atomic(state->fd, STATE_POLICY_KEY, pem.p, pem.len, 0600);
	if (pem.p) {
		explicit_bzero(pem.p, pem.len);
	}
	*made = true;
	return r < 0 ? r : write_policy_pub(state, key);
}

int state_init(const struct state *state, const char *const *names, size_t n, int64_t now_s,
	bool *ret_made)
{
	bool made = false;
	int r = make_tls_key(state, STATE_TLS_KEY, &made);

	r = r < 0 ? r : make_tls_key(state, STATE_TLS_NEXT, &made);
	r = r < 0 ? r : make_cert(state, names, n, now_s, &made);
	r = r < 0 ? r : make_policy_key(state, &made);
	if (r == 0) {
		*ret_made = made;
	}
	return r;
}

static const struct {
	const char *name;
	mode_t mode;
} key_files[] = {{STATE_TLS_KEY, 0600}, {STATE_TLS_NEXT, 0600}, {STATE_TLS_CERT, 0644},
	{STATE_POLICY_KEY, 0600}, {STATE_POLICY_PUB, 0644}};

int state_has_keys(const struct state *state, bool *ret_has)
{
	bool has = false;
	int r = 0;

	for (size_t i = 0; r == 0 && !has && i < ARRAY_LEN(key_files); i++) {
		r = exists(state, key_files[i].name, &has);
	}
	if (r == 0) {
		*ret_has = has;
	}
	return r;
}

static int copy_key(const struct state *from, const struct state *to, const char *name, mode_t mode)
{
	cleanup(free_ptr) char *bytes = NULL;
	size_t len = 0;
	int r = read_file(from, name, &bytes, &len);

	if (r < 0) {
		return r == -ENOENT ? 0 : r;
	}
	r = fd_write_atomic(to->fd, name, bytes, len, mode);
	explicit_bzero(bytes, len);
	return r;
}

int state_copy_keys(const struct state *from, const struct state *to)
{
	int r = 0;

	for (size_t i = 0; r == 0 && i < ARRAY_LEN(key_files); i++) {
		r = copy_key(from, to, key_files[i].name, key_files[i].mode);
	}
	return r;
}

/* A first line that is no URL is an error: a store beside the one that was meant loses reports. */
static int read_store_url(const struct state *state, char *buf, size_t size)
{
	cleanup(free_ptr) char *text = NULL;
	size_t len = 0;
	int r = read_file(state, STATE_STORE_URL, &text, &len);

	if (r < 0) {
		return r;
	}
	len = strcspn(text, "\r\n");
	if (len >= size) {
		return -ENAMETOOLONG;
	}
	memcpy(buf, text, len);
	buf[len] = 0;
	explicit_bzero(text, len);
	return store_is_url(buf) ? 0 : -EINVAL;
}

int state_store_where(const struct state *state, char *buf, size_t size)
{
	int r = read_store_url(state, buf, size);
	int len;

	if (r != -ENOENT) {
		return r;
	}
	len = snprintf(buf, size, "%s/%s", state->path, STATE_STORE);
	return len < 0 || (size_t)len >= size ? -ENAMETOOLONG : 0;
}

int state_open_store(const struct state *state, enum store_mode mode, struct store **ret_store,
	const char **ret_error)
{
	char path[STATE_PATH_MAX + 16];
	int r = state_store_where(state, path, sizeof(path));

	*ret_error = "its path is too long, or store.url holds no postgresql:// address";
	return r < 0 ? r : store_open(path, mode, ret_store, ret_error);
}

int state_read_policy_key(const struct state *state, struct crypto_key **ret_key)
{
	cleanup(free_ptr) char *pem = NULL;
	size_t len = 0;
	int r = read_file(state, STATE_POLICY_KEY, &pem, &len);

	r = r < 0 ? r : crypto_key_from_pem((struct span){pem, len}, ret_key);
	if (pem) {
		explicit_bzero(pem, len);
	}
	return r;
}

int state_read_policy_pub(
	const struct state *state, char **ret_json, char ret_thumbprint[JWS_THUMBPRINT_LEN + 1])
{
	cleanup(crypto_key_free_p) struct crypto_key *key = NULL;
	cleanup(json_put) struct json_object *jwk = NULL;
	cleanup(free_ptr) char *text = NULL;
	size_t len = 0;
	int r = read_file(state, STATE_POLICY_PUB, &text, &len);

	r = r < 0 ? r : json_parse((struct span){text, len}, &jwk, NULL);
	r = r != 0 ? r : jws_key_from_json(jwk, &key);
	r = r != 0 ? r : jws_key_thumbprint(key, ret_thumbprint);
	if (r == 0) {
		*ret_json = TAKE_PTR(text);
	}
	return r > 0 ? -EBADMSG : r;
}

int state_read_pin(const struct state *state, const char *name, char ret[44])
{
	cleanup(str_finish) struct str text = {.max = 43};
	cleanup(free_ptr) char *pem = NULL;
	uint8_t hash[32];
	size_t len = 0;
	int r = read_file(state, name, &pem, &len);

	r = r < 0 ? r : tls_cert_pin((struct span){pem, len}, hash);
	r = r < 0 ? r : base64url_append(&text, hash, sizeof(hash));
	if (pem) {
		explicit_bzero(pem, len);
	}
	if (r == 0) {
		memcpy(ret, text.p, text.len + 1);
	}
	return r;
}

static int read_pins(const struct state *state, struct pins *ret_pins)
{
	struct pins pins = {.n = 2};
	int r = state_read_pin(state, STATE_TLS_KEY, pins.list[0]);

	r = r < 0 ? r : state_read_pin(state, STATE_TLS_NEXT, pins.list[1]);
	if (r == 0) {
		*ret_pins = pins;
	}
	return r;
}

int state_load_pins(struct state *state)
{
	return read_pins(state, &state->pins);
}

int state_read_enrol(const struct state *state, struct enrol *ret_enrol)
{
	cleanup(free_ptr) char *json = NULL;
	struct enrol enrol = {.url = ""};
	int r = state_read_policy_pub(state, &json, enrol.key);

	r = r < 0 ? r : read_pins(state, &enrol.pins);
	if (r == 0) {
		*ret_enrol = enrol;
	}
	return r;
}
