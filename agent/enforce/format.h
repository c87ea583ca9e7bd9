/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The formats of settings files, one table of operations each. Pure functions from bytes to bytes;
 * they return enum enforce_error, or -ENOMEM. For document.c and the journal alone.
 */
#pragma once

#include "change.h"
#include "json-path.h"

#define ENFORCE_FILE_MAX ((size_t)1 << 20) /* bytes of a settings file */

/* X(NAME, "word"): the word stands in profiles and journals. */
#define ENFORCE_FORMATS(X)                                                              \
	X(JSON, "json")                                                                 \
	X(JSON_RELAXED, "json-relaxed")	  /* Chromium's reader */                       \
	X(INI, "ini")			  /* sections; values are texts */              \
	X(ASSIGNMENTS, "assignments")	  /* NAME="value" lines, as sh(1) reads them */ \
	X(TOML, "toml")			  /* name = value lines before any table */     \
	X(APT, "apt")			  /* apt.conf(5) */                             \
	X(DCONF, "dconf")		  /* a keyfile that dconf compiles */           \
	X(DCONF_LOCKS, "dconf-locks")	  /* its keys that nobody can change */         \
	X(DCONF_PROFILE, "dconf-profile") /* the databases that count */                \
	X(LINK, "link")			  /* a unit's symlink */                        \
	X(PLUGS, "snap-plugs")		  /* what snapd connects: plugs.h */            \
	X(XFCONF, "xfconf")		  /* a channel of Xfce's, locked */

enum enforce_format {
#define X(name, word) ENFORCE_##name,
	ENFORCE_FORMATS(X)
#undef X
};
const char *enforce_format_word(enum enforce_format format);
/* -EINVAL */
must_check int enforce_format_parse(const char *word, enum enforce_format *ret_format);

struct enforce_value {
	bool present;
	struct json_object *object; /* owned; NULL for null and for absent */
	char *text;		    /* owned: as it stands in the file; NULL when absent */
	bool open;		    /* anybody may set another over it: not what is wanted */
};
void enforce_value_finish(struct enforce_value *value);

struct enforce_format_ops {
	const char *empty; /* text of a new file, unless begin says it */
	/* Appends the text of a new file that names itself; NULL for all others */
	int (*begin)(const char *path, struct str *out);
	bool flat; /* a key of several names lies in nothing that would have to be made */
	int (*check)(struct span text, enum enforce_format format);
	int (*get)(struct span text, enum enforce_format format, const struct json_path *path,
		struct enforce_value *ret_value);
	int (*set)(struct span text, enum enforce_format format, const struct json_path *path,
		struct json_object *value, struct str *out);
	/* former: text that enforce_value had */
	int (*put_back)(struct span text, enum enforce_format format, const struct json_path *path,
		struct span former, struct str *out);
	int (*remove)(struct span text, enum enforce_format format, const struct json_path *path,
		struct str *out);
	/* The whole text as a value, for comparing */
	int (*object)(
		struct span text, enum enforce_format format, struct json_object **ret_object);
	/* A former value's text as a value, for showing */
	int (*read)(
		struct span former, enum enforce_format format, struct json_object **ret_object);
};
extern const struct enforce_format_ops enforce_format_json, enforce_format_lines,
	enforce_format_apt, enforce_format_dconf_locks, enforce_format_dconf_profile,
	enforce_format_link, enforce_format_plugs, enforce_format_xfconf;

const struct enforce_format_ops *enforce_format_ops(enum enforce_format format);
/*
 * Whether what a file says is the value that is wanted. In a list a setting is there or not, and
 * what it is set to stands elsewhere.
 */
bool enforce_format_same(
	enum enforce_format format, const struct enforce_value *value, struct json_object *wanted);
/* Whether a file of this name in the directory of ours is read too */
bool enforce_format_reads(enum enforce_format format, const char *name);
