/* SPDX-License-Identifier: Apache-2.0 */
#include "interfaces.h"

#include <net/if_arp.h>
#include <stdio.h>
#include <string.h>

#define NET "sys/class/net"
#define PATH_SIZE 128
#define NUMBER_FILE_MAX 32

/* A name that no rule can have: the kernel takes no slash in one (dev_valid_name). */
static const struct nft_interface nameless = {
	.name = "/", .index = INT32_MAX, .type = ARPHRD_ETHER, .has_ipv6 = true};

struct reading {
	const struct sysroot *root;
	struct interfaces *found;
};

static bool part_exists(const struct reading *reading, const char *name, const char *part)
{
	char path[PATH_SIZE];

	snprintf(path, sizeof(path), NET "/%.15s/%s", name, part);
	return sysroot_exists(reading->root, path);
}

static bool name_ordinary(const char *name)
{
	/* bonding_masters is a file of a module, not an interface */
	return strcmp(name, "lo") != 0 && strcmp(name, "bonding_masters") != 0 &&
	       strlen(name) < NFT_IFNAME_SIZE;
}

static int number_read(const struct sysroot *root, const char *path, uint32_t *number)
{
	cleanup(free_ptr) char *text = NULL;
	size_t len = 0;
	int r = sysroot_read(root, path, NUMBER_FILE_MAX, &text, &len);

	if (r == 0) {
		*number = (uint32_t)strtoul(text, NULL, 10);
	}
	return r == -ENOMEM ? r : 0;
}

static int attributes_read(const struct reading *reading, struct nft_interface *interface)
{
	uint32_t type = ARPHRD_ETHER, ipv6_off = 0;
	const struct {
		const char *format;
		uint32_t *number;
	} rows[] = {
		{NET "/%.15s/ifindex", &interface->index},
		{NET "/%.15s/netdev_group", &interface->group},
		{NET "/%.15s/type", &type},
		{"proc/sys/net/ipv6/conf/%.15s/disable_ipv6", &ipv6_off},
	};
	int r = 0;

	for (size_t i = 0; i < ARRAY_LEN(rows) && r == 0; i++) {
		char path[PATH_SIZE];

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
		snprintf(path, sizeof(path), rows[i].format, interface->name);
#pragma GCC diagnostic pop
		r = number_read(reading->root, path, rows[i].number);
	}
	interface->type = (uint16_t)type;
	interface->has_ipv6 = reading->found->ipv6 && ipv6_off == 0;
	return r;
}

static bool known_already(const struct interfaces *found, const char *name)
{
	for (size_t i = 0; i < found->n; i++) {
		if (strcmp(found->list[i].name, name) == 0) {
			return true;
		}
	}
	return false;
}

static int interface_add(const struct reading *reading, const char *name, bool has_parts)
{
	struct interfaces *found = reading->found;
	struct nft_interface *interface = &found->list[found->n];

	if (known_already(found, name)) {
		return 0;
	}
	if (found->n == INTERFACES_MAX) {
		found->partial = true;
		return 0;
	}
	*interface = (struct nft_interface){
		.is_bridge = part_exists(reading, name, "bridge"), .has_parts = has_parts};
	memcpy(interface->name, name, strlen(name));
	found->n++;
	return attributes_read(reading, interface);
}

/* What is built on an interface has a link "upper_NAME" there. */
static int uppers_add(const struct reading *reading, const char *name)
{
	cleanup(sysroot_names_finish) struct sysroot_names names = {0};
	char path[PATH_SIZE];
	int r;

	snprintf(path, sizeof(path), NET "/%.15s", name);
	r = sysroot_list(reading->root, path, &names);
	if (r != 0) {
		return r == -ENOMEM ? r : 0;
	}
	for (size_t i = 0; i < names.len && r == 0; i++) {
		const char *upper = names.names[i];

		if (strncmp(upper, "upper_", 6) == 0 && name_ordinary(upper + 6)) {
			r = interface_add(reading, upper + 6, true);
		}
	}
	return r;
}

/* A port of a bridge or a bond hands its packets to it: rules see them as the bridge's. */
static bool is_port(const struct reading *reading, const char *name)
{
	return part_exists(reading, name, "master/bridge") ||
	       part_exists(reading, name, "master/bonding") ||
	       part_exists(reading, name, "team_port");
}

static void ports_drop(const struct reading *reading)
{
	struct interfaces *found = reading->found;
	size_t kept = 0;

	for (size_t i = 0; i < found->n; i++) {
		if (!is_port(reading, found->list[i].name)) {
			found->list[kept++] = found->list[i];
		}
	}
	found->n = kept;
}

static int bottoms_add(const struct reading *reading, const struct sysroot_names *names)
{
	bool any = false;
	int r = 0;

	for (size_t i = 0; i < names->len; i++) {
		bool ordinary = name_ordinary(names->names[i]);

		reading->found->own = reading->found->own || ordinary;
		any = any || (ordinary && part_exists(reading, names->names[i], "device"));
	}
	for (size_t i = 0; i < names->len && r == 0; i++) {
		const char *name = names->names[i];

		if (name_ordinary(name) && (!any || part_exists(reading, name, "device"))) {
			r = interface_add(reading, name, false);
		}
	}
	return r;
}

int interfaces_read(const struct sysroot *root, struct interfaces *ret_interfaces)
{
	cleanup(sysroot_names_finish) struct sysroot_names names = {0};
	cleanup(free_ptr) struct interfaces *found = calloc(1, sizeof(*found));
	const struct reading reading = {.root = root, .found = found};
	int r;

	if (!found) {
		return -ENOMEM;
	}
	found->ipv6 = !sysroot_exists(root, "proc/sys/net/ipv4") ||
		      sysroot_exists(root, "proc/sys/net/ipv6");
	r = sysroot_list(root, NET, &names);
	if (r == -ENOMEM) {
		return r;
	}
	if (r != 0) {
		found->own = true;
		found->list[found->n++] = nameless;
		*ret_interfaces = *found;
		return 0;
	}
	r = bottoms_add(&reading, &names);
	/* The list grows while it is walked: a VLAN may lie on a bond that lies on two cards. */
	for (size_t i = 0; i < found->n && r == 0; i++) {
		r = uppers_add(&reading, found->list[i].name);
	}
	if (r == 0) {
		ports_drop(&reading);
		*ret_interfaces = *found;
	}
	return r;
}
