/* SPDX-License-Identifier: Apache-2.0 */
/* A policy as the console edits it: what is asked for, what is otherwise than the package has it,
 * whom it reaches, which versions there were, and what an edit would change. */
#pragma once

#include "policies.h"

#define POLICY_VIEW_VERSIONS_MAX 50
#define POLICY_VIEW_DEVICES_MAX 50

/* Of devices d: those of a line; $1 site, $2 ownership, $3 team */
#define POLICY_VIEW_OF_LINE                                                                     \
	"d.site = $1 AND d.ownership = $2 AND (d.team = $3 OR ($3 = '' AND NOT EXISTS (SELECT " \
	"1 FROM policy_lines l WHERE l.site = $1 AND l.ownership = $2 AND l.team = d.team))) "

/* openapi's Policy. POLICIES_E_REFUSED */
must_check int policy_view_read(struct store *store, const char *datadir,
	const struct policies_line *line, struct json_object **ret_body, struct json_error *error);
/* The edit in force for the line, and the package's bundle with it. POLICIES_E_REFUSED */
must_check int policy_view_load(struct store *store, const char *datadir,
	const struct policies_line *line, struct json_object **ret_edit,
	struct json_object **ret_asked, struct json_error *error);
/* openapi's PolicyPreview: what the edit would change against what is asked for now.
 * POLICIES_E_REFUSED */
must_check int policy_view_preview(struct store *store, const char *datadir,
	const struct policies_line *line, struct json_object *edit, struct json_object **ret_body,
	struct json_error *error);

/* Makes edit what the line asks for. who: an account's name */
must_check int policy_view_put(struct store *store, int64_t now_s, const char *who,
	const struct policies_line *line, const char *edit);
/* The group has the policy of all again; no row is no error. */
must_check int policy_view_drop(struct store *store, const struct policies_line *line);
/* The edit that a version was made of; out stays empty when there is none that could be taken up
 * again. */
must_check int policy_view_read_version(
	struct store *store, const struct policies_line *line, int64_t version, struct str *out);
