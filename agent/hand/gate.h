/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A recording gate set up, lifted, and taken away: the acts behind HAND_GATE, and its part of
 * HAND_UNDO and HAND_JOURNAL. What is loaded and written is compiled in (gates.h); a message names
 * the client and one of two modes. What it did is written down before it is done.
 */
#pragma once

#include "change.h"
#include "hand.h"

enum gate_outcome {
	GATE_E_SHAPE = 1, /* the message is no HAND_GATE */
	GATE_E_CLIENT,	  /* no gate for this client */
	GATE_E_BOOK,	  /* what was done before cannot be read, or this be written down */
};

/*
 * {"client","format","lifted":bool}. Adds one change: applied, conflict (somebody else's profile),
 * refused (no AppArmor) or failed; none when all was so already. The file denies whatever the mode:
 * the next start of the system finds a gate that is shut.
 */
must_check int gate_keep(const struct hand_config *config, struct json_object *body,
	struct enforce_changes *changes);
/* client and key NULL: all. GATE_E_BOOK; one change for each gate that was ours */
must_check int gate_undo(const struct hand_config *config, const char *client, const char *key,
	struct enforce_changes *changes);
/* What gate_undo would do for all of them */
must_check int gate_undo_plan(const struct hand_config *config, struct enforce_changes *changes);
