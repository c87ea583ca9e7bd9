/* SPDX-License-Identifier: Apache-2.0 */
/* One part of a camera or microphone switched: by writing to sysfs, or by a rename below /dev. */
#pragma once

#include "switches.h"

/* Off: -ENOENT when it is gone meanwhile, -EOPNOTSUPP for what has no way, -errno */
must_check int switch_part_off(const struct sysroot *root, const struct switches_part *part);
/* On again. 0 also when the device is gone: one that comes back is on by itself. */
must_check int switch_part_on(const struct sysroot *root, const struct switches_part *part);
/* Of a device that is gone meanwhile: throws away the node that was put aside. */
void switch_part_forget(const struct sysroot *root, const struct switches_part *part);
/*
 * Has the driver look for what was switched on: after all parts of a device, since a driver that
 * wants several interfaces gives up where one is missing (usb/authorization.rst).
 */
must_check int switch_part_probe(const struct sysroot *root, const struct switches_part *part);
