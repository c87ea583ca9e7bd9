/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Facts that no file gives: asked of the kernel, or of a tool. The seam of the platform: a test
 * hands in its own table, platform/linux fills the real one.
 */
#pragma once

#include "base.h"
#include "json.h"

enum facts_outcome {
	FACTS_E_ABSENT = 1,    /* the machine has no such thing (no radio, no nftables) */
	FACTS_E_NOT_PERMITTED, /* the process lacks the right to see it */
	FACTS_E_LIMIT,	       /* more than the named maximum */
	FACTS_E_NO_TOOL,       /* the kernel has it, the tool that reads it is absent or failed */
};

#define FACTS_RADIOS_MAX 16
#define FACTS_IE_MAX 4096

/* One associated station interface. Elements are judged in memory and never kept. */
struct facts_wifi_link {
	uint8_t elements[FACTS_IE_MAX]; /* information elements of the associated BSS */
	size_t elements_len;		/* 0: connected, but the driver shows no elements */
	bool privacy;			/* capability bit 4 (IEEE 802.11-2020, 9.4.1.4) */
};
struct facts_wifi {
	struct facts_wifi_link links[FACTS_RADIOS_MAX];
	size_t n_links;
	bool has_radio; /* any station interface, associated or not */
};

struct facts_live {
	void *data;
	/*
	 * `nft --json --terse list ruleset` as parsed JSON; the caller puts it. The tool runs only
	 * when the kernel holds a table: without one the list is empty. FACTS_E_*
	 */
	int (*firewall)(void *data, struct json_object **ret_ruleset);
	/* Heap; free() it. FACTS_E_* */
	int (*wifi)(void *data, struct facts_wifi **ret_wifi);
	/*
	 * What rpm's database holds: a line "NAME<tab>EPOCH:VERSION-RELEASE<tab>ARCHITECTURE" for
	 * each package, terminated, on the heap. FACTS_E_*
	 */
	int (*rpm_packages)(void *data, char **ret_lines, size_t *ret_len);
};

/* The real ones (platform/linux). */
void facts_live_linux(struct facts_live *ret_live);
