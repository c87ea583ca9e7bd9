/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The network interfaces by which a stranger's packets come in: those with a device behind them,
 * and what is built on these (bridges, bonds, VLANs); where none has a device (a container), all
 * but the loopback. By /sys/class/net (Documentation/ABI/testing/sysfs-class-net).
 */
#pragma once

#include "nft-eval.h"
#include "sysroot.h"

#define INTERFACES_MAX 64

struct interfaces {
	struct nft_interface list[INTERFACES_MAX];
	size_t n;
	bool own;     /* there is one besides the loopback */
	bool partial; /* more than the maximum */
	bool ipv6;    /* the kernel has IPv6 */
};
/* One of no name when /sys cannot be read. -ENOMEM */
must_check int interfaces_read(const struct sysroot *root, struct interfaces *ret_interfaces);
