/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A look-up of a fixed list of programs among the installed ones: which are there, in which
 * version. No inventory is made, and nothing but the list's own names is kept.
 */
#pragma once

#include "check.h"

#define APPS_MAX 24
#define APPS_VERSION_MAX 255
#define APPS_PLACES_MAX 3

struct app {
	const char *package;			/* dpkg's name, which a policy uses too */
	const char *elsewhere[APPS_PLACES_MAX]; /* "snap/...", flatpak's directory, or unpacked by
						   hand */
};

struct app_seen {
	bool packaged;
	char version[APPS_VERSION_MAX + 1]; /* the lowest one of those that are told */
	unsigned elsewhere;		    /* bit i: it is at elsewhere[i] of its row, too */
	unsigned told;			    /* of these: its version is known, as a snap's is */
	bool listed;			    /* an archive that apt knows has it */
};

enum apps_outcome {
	APPS_E_MANAGER =
		1, /* no manager known here: what is installed, or what brings it, is not told */
	APPS_E_FORMAT,
	APPS_E_LIMIT,
	APPS_E_PERMITTED,
	APPS_E_LISTS, /* apt has no lists */
	APPS_E_LIVE,  /* rpm is asked on the running system alone */
};

extern const struct app apps_clients[];
extern const size_t apps_clients_len;

/* seen has room for n, which is at most APPS_MAX. */
must_check int apps_look(
	const struct check_ctx *ctx, const struct app *apps, size_t n, struct app_seen *seen);
/* Fills listed of those that are packaged. Reads apt's lists, so ask only when it matters. */
must_check int apps_look_listed(
	const struct check_ctx *ctx, const struct app *apps, size_t n, struct app_seen *seen);
/* Sets the verdict for an outcome above. */
int apps_explain(int outcome, struct verdict *v);
/* Pure. Epoch and packaging revision of version do not count unless minimum has them. */
bool apps_version_below(const char *version, const char *minimum);

struct apps_versions {
	size_t n_there;
	size_t n_below;
	bool no_minimum; /* the policy names none for one that is there */
	bool hidden;	 /* the version of one that is there cannot be read */
};
/* By the policy's "minimum" of this control: {"PACKAGE": "VERSION"} */
void apps_judge_versions(const struct policy *policy, const char *id, const struct app *apps,
	size_t n, const struct app_seen *seen, struct apps_versions *ret_versions);
/*
 * Fails, or leaves open, by the versions alone; absent is the reason when nothing is there, key the
 * evidence that counts them. True once the verdict is set: all versions are new enough otherwise.
 */
bool apps_versions_decide(const struct apps_versions *versions, enum posture_reason absent,
	const char *key, struct verdict *v);
