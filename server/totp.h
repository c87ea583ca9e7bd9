/* SPDX-License-Identifier: Apache-2.0 */
/* One-time codes of a clock: RFC 6238 over HMAC-SHA-1, the one kind that every app takes. */
#pragma once

#include "base.h"
#include "str.h"

#define TOTP_SECRET_BYTES 20 /* RFC 4226 section 4, R6 */
#define TOTP_SECRET_LEN 32   /* in base32, RFC 4648 */
#define TOTP_STEP_S 30
#define TOTP_DIGITS 6
#define TOTP_DIGITS_MAX 8

/* The number of a step: TOTP_STEP_S seconds from 1970 */
must_check int totp_code(
	const uint8_t *secret, size_t len, int64_t step, unsigned digits, uint32_t *ret_code);
must_check int totp_new(char ret_secret[TOTP_SECRET_LEN + 1]);
/*
 * Whether code is that of the step of now_s or of a neighbour, and newer than last: a code works
 * once (RFC 6238 section 5.2). ret_step is the step it is of, 0 for none.
 */
must_check int totp_find(
	const char *secret, struct span code, int64_t now_s, int64_t last, int64_t *ret_step);
/* 0, or -EINVAL */
must_check int totp_decode(const char *secret, uint8_t ret_bytes[TOTP_SECRET_BYTES]);
