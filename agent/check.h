/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A check: one pure function from facts and policy to a verdict. Start here to add one.
 *
 * 1. Write agent/checks/check-NAME.c with one `const struct check check_NAME`.
 * 2. Name it in agent/checks/meson.build; the registry is generated from that list.
 * 3. Give it texts (policies/texts), a place in policies/baseline, and folders
 *    tests/scenarios/ID/NAME.{pass,fail,unknown,na}/.
 *
 * The verdict is POSTURE_UNKNOWN when run is called; a check only improves on that. It opens
 * nothing but through ctx->root, asks no clock but ctx->now, and keeps nothing between two calls.
 */
#pragma once

#include "base.h"
#include "clock.h"
#include "policy.h"
#include "posture.h"
#include "facts.h"
#include "media-view.h"
#include "personal.h"
#include "sysroot.h"

#define CHECK_EVIDENCE_MAX 8
#define CHECK_EVIDENCE_VALUE_MAX 96

/* What was seen, for `caretaker explain`: stays on the device. key is a text key's last part. */
struct check_evidence {
	const char *key; /* static: "pending", "oldest-days", ... */
	char value[CHECK_EVIDENCE_VALUE_MAX + 1];
};

struct verdict {
	enum posture_state state;
	enum posture_reason reason;
	struct check_evidence evidence[CHECK_EVIDENCE_MAX];
	size_t n_evidence;
	int64_t due_s; /* wall second at which the verdict may change by itself; 0 for never */
};

/* First sightings of pending fixes, kept by the core between runs; see agent/checks/first-seen.h */
struct first_seen;

struct exemption_use;

/* What rpm said in this run; see agent/readers/rpm-installed.h */
struct rpm_installed;

/* Where the policy that judges comes from, as whoever verified it says. */
enum check_policy {
	CHECK_POLICY_PACKAGE, /* the home policy, a file of the package */
	CHECK_POLICY_SCHOOL,  /* a school's bundle, verified when it was loaded */
	CHECK_POLICY_REFUSED, /* enrolled, and the school's bundle does not verify any more */
	CHECK_POLICY_OLDER,   /* verified, and older than one that held before */
};

/* A person's account, as that person's worker tells of it: a claim, and at times an old one. */
struct check_person {
	uid_t uid; /* for telling accounts apart; never in a verdict */
	struct personal facts;
	int64_t said_s;	 /* wall second of the facts; 0: nothing was ever said */
	bool answering;	 /* the worker is there: the facts hold now, whenever they were said */
	int64_t since_s; /* wall second since when it answers; never kept */
	/*
	 * The person is signed in, and yet no worker answers for them: the facts may be old for a
	 * reason. One who is signed out changes nothing, so that their last facts hold.
	 */
	bool silent;
	bool closed; /* the account is there, and whoever judges may not look into its home */
};
#define CHECK_PEOPLE_MAX 64

struct check_ctx {
	const struct sysroot *root;    /* files, below a root directory fd */
	const struct facts_live *live; /* kernel and tools; NULL when judging by files alone */
	const struct policy *policy;
	struct clock_now now;
	struct first_seen *first_seen; /* NULL: no memory, so no age can be proved */
	const char *unpack; /* caretaker-unpack's absolute path; NULL: no compressed list is read */
	struct rpm_installed *rpm;	   /* NULL: rpm is asked by each check that needs it */
	const struct check_person *people; /* accounts that were told about; by uid */
	size_t n_people;
	enum check_policy policy_from;
	const char *device;		  /* this device's id; NULL or empty: it is nobody's */
	int64_t highest_s;		  /* the highest wall second ever seen here; 0: now */
	const struct exemptions *given;	  /* by its owner; NULL for none */
	const struct media_view *media;	  /* NULL: nobody follows them here */
	const struct exemption_use *uses; /* see agent/checks/exempt.h */
	size_t n_uses;
};

/* What a verdict depends on: the core watches these and judges again when one changes. */
enum check_input_kind {
	CHECK_INPUT_FILE,	 /* path: a file or directory, its replacement or its appearance */
	CHECK_INPUT_FIREWALL,	 /* nftables generation */
	CHECK_INPUT_WIFI,	 /* nl80211 connect, disconnect, roam; interfaces */
	CHECK_INPUT_BLOCK,	 /* block devices, mounts (/proc/1/mountinfo), /proc/swaps */
	CHECK_INPUT_LINK,	 /* network interfaces appear or go */
	CHECK_INPUT_NETWORK,	 /* interfaces go on or off; the ways to the Internet change */
	CHECK_INPUT_PEOPLE,	 /* facts of the people's accounts, of one group */
	CHECK_INPUT_CONFINEMENT, /* AppArmor's profiles, as the kernel holds them */
	CHECK_INPUT_MEDIA,	 /* state of cameras and microphones */
};
struct check_input {
	enum check_input_kind kind;
	const char *path;	   /* below the root, no leading slash; CHECK_INPUT_FILE only */
	enum personal_group group; /* CHECK_INPUT_PEOPLE only */
};

struct check {
	const char *id;	 /* facts/controls.json: stable for ever */
	bool local_only; /* never enters a report */
	/*
	 * When it changes says when somebody used the device: remembered and told is the worst of a
	 * whole day alone, after that day, and only of a school's own device.
	 */
	bool by_day;
	const struct check_input *inputs;
	size_t n_inputs;
	/* Negative errno becomes POSTURE_ERROR; 0 with the verdict filled. */
	int (*run)(const struct check_ctx *ctx, struct verdict *verdict);
};

/* Generated from agent/checks/meson.build, sorted by id. */
extern const struct check *const check_registry[];
extern const size_t check_registry_len;
const struct check *check_find(const char *id);

/*
 * Runs one check with the engine's rules: policy off → na/disabled-by-policy; errors → error; what
 * fails while an exemption for it runs → exempt.
 */
void check_run(const struct check *check, const struct check_ctx *ctx, struct verdict *ret_verdict);

/* For checks */
static inline int verdict_set(
	struct verdict *v, enum posture_state state, enum posture_reason reason)
{
	v->state = state;
	v->reason = reason;
	return 0;
}
/* Truncates the value; ignores what does not fit the list. */
void verdict_note(struct verdict *v, const char *key, const char *fmt, ...) printf_like(3, 4);
