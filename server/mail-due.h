/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a reminder tells: how many things are due and which controls they belong to. No device,
 * label, name, reason or note is read for it, so that none can be in it.
 */
#pragma once

#include "duties.h"
#include "str.h"

#define MAIL_DUE_BYTES_MAX ((size_t)32 << 10)
#define MAIL_DUE_LISTED_MAX 200 /* breaches, exemptions */
#define MAIL_DUE_SOON_S ((int64_t)7 * 86400)

enum mail_due_kind {
	MAIL_DUE_DUTIES,  /* failing, or answered too long ago */
	MAIL_DUE_OVERDUE, /* breaches whose 72 hours are over */
	MAIL_DUE_RUNNING, /* breaches that the authority is still to be told of */
	MAIL_DUE_ENDS,	  /* exemptions that end within a week */
	MAIL_DUE_WAITS,	  /* exemptions that nobody has decided on */
};
#define MAIL_DUE_KINDS 5

struct mail_due {
	uint64_t counts[MAIL_DUE_KINDS];
	struct str keys;     /* as mail.h takes them */
	struct str controls; /* of the duties, each once, one a line */
};
#define MAIL_DUE_INIT                                                               \
	(struct mail_due)                                                           \
	{                                                                           \
		.keys.max = MAIL_DUE_BYTES_MAX, .controls.max = MAIL_DUE_BYTES_MAX, \
	}
void mail_due_finish(struct mail_due *due);

/* Into an empty one */
must_check int mail_due_read(
	struct store *store, int64_t now_s, enum duties_storage storage, struct mail_due *due);
uint64_t mail_due_total(const struct mail_due *due);
