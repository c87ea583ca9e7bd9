/* SPDX-License-Identifier: Apache-2.0 */
/* The agent's four programs, their sockets and what wakes them. */
#pragma once

#include "roster.h"
#include "supervisor.h"

struct agent;

/* Starts caretakerd and the workers; the others wait for what they serve. */
must_check int agent_start(
	struct roster *roster, const struct supervisor_options *options, struct agent **ret_agent);
/* After the roster has stopped: takes the sockets away. */
void agent_free(struct agent *agent);
