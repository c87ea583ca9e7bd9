/* SPDX-License-Identifier: Apache-2.0 */
#include "facts-parts.h"

#include "config.h"

static int own_files_read(void *data, struct own_files *ret_files)
{
	static const int outcomes[] = {
		[OWN_FILES_E_ABSENT] = FACTS_E_ABSENT,
		[OWN_FILES_E_FORMAT] = FACTS_E_ABSENT,
		[OWN_FILES_E_NO_TOOL] = FACTS_E_NO_TOOL,
		[OWN_FILES_E_LIMIT] = FACTS_E_LIMIT,
	};
	int r = own_files_look(CARETAKER_MANIFEST, ret_files);

	(void)data;
	return r > 0 ? outcomes[r] : r;
}

void facts_live_linux(struct facts_live *ret_live)
{
	*ret_live = (struct facts_live){
		.data = NULL,
		.firewall = facts_firewall_read,
		.legacy_firewall = facts_legacy_read,
		.sockets = facts_sockets_read,
		.wifi = facts_wifi_read,
		.network = facts_network_read,
		.rpm_packages = facts_rpm_read,
		.own_files = own_files_read,
	};
}
