/* SPDX-License-Identifier: Apache-2.0 */
#include "policy-hold.h"

#include "fd.h"
#include "log.h"

#include <fcntl.h>

const char *policy_hold_why(int outcome)
{
	static const char *const words[] = {
		[POLICY_HOLD_E_SIGNATURE] = "it is not signed by the school's policy key",
		[POLICY_HOLD_E_SCHEMA] = "it is not in a policy's format",
		[POLICY_HOLD_E_OLDER] = "its version is below the one held",
		[POLICY_HOLD_E_EXPIRED] = "it has expired",
		[POLICY_HOLD_E_NOT_YET] = "it does not hold yet",
		[POLICY_HOLD_E_OWNER] = "it would make a private device the school's own",
	};

	return outcome > 0 && (size_t)outcome < ARRAY_LEN(words) ? words[outcome]
								 : "it could not be read";
}

/*
 * A bundle brings a hundred kilobytes of profiles, which are wanted one at a time and seldom: they
 * lie in a file without a name, so that nobody but this process ever reads or writes it. Where no
 * such file can be made they stay in memory.
 */
static void lay_profiles(const struct policy_hold *hold, struct policy *policy)
{
	cleanup(fd_close) int fd = -1;

	if (policy_profiles_len(policy) == 0) {
		return;
	}
	fd = openat(hold->state_fd, ".", O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
	if (fd >= 0 && policy_lay_profiles(policy, fd) == 0) {
		(void)TAKE_FD(fd);
	}
}

static int verify(const struct policy_hold *hold, const struct identity *identity,
	const char *thumbprint, struct span jws, struct policy **ret_policy)
{
	cleanup(free_ptr) char *payload = NULL;
	struct json_error error = {"", "is wrong"};
	size_t len;
	int r;

	r = seal_verify_policy(hold->seal, identity->policy_key, thumbprint, jws, &payload, &len);
	if (r != 0) {
		return r < 0 ? r : POLICY_HOLD_E_SIGNATURE;
	}
	r = policy_parse((struct span){payload, len}, ret_policy, &error);
	if (r > 0 || r == -EBADMSG) {
		log_warning("policy: %s %s", error.where, error.what);
		return POLICY_HOLD_E_SCHEMA;
	}
	if (r == 0) {
		lay_profiles(hold, *ret_policy);
	}
	return r;
}

static int load_school(
	struct policy_hold *hold, const struct identity *identity, struct policy **ret_policy)
{
	cleanup(free_ptr) char *jws = NULL;
	size_t len;
	int r;

	r = fd_read_regular(hold->state_fd, POLICY_HOLD_FILE, JWS_MAX, &jws, &len);
	if (r != 0) {
		return r < 0 ? r : -ENOENT;
	}
	return verify(hold, identity, NULL, (struct span){jws, len}, ret_policy);
}

static int load_home(struct policy_hold *hold, struct policy **ret_policy)
{
	cleanup(free_ptr) char *bytes = NULL;
	cleanup(fd_close) int dirfd = -1;
	struct json_error error = {"", "is wrong"};
	size_t len;
	int r;

	dirfd = fd_open_dir(hold->data_fd, "baseline");
	if (dirfd < 0) {
		return dirfd;
	}
	r = fd_read_regular(dirfd, "home.json", POLICY_MAX, &bytes, &len);
	if (r != 0) {
		return r < 0 ? r : -ENOENT;
	}
	r = policy_parse((struct span){bytes, len}, ret_policy, &error);
	if (r > 0) {
		log_error("could not read " POLICY_HOLD_HOME ": %s %s", error.where, error.what);
		return -EBADMSG;
	}
	return r;
}

static void set_mark(struct policy_hold *hold)
{
	*hold->mark = (struct policy_mark){
		policy_version(hold->policy), policy_owner(hold->policy) == POLICY_PRIVATE};
}

int policy_hold_load(struct policy_hold *hold, const struct identity *identity)
{
	struct policy *policy = NULL;
	bool from_school = false;
	int r = -ENOENT;

	if (identity && !identity_pending(identity)) {
		r = load_school(hold, identity, &policy);
		from_school = r == 0;
		if (r != 0) {
			log_error("could not use the school's policy: %s", policy_hold_why(r));
		}
	}
	if (!policy) {
		r = load_home(hold, &policy);
	}
	if (r == 0) {
		policy_free(hold->policy);
		hold->policy = policy;
		hold->from_school = from_school;
		if (from_school && policy_version(policy) > hold->mark->version) {
			set_mark(hold);
		}
	}
	return r;
}

void policy_hold_finish(struct policy_hold *hold)
{
	policy_free_p(&hold->policy);
	hold->policy = NULL;
}

/* Whose a device is was agreed to when it was enrolled: no later policy takes it from its owner. */
static bool takes_over(const struct policy_mark *mark, const struct policy *policy)
{
	return mark->version > 0 && mark->is_private && policy_owner(policy) != POLICY_PRIVATE;
}

static int admit_outcome(int r)
{
	static const int outcomes[] = {
		[POLICY_E_SCHEMA] = POLICY_HOLD_E_SCHEMA,
		[POLICY_E_EXPIRED] = POLICY_HOLD_E_EXPIRED,
		[POLICY_E_NOT_YET] = POLICY_HOLD_E_NOT_YET,
		[POLICY_E_OLDER] = POLICY_HOLD_E_OLDER,
	};

	return r > 0 && (size_t)r < ARRAY_LEN(outcomes) ? outcomes[r] : r;
}

int policy_hold_admit(struct policy_hold *hold, const struct identity *identity,
	const char *thumbprint, struct span jws, int64_t wall_s)
{
	cleanup(policy_free_p) struct policy *policy = NULL;
	const struct policy_mark none = {0};
	const struct policy_mark *mark = thumbprint ? &none : hold->mark;
	int r;

	r = verify(hold, identity, thumbprint, jws, &policy);
	if (r == 0) {
		r = admit_outcome(policy_admit(policy, mark->version, wall_s));
	}
	if (r == 0 && takes_over(mark, policy)) {
		r = POLICY_HOLD_E_OWNER;
	}
	if (r == 0) {
		r = fd_write_atomic(hold->state_fd, POLICY_HOLD_FILE, jws.p, jws.len, 0600);
	}
	if (r == 0) {
		policy_free(hold->policy);
		hold->policy = TAKE_PTR(policy);
		hold->from_school = true;
		set_mark(hold);
	}
	return r;
}
