/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What is known of the cameras and microphones right now: in memory only. It says which kind of
 * program, never which one; it is shown to the person at the device and judged by av.camera-idle
 * and av.mic-idle, and is neither kept nor sent.
 */
#pragma once

#include "media-nodes.h"
#include "media-program.h"

#define MEDIA_STATES(X)                                                                 \
	X(IDLE, "idle")	      /* nobody uses it; a media daemon may hold it */          \
	X(HELD, "held")	      /* open, and nothing shows that pictures or sound move */ \
	X(OTHER, "other")     /* in use, and not in a meeting */                        \
	X(MEETING, "meeting") /* in use by a program in which a call goes on */         \
	X(OFF, "off")	      /* kept dark by a switch of its own */                    \
	X(UNKNOWN, "unknown")

enum media_state {
#define X(name, code) MEDIA_STATE_##name,
	MEDIA_STATES(X)
#undef X
};
const char *media_state_code(enum media_state state);
must_check int media_state_parse(struct span word, enum media_state *ret_state);

#define MEDIA_REASONS(X)                                                                         \
	X(NONE, NULL)                                                                            \
	X(DAEMON, "daemon") /* idle: held by the service that serves it to others */             \
	X(PRIVACY_SWITCH, "privacy-switch") /* off */                                            \
	X(HIDDEN_STREAMS, "hidden-streams") /* unknown: for whom the daemon uses it is untold */ \
	X(UNSEEN_HOLDER, "unseen-holder")   /* unknown: in use by what cannot be seen from here */

enum media_reason {
#define X(name, code) MEDIA_REASON_##name,
	MEDIA_REASONS(X)
#undef X
};
const char *media_reason_code(enum media_reason reason); /* NULL for none */

/* Times are of the boot clock, in milliseconds; 0 for "is not so". */
struct media_row {
	enum media_device device;
	enum media_state state;
	enum media_reason reason;
	bool has_kind;
	enum media_kind kind; /* of the program that matters most */
	int64_t since_ms;     /* it is in this state */
	int64_t open_ms;      /* somebody has it open, whoever */
	int64_t left_ms;      /* ... and no call goes on */
};
struct media_view {
	struct media_row rows[MEDIA_NODES_MAX]; /* cameras first, each device by number */
	size_t len;
	bool more; /* there are more devices than these */
};
size_t media_view_count(const struct media_view *view, enum media_device device);
