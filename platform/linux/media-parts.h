/* SPDX-License-Identifier: Apache-2.0 */
/* What the parts of platform/media-*.h share. */
#pragma once

#include "media-nodes.h"

/*
 * VIDIOC_QUERYCAP: whether the node takes pictures in. Opens it for a moment, which a driver for
 * one opener alone may refuse. MEDIA_PROBE_E_NO
 */
must_check int media_probe_captures(
	const struct sysroot *root, const struct media_node *node, bool *ret_captures);
