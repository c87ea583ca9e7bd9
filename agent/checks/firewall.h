/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The firewall in force, with the interfaces that it guards: what the controls of the group fw
 * judge. Read once a run; nothing is kept.
 */
#pragma once

#include "check.h"
#include "interfaces.h"
#include "nft-eval.h"

/* The older iptables announces no change, nor does a socket: looked at again after this long. */
#define FIREWALL_RECHECK_S 600

enum firewall_legacy {
	FIREWALL_LEGACY_NONE,
	FIREWALL_LEGACY_READ,
	FIREWALL_LEGACY_UNREAD, /* there are tables, and nobody reads them */
	FIREWALL_LEGACY_LARGE,	/* more of them than there is room for */
	FIREWALL_LEGACY_HIDDEN, /* whether there are tables cannot be seen */
};

struct firewall {
	struct interfaces interfaces;
	struct facts_bytes messages, tables; /* what the ruleset borrows from */
	struct nft_ruleset ruleset;
	struct nft_eval eval;
	enum firewall_legacy legacy;
};
void firewall_free_p(struct firewall **firewall);

#define FIREWALL_E_JUDGED \
	1 /* the verdict was set: na without a network, unknown where unreadable */
must_check int firewall_read(
	const struct check_ctx *ctx, struct firewall **ret_firewall, struct verdict *verdict);

/* What strangers reach at the worst, over all interfaces and the protocols TCP and UDP. */
struct firewall_reach {
	uint32_t accepted; /* ports open for certain */
	uint32_t maybe;	   /* the most that are open, or may be */
	uint8_t l4;	   /* where `accepted` was found */
	bool asked;	   /* false: no interface takes this family's packets */
};
/* family: 4 or 6. The verdict is set when the ruleset is too large to evaluate. */
must_check int firewall_reach(struct firewall *firewall, uint8_t family,
	struct firewall_reach *ret_reach, struct verdict *verdict);
/* A reach that nobody can bound: the reason to say so with */
must_check int firewall_doubt(const struct firewall *firewall, struct verdict *verdict);
/* Tables may hold more than was read: they can only drop what the rest lets through. */
bool firewall_is_partial(const struct firewall *firewall);
bool firewall_has_input(const struct firewall *firewall);
