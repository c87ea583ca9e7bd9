/* SPDX-License-Identifier: Apache-2.0 */
/* What every transfer to an address of the school's own has in common. For hooks-send.c and
 * mail-send.c, which alone know libcurl beside this. */
#pragma once

#include "base.h"

#include <curl/curl.h>

/*
 * TLS 1.2 at least, with a certificate that holds for that name by ca (a file) or what the system
 * trusts; no proxy, no .netrc, no signals, and an end after total_s.
 */
must_check bool transfer_secure(CURL *easy, const char *ca, long connect_s, long total_s);
