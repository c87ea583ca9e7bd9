/* SPDX-License-Identifier: Apache-2.0 */
/* Signs that what lies in a folder is copied to a cloud: marks that clients lay, file systems. */
#pragma once

#include "base.h"
#include "user-dirs.h"

/*
 * Adds the PERSONAL_SYNC_* of marks in the directory itself; names counts what was looked at. Only
 * -ENOMEM is an error.
 */
must_check int recordings_sync_marks(int dir, size_t *names, unsigned *sync);
/* Pure: of one name in a directory, and of what kind it is (DT_* of readdir(3)); 0 for none */
unsigned recordings_sync_of_name(const char *name, unsigned char type);
/* Pure: of a type of file system, as mountinfo names it; 0 for none */
unsigned recordings_sync_of_fstype(const char *fstype);
/*
 * Pure: sync_dir = "~/OneDrive" in the settings of the client that Debian has (onedrive(1)), which
 * lays no mark. dir stays as it is when none of the lines names one.
 */
void recordings_sync_onedrive(struct span text, struct user_dir *dir);
