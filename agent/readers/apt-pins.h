/* SPDX-License-Identifier: Apache-2.0 */
/* Pins: what apt_preferences(5) says about which versions are wanted. */
#pragma once

#include "apt-match.h"
#include "str.h"
#include "sysroot.h"
#include "vec.h"

#define APT_PINS_FILE_MAX ((size_t)1 << 20)
#define APT_PINS_MAX 1024
#define APT_PINS_NAME_MAX 255
#define APT_PINS_NEVER INT16_MIN /* "Pin-Priority: never": as if the archive were not there */

struct apt_pin {
	bool general;		    /* "Package: *": about archives, and not about a package */
	bool source;		    /* "src:NAME": all that is built from this source */
	bool many;		    /* the name is a pattern */
	char *name;		    /* without "src:" and architecture; "" for a general one */
	char *architecture;	    /* within name's bytes; "" for the system's own */
	struct apt_pattern pattern; /* of many */
	struct apt_match *match;
	int16_t priority;
};

struct apt_pins {
	VEC(struct apt_pin) list; /* in apt's order, in which the first word counts */
};
void apt_pins_finish(struct apt_pins *pins);

enum apt_pins_outcome {
	APT_PINS_E_FORMAT = 16, /* apt itself would stop at it */
	APT_PINS_E_BOUNDS,	/* more, longer or more intricate than what is looked at */
};
/* Appends what a text says. Pure. What was appended before a fault stays. */
must_check int apt_pins_parse(struct span text, struct apt_pins *pins);
must_check int apt_pins_append(struct apt_pins *pins, bool general, const char *name,
	enum apt_match_type type, const char *data, int16_t priority);
/* Those of the machine: preferences, then preferences.d. Also APT_PARTS_E_* */
must_check int apt_pins_read(const struct sysroot *root, struct apt_pins *pins);

/* The pin speaks of this package. native: the system's architecture */
bool apt_pin_names(const struct apt_pin *pin, const char *package, const char *source,
	const char *architecture, const char *native);
