/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What an account shows beside its password. A kind of its own in the table for each: one-time
 * codes of an app now, and codes on paper for the day the app is lost; a passkey would be a third.
 */
#pragma once

#include "secret.h"
#include "store.h"
#include "totp.h"

#define FACTORS_CODES 10
#define FACTORS_CODE_LEN 11 /* "ABCDE-FGHIJ": 50 random bits */
#define FACTORS_TEXT_MAX 32 /* what a person may type */

enum factors_outcome {
	FACTORS_E_WRONG = 1, /* no such code, or it was used */
	FACTORS_E_NONE,	     /* nothing was begun */
};

struct factors_codes {
	char items[FACTORS_CODES][FACTORS_CODE_LEN + 1];
};

must_check int factors_have(struct store *store, const char *account, bool *ret_have);
/* A new secret; until it is confirmed what was there before goes on. */
must_check int factors_begin(
	struct store *store, const char *account, char ret_secret[TOTP_SECRET_LEN + 1]);
/* FACTORS_E_NONE, FACTORS_E_WRONG. Replaces app and paper codes. */
must_check int factors_confirm(struct store *store, const char *account, struct span code,
	int64_t now_s, struct factors_codes *ret_codes);
/* Uses a code up. FACTORS_E_WRONG. ret_paper: it was one of the paper codes */
must_check int factors_use(
	struct store *store, const char *account, struct span code, int64_t now_s, bool *ret_paper);
must_check int factors_forget(struct store *store, const char *account);
