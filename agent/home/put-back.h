/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Everything that was written for this account goes back, without caretakerd: when the package is
 * removed, for whoever is not signed in and has no worker. Nothing is made that is not there.
 */
#pragma once

#include "place.h"

/*
 * ret_stuck: values that could not be put back; somebody else's own count as put back. A journal
 * that says nothing any more is removed with its folder. -errno
 */
must_check int put_back(const struct enforce_place *place, size_t *ret_stuck);
