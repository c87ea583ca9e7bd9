/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Phased updates (apt_preferences(5)): a version with Phased-Update-Percentage goes to that share
 * of all machines first. Which machines these are is drawn from the source package, its version and
 * the machine's id, so that each machine finds out for itself. The draw is of C++'s library, whose
 * numbers are part of its standard: std::seed_seq (ISO C++ [rand.util.seedseq]) over the bytes of
 * "SOURCE-VERSION-ID", std::minstd_rand ([rand.predef]), and the scaling of libstdc++'s
 * uniform_int_distribution, which the standard leaves open.
 */
#pragma once

#include "str.h"

#define APT_PHASE_ALL 100 /* percent; also where nothing is said */

/* Pure: 0 to 100. The machine takes versions of this percentage and above. */
unsigned apt_phase_draw(struct span source, struct span version, struct span machine_id);
