/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The nodes by which cameras and sound cards are used: V4L2 (Linux media API, "video capture
 * interface") and ALSA PCM. A driver makes several nodes for one camera; those that only put out
 * pictures, carry metadata or convert are no camera. Told by udev's own database (v4l_id's
 * ID_V4L_CAPABILITIES), and by the device itself only where udev says nothing.
 */
#pragma once

#include "base.h"
#include "sysroot.h"

#include <sys/types.h>

#define MEDIA_NODES_MAX 64
#define MEDIA_PATH_MAX 31

enum media_device {
	MEDIA_CAMERA,
	MEDIA_MICROPHONE,
	MEDIA_SPEAKER, /* told of for one thing alone: whether a call is going on */
};

struct media_node {
	enum media_device device;
	char path[MEDIA_PATH_MAX + 1]; /* below the root: "dev/video0", "dev/snd/pcmC0D0c" */
	dev_t number;		       /* as in st_rdev: a node made elsewhere has the same one */
	unsigned card, pcm;	       /* ALSA's numbers */
};
struct media_nodes {
	const struct sysroot *root; /* borrowed */
	struct media_node items[MEDIA_NODES_MAX];
	size_t len;
	bool more; /* there are more than MEDIA_NODES_MAX */
};

/* In a fixed order: cameras, microphones, speakers, each by number. -ENOMEM, -errno */
must_check int media_nodes_read(const struct sysroot *root, struct media_nodes *ret_nodes);
/* Of the same devices by the same paths */
bool media_nodes_are_same(const struct media_nodes *a, const struct media_nodes *b);

enum media_probe_outcome {
	MEDIA_PROBE_E_NO = 1, /* no such control, or it cannot be asked */
};
/* Of the same devices by the same paths */
bool media_nodes_are_same(const struct media_nodes *a, const struct media_nodes *b);
/*
 * V4L2_CID_PRIVACY: whether a switch or cover of the camera itself keeps it dark. Opens the node
 * for a moment.
 */
must_check int media_probe_privacy(
	const struct sysroot *root, const struct media_node *node, bool *ret_dark);

#define MEDIA_SUBSTREAMS_MAX 32
#define MEDIA_STATUS_MAX ((size_t)4096)
enum media_pcm_state {
	MEDIA_PCM_CLOSED,
	MEDIA_PCM_OPEN, /* open, and no sound moves */
	MEDIA_PCM_RUNNING,
};
struct media_pcm {
	enum media_pcm_state state;
	pid_t owner; /* 0: closed, or nobody whom this process can see */
};
/* Of a file /proc/asound/cardC/pcmDc/subS/status (sound/core/pcm.c). Pure. -EINVAL */
must_check int media_pcm_parse(struct span text, struct media_pcm *ret_pcm);
/* Every substream of a node. FD_E_MISSING when the kernel says nothing of it. */
must_check int media_pcm_read(const struct sysroot *root, const struct media_node *node,
	struct media_pcm ret_pcms[MEDIA_SUBSTREAMS_MAX], size_t *ret_n);

/* Whether udev's entry of a V4L2 node says that it captures; *ret_known false: nothing. Pure. */
bool media_udev_captures(struct span entry, bool *ret_known);
