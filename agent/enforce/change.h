/* SPDX-License-Identifier: Apache-2.0 */
/* A CHANGE (ARCHITECTURE.md): what is, or was, done about one setting; and its JSON. */
#pragma once

#include "json.h"
#include "vec.h"

#define ENFORCE_CHANGES_MAX 2048

enum enforce_result {
	ENFORCE_PLANNED,
	ENFORCE_APPLIED,
	ENFORCE_UNDONE,
	ENFORCE_CONFLICT, /* somebody else's value stands; left alone */
	ENFORCE_REFUSED,  /* the file is not one to write; nothing was changed */
	ENFORCE_FAILED,
};
#define ENFORCE_RESULT_COUNT 6

/* X(NAME, "code"): each has a text "enforce.error.CODE". */
#define ENFORCE_ERRORS(X)                                                                       \
	X(IS_LINK, "is-link") /* the file or a directory above it is a symlink */               \
	X(IS_FIFO, "is-fifo")                                                                   \
	X(IS_DIRECTORY, "is-directory")                                                         \
	X(IS_SPECIAL, "is-special") /* socket or device */                                      \
	X(TOO_LARGE, "too-large")   /* above ENFORCE_FILE_MAX */                                \
	X(NOT_JSON, "not-json")                                                                 \
	X(DUPLICATE_KEY, "duplicate-key")                                                       \
	X(FOREIGN_OWNER, "foreign-owner") /* file or directory of another account */            \
	X(WRITABLE_BY_OTHERS, "writable-by-others")                                             \
	X(ATTRIBUTES, "attributes") /* owner, ACL or label could not be kept */                 \
	X(CHANGED_MEANWHILE, "changed-meanwhile")                                               \
	X(NOT_PERMITTED, "not-permitted")                                                       \
	X(READ_ONLY, "read-only")                                                               \
	X(NO_SPACE, "no-space")                                                                 \
	X(OTHER_FILE, "other-file")   /* conflict: another policy file says otherwise */        \
	X(MANAGED, "managed")	      /* conflict: its administrator's policy says otherwise */ \
	X(OTHER_VALUE, "other-value") /* undo: the value is no longer ours */                   \
	X(RUNNING, "running")	      /* planned: done once the client is closed */             \
	X(UNLISTED, "unlisted")	      /* one of more files than are looked at */                \
	X(REWRITTEN, "rewritten")     /* conflict: the client keeps writing its own value */    \
	X(OUT_OF_BOUNDS, "out-of-bounds") /* caretaker-hand: not in the compiled-in table */    \
	X(NO_TOOL, "no-tool")		  /* dconf is not installed */                          \
	X(TOOL_FAILED, "tool-failed")	  /* dconf update failed, or did not take the value */  \
	X(NO_GATE, "no-gate")		  /* no AppArmor, or no tool to load a profile */       \
	X(NO_SWITCH, "no-switch")	  /* a camera or microphone that has no way to it */    \
	X(FIREWALL_FAILED, "firewall-failed")                                                   \
	X(MANAGER_STOPPED, "manager-stopped")                                                   \
	X(SNAPD, "snapd") /* snapd could not be asked, or did not do it */                      \
	X(NOT_EFFECTIVE, "not-effective")                                                       \
	X(NO_FIREWALL, "no-firewall")                                                           \
	X(OTHER_RULES, "other-rules")                                                           \
	X(UNCONFIRMED, "unconfirmed")                                                           \
	X(JOURNAL, "journal") /* the undo journal could not be read or written */               \
	X(SYSTEM, "system")   /* any other error of the machine */

enum enforce_error {
	ENFORCE_NO_ERROR,
#define X(name, code) ENFORCE_ERROR_##name,
	ENFORCE_ERRORS(X)
#undef X
		ENFORCE_ERROR_COUNT,
};

struct enforce_change {
	char *client; /* owned, as all text here */
	char *path;   /* "/etc/..." or "~/..." */
	char *key;
	struct json_object *from; /* owned; NULL for absent and for null */
	struct json_object *to;
	char *why; /* text key */
	enum enforce_result result;
	enum enforce_error error;
};
void enforce_change_finish(struct enforce_change *change);

struct enforce_changes {
	struct enforce_change *items;
	size_t len;
	size_t cap;
};
void enforce_changes_finish(struct enforce_changes *changes);
/* Copies the text, takes references on the values. */
must_check int enforce_changes_add(struct enforce_changes *changes, const char *client,
	const char *path, const char *key, struct json_object *from, struct json_object *to,
	const char *why, enum enforce_result result, enum enforce_error error);

const char *enforce_result_name(enum enforce_result result);
const char *enforce_error_code(enum enforce_error error); /* NULL for ENFORCE_NO_ERROR */

/* refused when the file is not one to write, failed when the machine could not */
enum enforce_result enforce_error_result(int error);

/* One CHANGE object; the caller puts it. */
must_check int enforce_change_to_json(
	const struct enforce_change *change, struct json_object **ret_object);
/* The array of CHANGE objects */
must_check int enforce_changes_to_json(
	const struct enforce_changes *changes, struct json_object **ret_array);
/* From a peer: JSON_E_* with error filled */
must_check int enforce_changes_from_json(
	struct json_object *array, struct enforce_changes *ret_changes, struct json_error *error);
