/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The folders that the catalogue names and no others: Zoom's below the documents (also
 * those of its snap), Screencasts below
 * the videos (GNOME, Spectacle), and recordings of OBS by their names in the home and among the
 * videos. Links are not followed; a folder behind one is unseen.
 */
#pragma once

#include "personal.h"
#include "recordings-walk.h"
#include "user-dirs.h"

#define RECORDINGS_ZOOM "Zoom"
#define RECORDINGS_ZOOM_DEPTH 3
#define RECORDINGS_SNAP "snap/zoom-client" /* each revision keeps a home of its own below it */
#define RECORDINGS_FOLDERS_E_HOME 1	   /* the home cannot be looked into */

struct recordings_folders {
	struct user_dir documents, videos, share;
	bool has_share;
};
/* -ENOMEM */
must_check int recordings_folders_read(
	int home, struct recordings_folders *folders, struct recordings_tally *tally);
/*
 * The documents of Zoom as a snap that has no home plug: one for each revision. With the plug they
 * are a link to the person's own, which are looked at anyway. FD_E_MISSING, -errno, and fn's own
 */
typedef int (*recordings_dir_fn)(const struct user_dir *dir, void *data);
must_check int recordings_folders_snap(int home, recordings_dir_fn fn, void *data);
/*
 * Walks them all. The home's own level is the caller's to leave. RECORDINGS_FOLDERS_E_HOME;
 * -ENOMEM
 */
must_check int recordings_folders_walk(const struct personal_place *place,
	struct recordings_walk *walk, struct recordings_level *ret_home);
