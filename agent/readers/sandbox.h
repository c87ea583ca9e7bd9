/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a service's unit file and its drop-ins leave a program of, as systemd.exec(5) and
 * systemd.resource-control(5) say: the settings that keep Caretaker from watching anybody.
 */
#pragma once

#include "base.h"
#include "str.h"

/* systemd.exec(5), RestrictAddressFamilies=: those that Caretaker's units name */
enum sandbox_family {
	SANDBOX_UNIX = 1,
	SANDBOX_NETLINK = 2,
	SANDBOX_INET = 4,
	SANDBOX_INET6 = 8,
	SANDBOX_OTHER = 16, /* any other, or a list of what is forbidden: no bound */
};

/* systemd.resource-control(5), DeviceAllow=: devices(7) by major number, "r" to read alone */
enum sandbox_device {
	SANDBOX_CAMERAS_READ = 1,
	SANDBOX_SOUND_READ = 2,
	SANDBOX_DEVICES_OTHER = 4, /* any other, or to write */
};

struct sandbox {
	bool no_new_privileges;
	bool private_devices;
	bool device_policy_closed;
	unsigned devices; /* let through all the same: bits of enum sandbox_device */
	bool home_hidden; /* ProtectHome=yes or tmpfs */
	bool private_network;
	bool families_set;
	unsigned families; /* bits of enum sandbox_family */
	bool calls_set;	   /* SystemCallFilter=@system-service */
	bool calls_more;   /* and more than that */
	unsigned refused;  /* calls taken away again by which something could be sent, as bits */
	bool damaged;	   /* a line that goes on on the next: this reads no such */
};
/* Pure: the settings of one file over those of the files before it; an empty list begins anew. */
void sandbox_take(struct span text, struct sandbox *sandbox);

struct sandbox_rule {
	const char *unit;
	unsigned families;    /* no others */
	unsigned devices;     /* no others */
	bool private_network; /* wanted */
	bool home_hidden;     /* wanted */
	bool mute;	      /* wanted: no call by which a socket could reach anybody */
};
/* Whether it leaves more than the rule does */
bool sandbox_weak(const struct sandbox *sandbox, const struct sandbox_rule *rule);
