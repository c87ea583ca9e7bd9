/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Text catalogues, policies/texts/LANGUAGE.json: one flat object of key to text. "{name}" in a text
 * is replaced by an argument. No sentence for a person stands in code.
 */
#pragma once

#include "json.h"

#define TEXT_CATALOGUE_MAX ((size_t)1 << 20)

struct text_catalogue;

/* One file's bytes as a flat object of texts; JSON_E_* */
must_check int text_parse(
	struct span bytes, struct json_object **ret_texts, struct json_error *error);
/*
 * -ENOENT without English, -EBADMSG when a file is no catalogue.
 * language as in LC_MESSAGES ("nl_NL.UTF-8"), NULL for none; falls back to en, key by key.
 */
must_check int text_open(int dirfd, const char *language, struct text_catalogue **ret_catalogue);
void text_free(struct text_catalogue *catalogue);
void text_free_p(struct text_catalogue **catalogue);
/* The text, or the key itself when nothing has it: a screen is never empty. */
const char *text_get(const struct text_catalogue *catalogue, const char *key);
bool text_has(const struct text_catalogue *catalogue, const char *key);

struct text_arg {
	const char *name;
	const char *value;
};
/* Values are made printable; a "{name}" that no argument has stays as it is. */
must_check int text_format(const struct text_catalogue *catalogue, const char *key,
	const struct text_arg *args, size_t n, struct str *out);
/*
 * The form of the text that goes with n (common/plural.h): "key.one", "key.few", "key.many", else
 * "key.other", with {n} as the number.
 */
must_check int text_format_count(
	const struct text_catalogue *catalogue, const char *key, uint64_t n, struct str *out);
