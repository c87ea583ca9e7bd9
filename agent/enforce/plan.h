/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Plan, apply, verify, undo. A plan reads and changes nothing. The core plans system files and
 *sends what enforce_plan_writes gives to caretaker-hand; caretaker-home plans and applies by
 *itself.
 *
 *	struct enforce_place place = {.root = root, .home = -1, .owner = 0};
 *	r = enforce_plan(&place, profile, ENFORCE_BASE, &journal, &plan);
 */
#pragma once

#include "change.h"
#include "journal.h"
#include "place.h"

struct enforce_plan {
	bool installed;
	bool assessed;	/* it is there in a packaging in which nothing can be set */
	size_t kept;	/* settings that have their value */
	size_t drifted; /* those that have not; conflict and refused included */
	/* wall second of the last change of kept files that count from then on; 0: there is none */
	int64_t sign_in_s;		/* for whoever signs in later */
	int64_t start_s;		/* once the computer is started again */
	struct enforce_changes changes; /* one for each drifted setting and file */
	/* Bit i: file i of the profile has to be written */
	uint32_t files;
};
void enforce_plan_finish(struct enforce_plan *plan);

/*
 * What it would take. tier ENFORCE_OFF plans nothing. A file that cannot be edited gives its
 * changes with result refused and one error each; another managed file that says otherwise gives
 * conflict. What waits until its client is closed is planned with the error running. journal may
 * be NULL; with it, a base file (a distribution's policies.json) that changed
 * after it was merged is noticed.
 */
must_check int enforce_plan(const struct enforce_place *place,
	const struct enforce_profile *profile, enum enforce_tier tier,
	const struct enforce_journal *journal, struct enforce_plan *ret_plan);

/* Array of HAND_WRITE bodies, one for each file that has to be written; the caller puts it. */
must_check int enforce_plan_writes(const struct enforce_place *place,
	const struct enforce_profile *profile, enum enforce_tier tier,
	const struct enforce_plan *plan, struct json_object **ret_array);

/* Whether this file is edited here and its packaging is there. */
bool enforce_file_installed(const struct enforce_place *place, const struct enforce_file *file);
/* The settings of one file: sets each of the first n_settings of ret_settings. */
void enforce_file_settings(const struct enforce_profile *profile, size_t file,
	enum enforce_tier tier, bool *ret_settings);

/* Whether a program that writes this file from memory runs now */
bool enforce_file_runs(const struct enforce_place *place, const struct enforce_file *file);
/* What one file would take, added to a plan. asked: of the profile's settings */
must_check int enforce_plan_file(const struct enforce_place *place,
	const struct enforce_profile *profile, size_t file, const bool *asked,
	const struct enforce_journal *journal, struct enforce_plan *plan);

/* A key that stands for the file as a whole */
#define ENFORCE_WHOLE_KEY "*"
/* Adds that some of the files that a path with {each} stands for are not looked at. */
must_check int enforce_add_unlisted(
	const struct enforce_profile *profile, size_t file, struct enforce_changes *changes);

/*
 * Paths whose change asks for a new plan ("/etc/...", "~/..."), each once. One that ends in "/" is
 * a directory and every name in it.
 */
typedef int (*enforce_path_fn)(const char *path, void *data);
must_check int enforce_plan_paths(const struct enforce_place *place,
	const struct enforce_profile *profile, enforce_path_fn fn, void *data);
