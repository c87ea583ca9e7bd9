/* SPDX-License-Identifier: Apache-2.0 */
/* Exemptions as caretakerd tells them (EXEMPTION of ARCHITECTURE.md), in words. */
#pragma once

#include "json.h"
#include "page.h"

#define ALLOWED_MAX 64

/* JSON_E_* with error filled when list is no list of exemptions */
must_check int allowed_check(struct json_object *list, struct json_error *error);
size_t allowed_running(struct json_object *list);
/* One paragraph each: what, why, whom it concerns, by whom, and until when. A checked list */
void allowed_show(struct page *page, struct json_object *list);

#define ALLOWED_TIME_MAX 32
/* "2026-11-25 10:00", by this machine's time zone */
void allowed_time(int64_t wall_s, char text[ALLOWED_TIME_MAX]);
