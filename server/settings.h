/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a school sets of its endpoint: how long things are kept, where it runs and who answers for
 * it, when reviews fall due and whom to remind, the webhook. Each has a default, a shape and
 * bounds; there is no other.
 */
#pragma once

#include "json.h"
#include "store.h"

#define SETTINGS_TEXT_MAX 400
#define SETTINGS_HISTORY_DAYS 90
#define SETTINGS_HISTORY_DAYS_MAX 400

enum settings_outcome {
	SETTINGS_E_REFUSED = 1, /* the error says which, and why */
};

/* The default when nothing is set; text at least SETTINGS_TEXT_MAX + 1. */
must_check int settings_text(struct store *store, const char *name, char *text);
must_check int settings_number(struct store *store, const char *name, int64_t *ret_n);

/* openapi's Settings */
must_check int settings_read(struct store *store, struct json_object **ret_body);
/* Some of them, by name. SETTINGS_E_REFUSED */
must_check int settings_put(
	struct store *store, struct json_object *changes, struct json_error *error);
/* Whether putting it touches what is kept for how long, or something else */
bool settings_is_retention(struct json_object *changes);
/* Whether it touches how reminders are sent */
bool settings_is_mail(struct json_object *changes);

/* One that the texts and documents are written in */
bool settings_is_language(const char *text);

/* What the server notes for itself, read by the same calls: a name that is no setting's */
must_check int settings_keep(struct store *store, const char *name, const char *value);
