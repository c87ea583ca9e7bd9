/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Installed browsers and their managed policies. Chromium and its kin read every file below
 * policies/managed, whatever its name, the last one in the order of names (by bytes) winning key by
 * key (components/policy, ConfigDirPolicyLoader); what lies in policies/recommended locks nothing
 * and is not read here. Firefox reads one file: /etc/firefox/policies/policies.json, else the one
 * of its installation. tests/browser shows all of this of real browsers.
 */
#pragma once

#include "check.h"

#define BROWSERS_POLICY_MAX ((size_t)1 << 20)
#define BROWSERS_FILES_MAX 256
#define BROWSERS_DIRS_MAX 2

enum browser_kind { BROWSER_CHROMIUM, BROWSER_FIREFOX };

/* One installed browser; what it points to lives as long as the call. */
struct browser_seen {
	enum browser_kind kind;
	/* What holds together, by place; NULL where nothing is set. Firefox: its "policies". */
	struct json_object *policies[BROWSERS_DIRS_MAX];
	size_t n_policies;
	bool edge;	       /* Microsoft's: some of Chromium's keys mean nothing to it */
	bool elsewhere;	       /* its maker's console, or a script, sets policies too */
	bool either;	       /* which place this browser reads is not known */
	bool installed;	       /* as a plain program */
	bool sandboxed;	       /* as flatpak or snap, which may read other files */
	bool damaged;	       /* a policy file is no JSON object, or no file */
	bool refused;	       /* no right to read one */
	unsigned major, minor; /* Firefox's version by its application.ini; 0 when not known */
};

/* A negative return ends the look with that value. */
typedef int (*browsers_fn)(const struct browser_seen *seen, void *data);
must_check int browsers_each(const struct sysroot *root, browsers_fn fn, void *data);
must_check int browsers_each_chromium(const struct sysroot *root, browsers_fn fn, void *data);
must_check int browsers_each_firefox(const struct sysroot *root, browsers_fn fn, void *data);

/* What browsers_each reads, for a check's inputs */
#define BROWSERS_INPUTS                                                                        \
	{CHECK_INPUT_FILE, "etc/brave/policies/enrollment"},                                   \
		{CHECK_INPUT_FILE, "etc/brave/policies/managed"},                              \
		{CHECK_INPUT_FILE, "etc/chromium-browser/policies/enrollment"},                \
		{CHECK_INPUT_FILE, "etc/chromium-browser/policies/managed"},                   \
		{CHECK_INPUT_FILE, "etc/chromium/policies/enrollment"},                        \
		{CHECK_INPUT_FILE, "etc/chromium/policies/managed"},                           \
		{CHECK_INPUT_FILE, "etc/firefox/policies/policies.json"},                      \
		{CHECK_INPUT_FILE, "etc/opt/chrome/policies/enrollment"},                      \
		{CHECK_INPUT_FILE, "etc/opt/chrome/policies/managed"},                         \
		{CHECK_INPUT_FILE, "etc/opt/edge/policies/enrollment"},                        \
		{CHECK_INPUT_FILE, "etc/opt/edge/policies/managed"},                           \
		{CHECK_INPUT_FILE, "opt/brave.com/brave/brave"},                               \
		{CHECK_INPUT_FILE, "opt/firefox/application.ini"},                             \
		{CHECK_INPUT_FILE, "opt/firefox/defaults/pref"},                               \
		{CHECK_INPUT_FILE, "opt/firefox/distribution/policies.json"},                  \
		{CHECK_INPUT_FILE, "opt/firefox/firefox"},                                     \
		{CHECK_INPUT_FILE, "opt/google/chrome/chrome"},                                \
		{CHECK_INPUT_FILE, "opt/microsoft/msedge/msedge"}, {CHECK_INPUT_FILE, "snap"}, \
		{CHECK_INPUT_FILE, "usr/bin/chromium"},                                        \
		{CHECK_INPUT_FILE, "usr/bin/chromium-browser"},                                \
		{CHECK_INPUT_FILE, "usr/bin/firefox"},                                         \
		{CHECK_INPUT_FILE, "usr/lib/firefox-esr/application.ini"},                     \
		{CHECK_INPUT_FILE, "usr/lib/firefox-esr/defaults/pref"},                       \
		{CHECK_INPUT_FILE, "usr/lib/firefox-esr/distribution/policies.json"},          \
		{CHECK_INPUT_FILE, "usr/lib/firefox-esr/firefox-esr"},                         \
		{CHECK_INPUT_FILE, "usr/lib/firefox/application.ini"},                         \
		{CHECK_INPUT_FILE, "usr/lib/firefox/defaults/pref"},                           \
		{CHECK_INPUT_FILE, "usr/lib/firefox/distribution/policies.json"},              \
		{CHECK_INPUT_FILE, "usr/lib/firefox/firefox"},                                 \
		{CHECK_INPUT_FILE, "usr/lib64/firefox/application.ini"},                       \
		{CHECK_INPUT_FILE, "usr/lib64/firefox/defaults/pref"},                         \
		{CHECK_INPUT_FILE, "usr/lib64/firefox/distribution/policies.json"},            \
		{CHECK_INPUT_FILE, "usr/lib64/firefox/firefox"},                               \
	{                                                                                      \
		CHECK_INPUT_FILE, "var/lib/flatpak/app"                                        \
	}

/* The file's object, to be put; NULL when it is not there or was noted as damaged or refused. */
must_check int browsers_read(const struct sysroot *root, const char *path,
	struct browser_seen *seen, struct json_object **ret_object);
/* A member, borrowed; NULL when there is none or this is no object. */
struct json_object *browsers_member(struct json_object *object, const char *name);

enum browsers_list {
	BROWSERS_LIST_ALLOWED, /* every origin is one of the allowed ones */
	BROWSERS_LIST_EXTRA,
	BROWSERS_LIST_DAMAGED, /* no list of texts */
};
/* allowed is an array, or NULL for none. No list at all allows nothing. */
enum browsers_list browsers_judge_list(struct json_object *list, struct json_object *allowed);
