/* SPDX-License-Identifier: Apache-2.0 */
#include "seal.h"
#include "fd.h"

#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>

#define PEM_MAX 4096

int seal_check_directory(int fd)
{
	struct stat st;

	if (fstat(fd, &st) < 0) {
		return -errno;
	}
	return S_ISDIR(st.st_mode) && st.st_uid == geteuid() && (st.st_mode & 07777) == 0700
		       ? 0
		       : -EPERM;
}

bool seal_typ_known(const char *typ)
{
	static const char *const types[] = {
		JWS_TYP_ENROL, JWS_TYP_LEAVE, JWS_TYP_POLICY, JWS_TYP_REPORT};

	for (size_t i = 0; i < ARRAY_LEN(types); i++) {
		if (strcmp(types[i], typ) == 0) {
			return true;
		}
	}
	return false;
}

/* -ENOENT without a key; -EPERM when the file is not ours alone */
static int load_key(int dirfd, struct crypto_key **ret_key)
{
	char *pem = NULL;
	struct stat st;
	size_t len;
	int r;

	if (fstatat(dirfd, SEAL_KEY_NAME, &st, AT_SYMLINK_NOFOLLOW) < 0) {
		return -errno;
	}
	if (st.st_uid != geteuid() || (st.st_mode & 077) != 0) {
		return -EPERM;
	}
	r = fd_read_regular(dirfd, SEAL_KEY_NAME, PEM_MAX, &pem, &len);
	if (r != 0) {
		return r < 0 ? r : -EPERM;
	}
	r = crypto_key_from_pem((struct span){pem, len}, ret_key);
	crypto_wipe(pem, len);
	free(pem);
	return r;
}

static int make_key(int dirfd, struct crypto_key **ret_key)
{
	cleanup(crypto_key_free_p) struct crypto_key *key = NULL;
	cleanup(crypto_str_finish) struct str pem = {.max = PEM_MAX};
	int r = crypto_key_generate(&key);

	if (r == 0) {
		/* One block from the start: growing would leave the key behind in freed memory. */
		char room[PEM_MAX / 2] = {0};

		r = str_append(&pem, room, sizeof(room));
		str_clear(&pem);
	}
	if (r == 0) {
		r = crypto_key_to_pem(key, &pem);
	}
	if (r == 0) {
		r = fd_write_atomic(dirfd, SEAL_KEY_NAME, pem.p, pem.len, 0600);
	}
	if (r == 0) {
		*ret_key = TAKE_PTR(key);
	}
	return r;
}

static int write_key(const struct crypto_key *key, struct str *out)
{
	cleanup(json_put) struct json_object *jwk = NULL;
	int r = jws_key_to_json(key, &jwk);

	return r < 0 ? r : json_write_canonical(jwk, out);
}

static int run_keygen(const struct seal *seal, const char *typ, struct str *out)
{
	cleanup(crypto_key_free_p) struct crypto_key *key = NULL;
	int r = load_key(seal->key_fd, &key);

	(void)typ;
	if (r == -ENOENT) {
		r = make_key(seal->key_fd, &key);
	}
	return r < 0 ? r : write_key(key, out);
}

struct sign_request {
	struct json_object *kid;
	const char *payload;
};

static const struct json_field sign_fields[] = {
	{"kid", JSON_WANT_ANY, offsetof(struct sign_request, kid), true, 0},
	{"payload", JSON_WANT_STRING, offsetof(struct sign_request, payload), true, JWS_MAX},
};

static int run_sign(const struct seal *seal, const char *typ, struct str *out)
{
	cleanup(json_put) struct json_object *object = NULL;
	cleanup(crypto_key_free_p) struct crypto_key *key = NULL;
	struct sign_request request = {0};
	const char *kid;
	int r = json_parse(seal->input, &object, NULL);

	if (r == 0) {
		r = json_decode(object, sign_fields, ARRAY_LEN(sign_fields), &request, NULL);
	}
	if (r == 0 && request.kid && !json_object_is_type(request.kid, json_type_string)) {
		r = JSON_E_TYPE;
	}
	if (r != 0) {
		return r < 0 ? r : -EINVAL;
	}
	r = load_key(seal->key_fd, &key);
	if (r < 0) {
		return r;
	}
	kid = request.kid ? json_object_get_string(request.kid) : NULL;
	return jws_sign(key, typ, kid, span_z(request.payload), out);
}

struct verify_request {
	struct json_object *key;
	const char *jws;
};

static const struct json_field verify_fields[] = {
	{"jws", JSON_WANT_STRING, offsetof(struct verify_request, jws), true, JWS_MAX},
	{"key", JSON_WANT_OBJECT, offsetof(struct verify_request, key), true, 0},
};

static int run_verify(const struct seal *seal, const char *typ, struct str *out)
{
	cleanup(json_put) struct json_object *object = NULL;
	cleanup(crypto_key_free_p) struct crypto_key *key = NULL;
	cleanup(free_ptr) char *payload = NULL;
	struct verify_request request = {0};
	size_t len;
	int r = json_parse(seal->input, &object, NULL);

	if (r == 0) {
		r = json_decode(object, verify_fields, ARRAY_LEN(verify_fields), &request, NULL);
	}
	if (r == 0) {
		r = jws_key_from_json(request.key, &key);
	}
	if (r == 0) {
		r = jws_verify(key, typ, span_z(request.jws), &payload, &len);
	}
	if (r != 0) {
		return r < 0 ? r : SEAL_E_NO;
	}
	return str_append(out, payload, len);
}

static int run_thumbprint(const struct seal *seal, const char *typ, struct str *out)
{
	cleanup(json_put) struct json_object *jwk = NULL;
	cleanup(crypto_key_free_p) struct crypto_key *key = NULL;
	char thumbprint[JWS_THUMBPRINT_LEN + 1];
	int r = json_parse(seal->input, &jwk, NULL);

	(void)typ;
	if (r == 0) {
		r = jws_key_from_json(jwk, &key);
	}
	if (r != 0) {
		return r < 0 ? r : SEAL_E_NO;
	}
	r = jws_key_thumbprint(key, thumbprint);
	return r < 0 ? r : str_append_z(out, thumbprint);
}

static int run_erase(const struct seal *seal, const char *typ, struct str *out)
{
	(void)typ, (void)out;
	if (unlinkat(seal->key_fd, SEAL_KEY_NAME, 0) < 0 && errno != ENOENT) {
		return -errno;
	}
	return fd_sync_dir(seal->key_fd);
}

static const struct seal_verb verbs[] = {
	{"erase", false, true, false, run_erase},
	{"keygen", false, true, false, run_keygen},
	{"sign", true, true, true, run_sign},
	{"thumbprint", false, false, true, run_thumbprint},
	{"verify", true, false, true, run_verify},
};

const struct seal_verb *seal_verb_find(const char *name)
{
	for (size_t i = 0; i < ARRAY_LEN(verbs); i++) {
		if (strcmp(verbs[i].name, name) == 0) {
			return &verbs[i];
		}
	}
	return NULL;
}
