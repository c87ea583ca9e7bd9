/* SPDX-License-Identifier: Apache-2.0 */
/* Fake homes and roots of tests: copied, prepared, described as text, removed. */
#pragma once

#include "base.h"
#include "str.h"

/* Regular files, links and directories below from, into the existing directory to; 0644 and 0755 */
must_check int tree_copy(const char *from, const char *to);
void tree_remove(const char *path);
/*
 * One line for each entry, sorted: path, type, mode, content of a file up to 64 KiB (else its
 * size). contents_only: regular files and links to absolute paths alone, without their mode: what a
 * folder in git can say; a database that dconf compiled is only said to be one.
 */
must_check int tree_describe(const char *path, bool contents_only, struct str *out);
/*
 * What git cannot hold, one per line of the file `setup`: fifo PATH, mkdir PATH, link PATH TARGET,
 * chmod PATH OCTAL, sparse PATH BYTES, chown PATH UID (root alone: returns 1 for anybody else).
 */
must_check int tree_set_up(const char *path, const char *setup);
