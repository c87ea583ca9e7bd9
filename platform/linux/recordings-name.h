/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Which names are those of recordings, and which folders hold them. Names are matched in memory
 * and forgotten: none is kept, counted apart or told.
 */
#pragma once

#include "base.h"

enum recordings_look {
	/* Programs that name a recording by its time and lay it into a folder of all kinds: OBS
	 * ("2026-11-22 10-00-00.mkv"), GNOME and Spectacle ("Screencast ..."). */
	RECORDINGS_LOOK_DATED,
	/* Folders that are for recordings: mp4, m4a, mkv, webm, vtt */
	RECORDINGS_LOOK_MEDIA,
	/* The same and what Zoom lays beside them: unconverted .zoom, saved chats and captions */
	RECORDINGS_LOOK_ZOOM,
};

/* Pure. name: one part of a path, without slash */
bool recordings_name_matches(struct span name, enum recordings_look look);
/* Pure: GNOME's and Spectacle's folder below that of the videos, in any of GNOME's languages */
bool recordings_name_screencasts(struct span name);
