/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A client profile: which settings of one client are kept, in which files, and why. Data of
 * policies/clients/ID.json (schema policies/schema/client.json); it may also travel in a policy.
 *
 * A client may have files of the system ("/...") and of each user ("~/..."), and files that hold
 * different settings: a setting goes into the files of its own group.
 */
#pragma once

#include "format.h"
#include "json.h"
#include "sysroot.h"

#define ENFORCE_PROFILE_FORMAT 1
#define ENFORCE_PROFILE_MAX ((size_t)64 << 10)
#define ENFORCE_PROFILES_MAX 64
#define ENFORCE_FILES_MAX 16
#define ENFORCE_SETTINGS_MAX 128
#define ENFORCE_EACH "{each}" /* below a home: each directory there */
#define ENFORCE_RUNNING_MAX 4
#define ENFORCE_NAMES_MAX 12 /* detect and base paths of one file */

enum enforce_scope { ENFORCE_SYSTEM, ENFORCE_USER };
enum enforce_tier { ENFORCE_OFF, ENFORCE_BASE, ENFORCE_STRICT };

enum enforce_role {
	ENFORCE_MANAGED_DIR, /* our own file in a directory whose files the client merges */
	ENFORCE_POLICIES,    /* the one file a client reads; hides the base files */
	ENFORCE_USER_CONFIG, /* a file of the user that the client writes as well */
	ENFORCE_CONFIG,	     /* a file of the system that the administrator edits as well */
};

/* From when on a written file counts for who is signed in, or for what runs, already */
enum enforce_holds { ENFORCE_HOLDS_NOW, ENFORCE_HOLDS_SIGN_IN, ENFORCE_HOLDS_START };

/* All text is borrowed from the profile. */
struct enforce_file {
	const char
		*path; /* "/etc/..." or "~/..."; may hold {arch}, {revision}: enforce_place_paths */
	const char *packaging;
	const char *group; /* NULL: the default one */
	enum enforce_format format;
	enum enforce_role role;
	enum enforce_holds holds;
	const char *detect[ENFORCE_NAMES_MAX]; /* the packaging is there when one of these is */
	size_t n_detect;
	/* ENFORCE_USER_CONFIG: while one of these runs (person.h) the file is left alone, because
	 * the client writes it from memory. */
	const char *running[ENFORCE_RUNNING_MAX];
	size_t n_running;
	/* NULL, or a file beside this one that names the servers the client knows: expand.h */
	const char *names;
	/* ENFORCE_POLICIES: files this one would hide; the first that exists is merged into ours.
	 * ENFORCE_USER_CONFIG: system defaults, whose objects are completed before `complete`. */
	const char *base[ENFORCE_NAMES_MAX];
	size_t n_base;
};

struct enforce_setting {
	const char *key;
	struct json_path path;	   /* the key, parsed */
	struct json_object *value; /* borrowed; NULL for null */
	enum enforce_tier tier;
	const char *why;   /* text key */
	const char *group; /* NULL: the default one; some file is of it */
	/* Numbers that are as good as value, so that whoever is stricter stays so: from..to */
	bool ranged;
	int64_t from, to;
};

struct enforce_profile {
	const char *id;
	const char *name;
	struct enforce_file *files; /* owned */
	size_t n_files;
	/* Packagings in which nothing can be set, by a path of the system: assessed, not kept */
	const char *assessed[ENFORCE_NAMES_MAX];
	size_t n_assessed;
	struct enforce_setting *settings; /* owned */
	size_t n_settings;
	/* Objects that a client takes whole: an absent one is written with these members. Borrowed.
	 */
	struct json_object *complete;
	struct json_object *object; /* owned: what everything above points into */
};

static inline enum enforce_scope enforce_file_scope(const struct enforce_file *file)
{
	return file->path[0] == '~' ? ENFORCE_USER : ENFORCE_SYSTEM;
}
/* Whether anything of the profile is of this side */
bool enforce_profile_has(const struct enforce_profile *profile, enum enforce_scope scope);
/* Whether this setting is one of this file's */
bool enforce_file_takes(const struct enforce_file *file, const struct enforce_setting *setting);

void enforce_profile_free(struct enforce_profile *profile);
void enforce_profile_free_p(struct enforce_profile **profile);
/* JSON_E_* with error filled when it is no profile. Takes no ownership of object; keeps a
 * reference. */
must_check int enforce_profile_decode(
	struct json_object *object, struct enforce_profile **ret_profile, struct json_error *error);
must_check int enforce_profile_parse(
	struct span text, struct enforce_profile **ret_profile, struct json_error *error);

/* Sorted by id, no id twice. */
struct enforce_profiles {
	struct enforce_profile **items;
	size_t len;
};
void enforce_profiles_finish(struct enforce_profiles *profiles);
/* Each *.json of a directory (DATADIR/clients). error names the file. */
must_check int enforce_profiles_load(
	int dirfd, struct enforce_profiles *ret_profiles, struct json_error *error);
/* The one of this id alone, looked for under its name, ID.json; none there: an empty list. */
must_check int enforce_profiles_load_one(
	int dirfd, const char *id, struct enforce_profiles *ret_profiles, struct json_error *error);
/* A list with this profile alone, which is taken over */
must_check int enforce_profiles_of_one(
	struct enforce_profile *profile, struct enforce_profiles *ret_profiles);
/* An array of profiles (HOME_SETTINGS) */
must_check int enforce_profiles_decode(
	struct json_object *array, struct enforce_profiles *ret_profiles, struct json_error *error);
const struct enforce_profile *enforce_profiles_find(
	const struct enforce_profiles *profiles, const char *id);

/* "off", "base", "strict"; -EINVAL */
must_check int enforce_tier_parse(const char *word, enum enforce_tier *ret_tier);
const char *enforce_tier_name(enum enforce_tier tier);
