/* SPDX-License-Identifier: Apache-2.0 */
/*
 * fw.inbound-default-deny enforced: whose firewall this machine's is, and what would be changed so
 * that it denies what nobody asked for. An existing manager is told in its own words and never
 * mixed with another; where there is none, a table of nftables of our own does it. By files alone:
 * ufw(8) and ufw-framework(8), firewalld.conf(5), firewalld.zones(5).
 */
#pragma once

#include "change.h"
#include "str.h"
#include "sysroot.h"

#define WALL_CLIENT "firewall" /* as `caretaker undo firewall` calls it */
#define WALL_CONTROL "fw.inbound-default-deny"
#define WALL_CONF_MAX ((size_t)64 << 10)
#define WALL_SECONDS_MAX 3600 /* that a change waits for a word at most */
#define WALL_ZONE_MAX 32
#define WALL_ZONE_OPEN "trusted"  /* the one zone of firewalld's own that lets in everything */
#define WALL_ZONE_CLOSED "public" /* its default as delivered */

enum wall_manager {
	WALL_NOBODY, /* no manager, and no nft(8) to do without one */
	WALL_OWN,
	WALL_UFW,
	WALL_FIREWALLD,
};
#define WALL_MANAGER_COUNT 4

/* What ufw does with what comes in: DEFAULT_INPUT_POLICY of /etc/default/ufw */
enum wall_default { WALL_ACCEPT, WALL_DROP, WALL_REJECT };
#define WALL_DEFAULT_COUNT 3

struct wall_look {
	enum wall_manager manager;
	bool stopped;	  /* firewalld is installed and does not run */
	bool ufw_enabled; /* ENABLED of ufw.conf */
	enum wall_default ufw_default;
	char zone[WALL_ZONE_MAX + 1]; /* DefaultZone of firewalld.conf */
};
must_check int wall_look(const struct sysroot *root, struct wall_look *ret_look);

/* The same of one manager, whichever looks after the firewall by now */
must_check int wall_look_at(
	const struct sysroot *root, enum wall_manager manager, struct wall_look *ret_look);

/*
 * CHANGEs, planned; one in conflict when the manager already says that it denies, or does not run,
 * so that what lets strangers in is not ours to change.
 */
must_check int wall_plan(const struct wall_look *look, struct enforce_changes *changes);

/* Pure: the value of the last line KEY=VALUE, without quotes; false when there is none. */
bool wall_value(struct span text, const char *key, struct span *ret_value);

const char *wall_manager_code(enum wall_manager manager);
const char *wall_default_code(enum wall_default value);
/* false: no such word */
bool wall_manager_find(const char *code, enum wall_manager *ret_manager);
bool wall_default_find(struct span code, enum wall_default *ret_value);
