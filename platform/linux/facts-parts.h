/* SPDX-License-Identifier: Apache-2.0 */
/* The functions that facts_live_linux puts into its table. */
#pragma once

#include "facts.h"

must_check int facts_firewall_read(void *data, struct facts_bytes *ret_messages);
must_check int facts_legacy_read(void *data, struct facts_bytes *ret_tables);
must_check int facts_rpm_read(void *data, char **ret_lines, size_t *ret_len);
must_check int facts_sockets_read(void *data, struct facts_sockets **ret_sockets);
must_check int facts_network_read(void *data, struct facts_network **ret_network);
must_check int facts_wifi_read(void *data, struct facts_wifi **ret_wifi);
