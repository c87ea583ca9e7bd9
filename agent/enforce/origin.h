/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The origin of a web address, "https://x.example:8065", as a browser writes it (URL Standard,
 * "origin" and "host serializing"): scheme and host in small letters, no default port.
 */
#pragma once

#include "base.h"

#define ORIGIN_MAX 200

/* Pure. False for anything but http and https, and for a host that is not plain ASCII. */
bool origin_of(const char *url, char *ret_origin, size_t size);
