/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Cameras and microphones as they can be switched off without opening one: what of them there is,
 * in which way each can be taken away, and whether it is. Read from sysfs alone
 * (Documentation/ABI/stable/sysfs-class-*, usb/authorization.rst of the kernel), from udev's notes
 * on what a video device does, and from caretaker-hand's book of what it switched off.
 *
 * No way touches sound output: a microphone whose USB device plays too, or which shares its card
 * with a loudspeaker, loses the device node of its capture stream and nothing else.
 */
#pragma once

#include "str.h"
#include "sysroot.h"

#define SWITCHES_PARTS_MAX 64
#define SWITCHES_NAME_MAX 63
#define SWITCHES_BOOK "switch.json" /* in caretaker-hand's directory of state */
#define SWITCHES_BOOK_PATH "var/lib/caretaker/undo/" SWITCHES_BOOK
#define SWITCHES_BOOK_MAX ((size_t)64 << 10)
/* Where nodes lie while they are away: of the same file system as /dev, and root's alone */
#define SWITCHES_AWAY ".caretaker-off"

enum switches_what { SWITCHES_CAMERA, SWITCHES_MICROPHONE };
#define SWITCHES_WHAT_COUNT 2

enum switches_way {
	SWITCHES_USB,	 /* "authorized" of one USB interface: its driver lets go, none takes it */
	SWITCHES_DRIVER, /* a platform or PCI device taken from its driver */
	SWITCHES_NODE,	 /* the device node put where nobody but root comes */
	SWITCHES_NO_WAY, /* it can be seen and not be switched */
};
#define SWITCHES_WAY_COUNT 4

/* Something that a camera or microphone consists of */
struct switches_part {
	enum switches_what what;
	enum switches_way way;
	bool off;
	bool running;			    /* SWITCHES_NODE, off: what was open before goes on */
	char bus[SWITCHES_NAME_MAX + 1];    /* SWITCHES_DRIVER */
	char driver[SWITCHES_NAME_MAX + 1]; /* SWITCHES_DRIVER */
	/* "1-1:1.0", "vivid.0", "pcmC0D0c", "video0": checked by switches_name_valid */
	char name[SWITCHES_NAME_MAX + 1];
};

struct switches_parts {
	struct switches_part items[SWITCHES_PARTS_MAX];
	size_t len;
	bool more; /* there are more than fit */
};

/* What caretaker-hand was told, and what it switched off itself: that alone it puts back. */
struct switches_book {
	bool off[SWITCHES_WHAT_COUNT];
	struct switches_parts parts;
};

/* "camera", "microphone"; -EINVAL for any other word */
const char *switches_what_code(enum switches_what what);
must_check int switches_what_parse(struct span word, enum switches_what *ret_what);
/* One component of a path in sysfs, no "." or "..", no blank */
bool switches_name_valid(const char *name);

/*
 * {"camera":bool,"format":1,"microphone":bool,"parts":[{"bus"?,"driver"?,"name","way","what"}]}.
 * Pure. JSON_E_*, -EBADMSG for another format or a name that cannot be.
 */
must_check int switches_book_parse(struct span text, struct switches_book *ret_book);
must_check int switches_book_write(const struct switches_book *book, struct str *out);
/* An empty one where there is none. -EBADMSG, -errno */
must_check int switches_book_read(const struct sysroot *root, struct switches_book *ret_book);

/*
 * What there is now. book: names what was taken from its driver, and what has no driver that tells
 * of it. Only -ENOMEM is an error: what cannot be read is not there.
 */
must_check int switches_look(const struct sysroot *root, const struct switches_book *book,
	struct switches_parts *ret_parts);
bool switches_same(const struct switches_part *a, const struct switches_part *b);
/* Once each; what finds no place is noted in parts->more. */
void switches_add(struct switches_parts *parts, const struct switches_part *part);
const struct switches_part *switches_find(
	const struct switches_parts *parts, const struct switches_part *part); /* NULL */
/* The file that an act on the part writes to, or the node, from the root on with its slash; for
 * people to read */
must_check int switches_path(const struct switches_part *part, struct str *out);
