/* SPDX-License-Identifier: Apache-2.0 */
#include "policies.h"

#include "answer.h"
#include "clock.h"
#include "fd.h"
#include "moment.h"
#include "policy-edit.h"
#include "secret.h"
#include "signer.h"

#include <stdio.h>
#include <dirent.h>
#include <fcntl.h>
#include <string.h>

#define FILE_MAX ((size_t)512 << 10)
#define PROFILES_MAX 64

static int refuse(struct json_error *error, const char *where, const char *what)
{
	snprintf(error->where, sizeof(error->where), "%s", where);
	error->what = what;
	return POLICIES_E_REFUSED;
}

static int read_object(
	int dirfd, const char *name, struct json_object **ret_object, struct json_error *error)
{
	cleanup(free_ptr) char *text = NULL;
	size_t len = 0;
	int r = fd_read_regular(dirfd, name, FILE_MAX, &text, &len);

	if (r != 0) {
		return r < 0 ? r : refuse(error, name, "is missing, too large or no regular file");
	}
	r = json_parse((struct span){text, len}, ret_object, NULL);
	if (r > 0 || (r == 0 && !json_object_is_type(*ret_object, json_type_object))) {
		return refuse(error, name, "is no JSON object");
	}
	return r;
}

static int ends_with_json(const struct dirent *entry)
{
	size_t len = strlen(entry->d_name);

	return len > 5 && entry->d_name[0] != '.' && strcmp(entry->d_name + len - 5, ".json") == 0;
}

static void names_free(struct dirent **names, int n)
{
	for (int i = 0; i < n; i++) {
		free(names[i]);
	}
	free(names);
}

/* Sorted by name, so that the same files always make the same bundle. */
static int add_profiles(int datadir, struct json_object *bundle, struct json_error *error)
{
	struct json_object *profiles = json_object_new_array();
	cleanup(fd_close) int dirfd = fd_open_dir(datadir, "clients");
	struct dirent **names = NULL;
	int n = dirfd < 0 ? 0 : scandirat(dirfd, ".", &names, ends_with_json, alphasort);
	int r = n < 0 ? -errno : 0;

	if (json_object_object_add(bundle, "profiles", profiles) < 0 || !profiles) {
		json_object_put(profiles);
		r = -ENOMEM;
	}
	if (r == 0 && n > PROFILES_MAX) {
		r = refuse(error, "clients", "holds too many profiles");
	}
	for (int i = 0; r == 0 && i < n; i++) {
		struct json_object *profile = NULL;

		r = read_object(dirfd, names[i]->d_name, &profile, error);
		if (r == 0 && json_object_array_add(profiles, profile) == 0) {
			profile = NULL;
		}
		json_object_put(profile);
	}
	names_free(names, n);
	return r;
}

static int hash_content(struct json_object *bundle, char ret[44])
{
	cleanup(str_finish) struct str text = {.max = POLICY_MAX};
	int r = json_write_canonical(bundle, &text);

	return r != 0 ? r : secret_hash((struct span){text.p, text.len}, ret);
}

static int put_time(struct json_object *bundle, const char *key, int64_t wall_s)
{
	char text[CLOCK_TEXT_LEN];

	clock_format(wall_s, text);
	return answer_add_text(bundle, key, text);
}

/* The version and times in a baseline are those of the built-in policy; these are the school's. */
static int stamp(struct json_object *bundle, int64_t version, int64_t now_s)
{
	int r = answer_add_int(bundle, "version", version);

	/* A device's clock may be a little behind. */
	r = r < 0 ? r : put_time(bundle, "not_before", now_s - CLOCK_DAY_S);
	return r < 0 ? r : put_time(bundle, "expires", now_s + POLICIES_DAYS * CLOCK_DAY_S);
}

int policies_load(const char *datadir, enum policy_ownership owner, struct json_object **ret_bundle,
	struct json_error *error)
{
	static const char *const names[] = {
		[POLICY_SCHOOL] = "school.json",
		[POLICY_PRIVATE] = "home.json",
	};
	cleanup(json_put) struct json_object *bundle = NULL;
	cleanup(fd_close) int datafd = fd_open_dir(AT_FDCWD, datadir), dirfd = -1;
	int r;

	if (datafd < 0) {
		return refuse(error, datadir, "is no directory");
	}
	dirfd = fd_open_dir(datafd, "baseline");
	if (dirfd < 0) {
		return refuse(error, "baseline", "is no directory");
	}
	r = read_object(dirfd, names[owner], &bundle, error);
	if (r == 0) {
		json_object_object_del(bundle, "version");
		json_object_object_del(bundle, "not_before");
		json_object_object_del(bundle, "expires");
		r = add_profiles(datafd, bundle, error);
	}
	if (r == 0) {
		*ret_bundle = TAKE_PTR(bundle);
	}
	return r;
}

