/* SPDX-License-Identifier: Apache-2.0 */
/* A person's left-over recordings, as a page and as JSON. */
#pragma once

#include "block-crypt.h"
#include "cli.h"
#include "recordings-list.h"

struct left_overs {
	struct recordings list;
	enum block_crypt *crypts; /* of the disk of each row */
	const char *home;	  /* its real path, for shorter names */
};

/* In a sealed folder, or on an encrypted disk; BLOCK_CRYPT_UNKNOWN where that cannot be told */
enum block_crypt recordings_row_crypt(const struct left_overs *left, size_t row);
/* "~/Videos/..." for what lies below the home */
must_check int recordings_name(const struct left_overs *left, size_t row, struct str *out);

void recordings_page(struct page *page, const struct left_overs *left, int64_t now_s);
/* policies/schema/recordings.json. Heap */
must_check int recordings_json(const struct left_overs *left, size_t deleted, int64_t now_s,
	struct json_object **ret_json);
