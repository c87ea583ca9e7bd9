/* SPDX-License-Identifier: Apache-2.0 */
/* What a reminder says, in the catalogue's words alone: counts and titles of controls. */
#pragma once

#include "mail-due.h"
#include "text.h"

#define MAIL_TEXT_MAX ((size_t)64 << 10)

/* due NULL: the test mail */
must_check int mail_text_subject(
	const struct text_catalogue *texts, const struct mail_due *due, struct str *out);
must_check int mail_text_body(
	const struct text_catalogue *texts, const struct mail_due *due, struct str *out);
