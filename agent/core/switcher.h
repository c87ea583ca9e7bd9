/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The family's switch for camera and microphone: somebody with a say turns one off or on,
 * caretaker-hand does it and keeps the book (platform/switches.h), and while one is off it is asked
 * again whenever a camera or sound card comes, at the start of caretakerd, and so after every
 * restart and sleep. On a school's device the policy has to say
 * "allowed": true of av.family-switch.
 */
#pragma once

#include "core.h"
#include "json-build.h"
#include "switches.h"

/* A device brings its nodes one by one, and udev has to have looked at them. */
#define SWITCHER_SETTLE_MS 300
/* caretaker-hand could not be asked: tried again, doubled up to the last */
#define SWITCHER_AGAIN_FIRST_MS 1000
#define SWITCHER_AGAIN_LAST_MS 600000

struct switcher;

must_check int switcher_new(struct core *core, struct switcher **ret_switcher);
void switcher_free(struct switcher *switcher);
/* What the book says is off is switched off again, and what was half put back, put back. -ENOMEM */
must_check int switcher_begin(struct switcher *switcher);
/* The peer is answered {"changes","format","off"}, or told why not. -ENOMEM */
must_check int switcher_set(
	struct switcher *switcher, enum switches_what what, bool off, uint64_t peer);
/*
 * Adds "camera" and "microphone", each {"off":bool,"on":n,"running":n,"stuck":n}; what there is
 * now: on: parts that are not off; running: off, and used by what had it open before; stuck: those
 * that cannot be switched. -ENOMEM
 */
must_check int switcher_add_view(const struct switcher *switcher, struct json_build *body);
