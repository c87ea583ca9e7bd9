/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Whether what a directory holds lies encrypted on its disk: by the directory's own key (fscrypt),
 * or because every block device below its file system is one of dm-crypt
 * (Documentation/ABI/testing/sysfs-block-dm: dm/uuid begins with CRYPT-). Devices that encrypt by
 * themselves, other machines and clouds cannot be seen from here.
 */
#pragma once

#include "base.h"

#include <sys/types.h>

#define AT_REST_DEPTH_MAX 8
#define AT_REST_PARTS_MAX 32 /* devices that one is made of */

enum at_rest { AT_REST_UNSEEN, AT_REST_PLAIN, AT_REST_ENCRYPTED };

/* dirfd: the directory. Whatever cannot be read is AT_REST_UNSEEN. */
enum at_rest at_rest_of(int dirfd);
/* blockfd: /sys/dev/block, or what stands for it in a test */
enum at_rest at_rest_of_device(int blockfd, unsigned major, unsigned minor);
