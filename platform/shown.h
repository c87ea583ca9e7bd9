/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a person was shown of exemptions: a file of that person's own, written by caretaker-home
 * when a message of it is on their desktop (agent/home/told.h), read back as facts (group SHOWN).
 */
#pragma once

#include "str.h"
#include "sysroot.h"

#include <sys/types.h>

#define SHOWN_PLACE ".local/state/caretaker"
#define SHOWN_FILE "told.json"
#define SHOWN_RUNS "runs" /* the first word of the cause of such a message */
#define SHOWN_SESSION_MAX 48

/* The runtime directory is made at the sign-in and goes at the end of it: a word for the two. */
void shown_session(const struct sysroot *root, uid_t uid, char ret_word[SHOWN_SESSION_MAX]);
/* Whether there is a session bus, over which something could be shown */
bool shown_has_bus(const struct sysroot *root, uid_t uid);
/* Pure: the number of what a cause "runs ID START SESSION" tells of this session; false for others
 */
bool shown_cause_read(struct span cause, const char *session, int64_t *ret_number);
/* A number for an exemption: an id may be used again by a later policy, and is then another one. */
int64_t shown_number(struct span id, int64_t start_s);
