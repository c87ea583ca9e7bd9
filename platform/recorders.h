/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Programs whose purpose is to record the screen. A fixed list: nothing else is looked up. Names
 * are those of Debian's packages and of Flathub.
 */
#pragma once

/* X("package", "Flathub's id") */
#define RECORDERS_FLATPAKS(X)                                        \
	X("blue-recorder", "sa.sy.bluerecorder")                     \
	X("gpu-screen-recorder", "com.dec05eba.gpu_screen_recorder") \
	X("kooha", "io.github.seadve.Kooha")                         \
	X("obs-studio", "com.obsproject.Studio")                     \
	X("peek", "com.uploadedlobster.peek")                        \
	X("vokoscreen-ng", "com.github.vkohaupt.vokoscreenNG")

/* X("package"): those that are no flatpak */
#define RECORDERS_OTHERS(X)         \
	X("byzanz")                 \
	X("deepin-screen-recorder") \
	X("green-recorder")         \
	X("gtk-recordmydesktop")    \
	X("kazam")                  \
	X("recordmydesktop")        \
	X("simplescreenrecorder")   \
	X("vokoscreen")             \
	X("wf-recorder")
