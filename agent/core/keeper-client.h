/* SPDX-License-Identifier: Apache-2.0 */
/* One client of the system as last seen, and how often its values had to be put back. */
#pragma once

#include "keeper.h"
#include "plan.h"

struct keeper_client {
	char id[RULES_CLIENT_MAX + 1];
	bool installed;
	bool assessed;
	size_t kept;
	size_t drifted;
	size_t asked;	   /* of those, not agreed to by the owner */
	int64_t sign_in_s; /* as in a plan: kept values that who came earlier does not have yet */
	int64_t start_s;
	enum enforce_tier tier;
	bool settled;	/* every value was as it is kept: what differs now, somebody changed */
	size_t pending; /* writes that caretaker-hand was asked for and has not answered */
	bool again;	/* something changed meanwhile */
	/* somebody keeps writing his own value */
	unsigned writes; /* in this window */
	int64_t window_ms;
	int64_t pause_ms; /* of the last pause; 0 for none */
	int64_t until_ms; /* boot clock: left alone until then */
	bool rewritten;
};

void keeper_client_see(
	struct keeper_client *client, const struct enforce_plan *plan, enum enforce_tier tier);
/* Counts a write; false when the client is left alone for now. */
bool keeper_client_may_write(struct keeper_client *client, int64_t boot_ms);
/* The last write found nothing to write: it was no answer to anybody's writing. */
void keeper_client_uncount(struct keeper_client *client);
/* Left alone for a while, for longer each time. */
void keeper_client_pause(struct keeper_client *client, int64_t boot_ms);
int64_t keeper_client_left_ms(const struct keeper_client *client, int64_t boot_ms);
/* Somebody asked for it himself: nothing is held against the client. */
void keeper_client_forgive(struct keeper_client *client);
