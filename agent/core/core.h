/* SPDX-License-Identifier: Apache-2.0 */
/*
 * caretakerd's parts and what they share. Leaf modules (state, ledger, outbox, inbox, rules, judge,
 * ...) know nothing of this page; those that act on several of them get a struct core.
 */
#pragma once

#include "identity.h"
#include "judge.h"
#include "loop.h"
#include "options.h"
#include "policy-hold.h"
#include "seal-client.h"
#include "state.h"
#include "store.h"
#include "sysroot.h"

struct claims;
struct control;
struct enrolment;
struct exempt_run;
struct guard;
struct hand;
struct homes;
struct inbox;
struct keeper;
struct leaving;
struct sender;
struct sensors;
struct switcher;

struct core {
	struct options options;
	struct loop *loop;
	struct sysroot root;
	struct facts_live live;
	struct store store;
	struct state state;
	struct identity identity; /* all zero when this device belongs to nobody */
	struct seal seal;
	const char *unpack; /* caretaker-unpack's path, borrowed */
	struct policy_hold hold;
	struct claims *claims;
	struct judge *judge;
	struct sensors *sensors;
	struct exempt_run *exempt_run;
	struct inbox *inbox;
	struct sender *sender;
	struct enrolment *enrolment;
	struct leaving *leaving;
	struct control *control;
	struct guard *guard;
	struct keeper *keeper;
	struct homes *homes;
	struct hand *hand;
	struct switcher *switcher;
};

/* Everything up to the first verdicts; sockets and timers follow. Says why when it fails. */
must_check int core_start(struct core *core);
void core_finish(struct core *core);

/* Enrolled, with an answer that was verified */
bool core_enrolled(const struct core *core);
/* Enrolled with a school that says the device is its own: enforcement is on unless undone. */
bool core_school_owned(const struct core *core);
/* Remembers a school whose own the device is, before anything is kept for it. */
void core_note_owner(struct core *core);
/* Exemptions that the owner gave here; NULL on a school's device, where they count for nothing */
const struct exemptions *core_given(const struct core *core);
/* Saves state.json; says why when it cannot. */
must_check int core_save(struct core *core);
/*
 * Takes the TLS keys that the school's policy names for those to speak to from now on. A list that
 * has none of the keys known so far is left: it would cut this device off. Says why when it cannot.
 */
must_check int core_take_pins(struct core *core);
/* After hold took another policy: judge everything, plan all clients anew, tell the workers. */
must_check int core_policy_changed(struct core *core);
/*
 * Other exemptions run than before: keeps again what they let go, lets go what they allow, tells
 * the workers, judges: as far as those parts are there already. -ENOMEM
 */
must_check int core_exemptions_changed(struct core *core);
/* Erases key, endpoint.json, policy.jws and the outbox; says what could not be erased. */
must_check int core_forget(struct core *core);
