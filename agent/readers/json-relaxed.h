/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The JSON that Chromium takes in policy files beyond RFC 8259 (base/json, as ConfigDirPolicyLoader
 * asks for it; tests/browser shows it of the real one): a byte order mark, comments of both kinds,
 * and a comma after the last element.
 */
#pragma once

#include "base.h"

/* Blanks them in place, so that what is left is plain JSON or no JSON at all. Pure. */
void json_relaxed_blank(char *text, size_t len);
