/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What is done to a firewall: each step is a program with fixed arguments, and a fixed ruleset
 * where it takes one. Nothing of a message or a file ever becomes part of either.
 */
#pragma once

#include "wall-plan.h"

/*
 * For one program. ufw is a program of Python that starts some fifty others; where one core has
 * much else to do it took 76 s. An act is at most two of them, and what puts them back.
 */
#define ACTS_TIMEOUT_MS 150000
#define ACTS_CPU_SECONDS 120

/* As the manager's files said before the first change */
struct acts_former {
	bool ufw_enabled;
	enum wall_default ufw_default;
};

#define ACTS_E_ABSENT 1 /* there is no such program */
#define ACTS_E_FAILED 2 /* it failed, or took too long; part of it may be done */
/* From what look says to what denies. mdns: neighbours may be found (RFC 6762). */
must_check int acts_apply(const struct wall_look *look, bool mdns);
/*
 * Back to what was, as far as what stands now is still ours. ret_left: somebody changed a value
 * since; it was left alone.
 */
must_check int acts_undo(
	const struct wall_look *look, const struct acts_former *former, bool *ret_left);
