/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A policy: which controls are judged by which thresholds, and which clients are kept. Its schema
 * is policies/schema/policy.json. Severity and thresholds live here, never in a check.
 */
#pragma once

#include "exemption.h"
#include "json.h"
#include "pins.h"
#include "posture.h"

#define POLICY_FORMAT 1
#define POLICY_MAX ((size_t)1 << 20)
#define POLICY_CONTROLS_MAX 256
#define POLICY_CLIENTS_MAX 64
#define POLICY_GRACE_DAYS 7 /* when the policy is silent */
#define POLICY_GRACE_DAYS_MAX 90
#define POLICY_NUMBER_MAX (((int64_t)1 << 53) - 1) /* exact in every JSON reader */
#define POLICY_WORD_MAX 48			   /* its name, a client's id, a threshold's name */

enum policy_ownership { POLICY_SCHOOL, POLICY_PRIVATE };

enum policy_outcome {
	POLICY_E_SCHEMA = 1, /* not a policy: error says which field */
	POLICY_E_EXPIRED,    /* now is past its expiry */
	POLICY_E_NOT_YET,    /* now is before not_before */
	POLICY_E_OLDER,	     /* its version is below the one held */
};

/* Immutable after parsing, but for where its profiles lie. */
struct policy;

void policy_free(struct policy *policy);
void policy_free_p(struct policy **policy);
/* Verified bytes in, or a file of the package. */
must_check int policy_parse(
	struct span payload, struct policy **ret_policy, struct json_error *error);
/* Whether it may replace the one of version held (0 for none) at this time. */
must_check int policy_admit(const struct policy *policy, int64_t held, int64_t wall_s);

const char *policy_name(const struct policy *policy); /* "school", "home", ... */
int64_t policy_version(const struct policy *policy);
int64_t policy_expires(const struct policy *policy); /* wall seconds */
enum policy_ownership policy_owner(const struct policy *policy);
/* Seconds between reports: 3600 for school, 86400 for private, unless it says otherwise; never less
 * than a day for private. */
int64_t policy_report_interval(const struct policy *policy);

/* Days that an owner has, from enrolment or from when the policy first named a control, before its
 * failing counts: the control's own "grace_days", else the policy's. */
int64_t policy_grace_days(const struct policy *policy, const char *id);
const struct exemptions *policy_exemptions(const struct policy *policy);
/* TLS keys of the server from now on; none when the policy is silent: those known stay */
const struct pins *policy_pins(const struct policy *policy);

/* A control, or a client, that the policy does not name is off; its severity is "info". */
bool policy_control_on(const struct policy *policy, const char *id);
const char *policy_control_severity(const struct policy *policy, const char *id);
/* A threshold of a control, fallback when the policy is silent. */
int64_t policy_control_number(
	const struct policy *policy, const char *id, const char *name, int64_t fallback);
/* A list or table of a control, borrowed; NULL when the policy is silent. */
struct json_object *policy_control_value(
	const struct policy *policy, const char *id, const char *name);

/* "off", "base" or "strict": what is kept of a client's settings. */
const char *policy_client_tier(const struct policy *policy, const char *client);
/* Whether client profiles travelled in the bundle; else the package's are to be used. */
bool policy_bundles_profiles(const struct policy *policy);
size_t policy_profiles_len(const struct policy *policy);
/* One of them as JSON text, without blanks; the caller frees it. -errno */
must_check int policy_profile_text(const struct policy *policy, size_t i, char **ret_text);
/*
 * Keeps them in this file instead of in memory: an empty one, open to write and read, that nobody
 * else writes to. The policy's own from then on; -errno: nothing changed, and it is the caller's.
 * Once at most.
 */
must_check int policy_lay_profiles(struct policy *policy, int fd);
