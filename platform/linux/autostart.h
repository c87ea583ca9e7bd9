/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a person's desktop starts at log-in (the Desktop Application Autostart Specification):
 * entries below ~/.config/autostart, and those of the machine that the person has not replaced by
 * one of the same name.
 */
#pragma once

#include "personal.h"
#include "str.h"

#define AUTOSTART_ENTRIES_MAX 256
#define AUTOSTART_FILE_MAX ((size_t)64 << 10)

/* exec is empty when the entry is switched off. Negative errno ends the reading. */
typedef int (*autostart_fn)(struct span exec, void *data);
/* *ret_unseen: an entry, or the folder, could not be read. -ENOMEM */
must_check int autostart_each(
	const struct personal_place *place, autostart_fn fn, void *data, bool *ret_unseen);
/* Pure: the Exec of an entry; empty when it is hidden or switched off. */
struct span autostart_exec(struct span text);
/*
 * Pure: the next word of an Exec, without quotes and the folders of a path: "/usr/bin/zoom" is
 * zoom. False at the end. A flatpak's id stands behind "run" and options.
 */
bool autostart_word_next(struct span *command, struct span *ret_word);
/* As personal_watch */
must_check int autostart_watch(personal_path_fn fn, void *data);
/*
 * Units of systemd that start with a person's session: links in *.wants below ~/.config and /etc.
 */
typedef int (*autostart_unit_fn)(const char *unit, void *data);
must_check int autostart_units_each(
	const struct personal_place *place, autostart_unit_fn fn, void *data, bool *ret_unseen);
