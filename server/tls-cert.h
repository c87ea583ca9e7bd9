/* SPDX-License-Identifier: Apache-2.0 */
/* Making the server's own key and certificate. Devices pin the key; browsers ask their owner. */
#pragma once

#include "base.h"
#include "str.h"

#define TLS_CERT_DAYS 3650

must_check int tls_cert_make_key(struct str *ret_pem);
/* Self-signed; names: host names or numeric addresses, put in as SAN after localhost's own */
must_check int tls_cert_make(struct span key_pem, const char *const *names, size_t n, int64_t now_s,
	struct str *ret_pem);
/* SHA-256 of the SubjectPublicKeyInfo, RFC 7469 section 2.4 */
must_check int tls_cert_pin(struct span key_pem, uint8_t ret_hash[32]);
/* -EINVAL when it is neither a host name nor an address */
must_check int tls_cert_check_name(const char *name);
