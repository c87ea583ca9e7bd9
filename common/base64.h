/* SPDX-License-Identifier: Apache-2.0 */
/* base64url without padding, RFC 4648 section 5, as RFC 7515 uses it. */
#pragma once

#include "base.h"
#include "str.h"

must_check int base64url_append(struct str *out, const void *bytes, size_t len);
/* -EINVAL on any byte outside the alphabet, padding, or stray low bits; heap, terminated */
must_check int base64url_decode(struct span text, size_t max, char **ret_bytes, size_t *ret_len);
