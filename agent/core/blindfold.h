/* SPDX-License-Identifier: Apache-2.0 */
/*
 * caretakerd opens a camera to ask what it is and whether its own switch keeps it dark, and has no
 * use for a picture or a sound. So the kernel takes from it, and from all that it starts, every
 * ioctl but these two: none that buffers or starts a stream (V4L2), none that sets up a substream
 * (ALSA), none that copies a screen (DRM). For good, and wherever it runs.
 */
#pragma once

#include "base.h"

/* An errno of prctl(2): -EACCES without no_new_privs, -EINVAL without seccomp in the kernel */
must_check int blindfold_put_on(void);