static int parse_payload(struct policies_next *next, struct json_error *error)
{
	int r = policy_parse(
		(struct span){next->payload.p, next->payload.len}, &next->policy, error);

	if (r > 0) {
		return POLICIES_E_REFUSED;
	}
	return r;
}

int policies_add_pins(const struct pins *pins, struct json_object *bundle)
{
	struct json_object *array = pins->n > 0 ? json_object_new_array() : NULL;
	int r = pins->n > 0 ? answer_add(bundle, "pins", array) : 0;

	for (size_t i = 0; r == 0 && i < pins->n; i++) {
		r = answer_push(array, json_object_new_string(pins->list[i]));
	}
	return r;
}

/* The package's bundle as the school edited it, with the exemptions in force */
static int make_bundle(const char *datadir, const struct policies_next *next,
	struct json_object **ret_bundle, struct json_error *error)
{
	cleanup(json_put) struct json_object *bundle = NULL, *edit = NULL;
	int r = policies_load(datadir, next->line.owner, &bundle, error);

	r = r != 0 ? r : policy_edit_parse(span_z(next->edit.p), &edit, error);
	r = r != 0 ? r : policy_edit_apply(edit, bundle, false, error);
	if (r == 0 && next->exemptions && json_object_array_length(next->exemptions) > 0) {
		r = answer_add(bundle, "exemptions", json_object_get(next->exemptions));
	}
	if (r == 0) {
		*ret_bundle = TAKE_PTR(bundle);
	}
	return r;
}

static int write_payload(struct json_object *bundle, int64_t version, int64_t now_s,
	struct policies_next *next, struct json_error *error)
{
	int r;

	next->payload.max = POLICY_MAX;
	r = stamp(bundle, version, now_s);
	r = r != 0 ? r : json_write_canonical(bundle, &next->payload);
	r = r != 0 ? r : parse_payload(next, error);
	if (r == 0 && policy_owner(next->policy) != next->line.owner) {
		r = refuse(error, "ownership", "is not what this baseline is for");
	}
	return r;
}

int policies_try(
	const char *datadir, struct policies_next *next, int64_t now_s, struct json_error *error)
{
	cleanup(json_put) struct json_object *bundle = NULL;
	int r = make_bundle(datadir, next, &bundle, error);

	return r != 0 ? r : write_payload(bundle, 1, now_s, next, error);
}

int policies_build(const struct state *state, const char *datadir, const struct policies_held *held,
	int64_t now_s, struct policies_next *next, int64_t *version, struct json_error *error)
{
	cleanup(json_put) struct json_object *bundle = NULL;
	int r = make_bundle(datadir, next, &bundle, error);

	r = r != 0 ? r : policies_add_pins(&state->pins, bundle);
	r = r != 0 ? r : hash_content(bundle, next->content);
	if (r != 0 || held->published ||
		(strcmp(held->content, next->content) == 0 && !held->behind &&
			held->expires - now_s >= POLICIES_RENEW_DAYS * CLOCK_DAY_S)) {
		return r;
	}
	next->at = now_s;
	r = write_payload(bundle, *version + 1, now_s, next, error);
	r = r != 0 ? r
		   : signer_run(
			     state, (struct span){next->payload.p, next->payload.len}, &next->jws);
	*version += r == 0;
	return r;
}

int policies_open(const struct state *state, struct span jws, struct policies_next *next,
	struct json_error *error)
{
	cleanup(crypto_key_free_p) struct crypto_key *key = NULL;
	cleanup(json_put) struct json_object *jwk = NULL;
	cleanup(free_ptr) char *pub = NULL, *payload = NULL;
	char thumbprint[JWS_THUMBPRINT_LEN + 1];
	size_t len = 0;
	int r = state_read_policy_pub(state, &pub, thumbprint);

	r = r != 0 ? r : json_parse(span_z(pub), &jwk, NULL);
	r = r != 0 ? r : jws_key_from_json(jwk, &key);
	if (r != 0) {
		return r < 0 ? r : -EBADMSG;
	}
	r = jws_verify(key, JWS_TYP_POLICY, jws, &payload, &len);
	if (r > 0) {
		return refuse(error, "signature", "is not by this school's policy key");
	}
	next->payload.max = POLICY_MAX;
	next->jws.max = JWS_MAX;
	next->published = true;
	r = r != 0 ? r : str_append(&next->payload, payload, len);
	r = r != 0 ? r : str_append(&next->jws, jws.p, jws.len);
	r = r != 0 ? r : secret_hash((struct span){payload, len}, next->content);
	r = r != 0 ? r : parse_payload(next, error);
	if (r == 0) {
		next->line.owner = policy_owner(next->policy);
	}
	return r;
}
