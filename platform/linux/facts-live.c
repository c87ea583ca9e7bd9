/* SPDX-License-Identifier: Apache-2.0 */
#include "facts-parts.h"

void facts_live_linux(struct facts_live *ret_live)
{
	*ret_live = (struct facts_live){
		.data = NULL,
		.firewall = facts_firewall_read,
		.legacy_firewall = facts_legacy_read,
		.sockets = facts_sockets_read,
		.wifi = facts_wifi_read,
		.rpm_packages = facts_rpm_read,
	};
}
