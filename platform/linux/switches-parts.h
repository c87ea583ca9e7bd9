/* SPDX-License-Identifier: Apache-2.0 */
/* Inside of switches-*.c alone: one look at sysfs, and how a part is found there. */
#pragma once

#include "switches.h"

#define SWITCHES_USB_DEVICES "sys/bus/usb/devices"
#define SWITCHES_PATH_LEN 256

struct switches_look {
	const struct sysroot *root;
	const struct switches_book *book;
	struct switches_parts *parts;
};

struct switches_path {
	char text[SWITCHES_PATH_LEN];
};

/* Below the root; empty, which opens nothing, when it is too long */
struct switches_path printf_like(1, 2) switches_path_of(const char *fmt, ...);
/* Whether the first line of a file is this one */
bool switches_value_is(const struct sysroot *root, struct switches_path path, const char *wanted);
/* The last component of where a link leads; empty when it leads nowhere that has a fit name */
void switches_link_name(
	const struct sysroot *root, struct switches_path path, char name[SWITCHES_NAME_MAX + 1]);
bool switches_among(const char *const *words, size_t n, const char *word);

void switches_add_usb(
	const struct switches_look *look, enum switches_what what, const char *interface);
void switches_add_node(const struct switches_look *look, enum switches_what what, const char *name);
void switches_add_no_way(
	const struct switches_look *look, enum switches_what what, const char *name);

/* Microphones; interfaces: names of USB interfaces alone. -ENOMEM */
must_check int switches_look_microphones(
	const struct switches_look *look, const struct sysroot_names *interfaces);
/* Whether a stream of this capture node is open: who had it open before keeps it */
bool switches_stream_runs(const struct switches_look *look, const char *name);
