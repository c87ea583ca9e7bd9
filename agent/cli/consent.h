/* SPDX-License-Identifier: Apache-2.0 */
/* Asking the person: yes or no, and a secret that must not be seen. */
#pragma once

#include "cli.h"

#define CONSENT_ANSWER_MAX 64

/* CLI_EXIT_PASS after --yes or a typed yes. Without a terminal and without --yes: usage error. */
enum cli_exit consent_ask(const struct cli *cli, const char *question);

/*
 * The enrolment string: from --token-file, else one line of stdin; prompts and hides what is typed
 * when that is a terminal. Blanks around it are cut off. Heap; the caller wipes and frees it with
 * consent_secret_free_p.
 */
enum cli_exit consent_secret_read(const struct cli *cli, char **ret_secret);
void consent_secret_free_p(char **secret);
