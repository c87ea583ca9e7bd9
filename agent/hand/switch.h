/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Camera and microphone switched off and on: the acts behind HAND_SWITCH, and their part of
 * HAND_UNDO and HAND_JOURNAL. A message names one of two words; which devices these are, and in
 * which way each is switched, is looked up here (switches.h). What is to be switched off is written
 * down before, so that what was done is put back exactly, and nothing that somebody else switched.
 */
#pragma once

#include "change.h"
#include "hand.h"

enum switch_outcome {
	SWITCH_E_SHAPE = 1, /* the message is no HAND_SWITCH */
	SWITCH_E_BOOK,	    /* what was done before cannot be read, or this be written down */
};

/*
 * {"again":bool,"format","off":bool,"what"}. Adds a change for each part: applied, undone, failed,
 * or refused for what cannot be switched; none for what was so already. Off again does for devices
 * that came since what was done for the others. again: nothing where somebody wished otherwise
 * since this was asked, by a switch or an undo that came before it.
 */
must_check int switch_set(const struct hand_config *config, struct json_object *body,
	struct enforce_changes *changes);
/* client: "camera", "microphone", NULL for both; anything else is nobody's here. All on again. */
must_check int switch_undo(const struct hand_config *config, const char *client, const char *key,
	struct enforce_changes *changes);
/* What switch_undo would do for both */
must_check int switch_undo_plan(const struct hand_config *config, struct enforce_changes *changes);
