/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Clients that had another id in an older version. What that version wrote down under it (its undo
 * journals, its owner's words) stays theirs.
 */
#pragma once

/* The id a client has now: its own, or the one that this former id has become. */
const char *enforce_client_now(const char *id);
