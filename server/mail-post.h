/* SPDX-License-Identifier: Apache-2.0 */
/* Writes a reminder, or the test mail, in the school's language, and sends it. */
#pragma once

#include "mail-due.h"
#include "mail-send.h"

struct mail_post {
	const struct state *state; /* where the login lies */
	const char *datadir;	   /* where the texts lie */
	const char *ca;		   /* as mail_send takes it */
	const struct mail_setup *setup;
	const struct mail_due *due; /* NULL: the test mail */
	int64_t now_s;
};
/*
 * As mail_send; also negative after a log line: the texts could not be read. MAIL_LOGIN, too, where
 * our own file of it cannot be read, or is another relay's.
 */
must_check int mail_post(
	const struct mail_post *post, enum mail_problem *ret_problem, int *ret_status);
