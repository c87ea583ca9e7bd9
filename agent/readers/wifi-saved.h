/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Networks that a device joins by itself, as its managers keep them. Only whether a network is open
 * and joined without asking leaves these functions; names are not even read.
 */
#pragma once

#include "base.h"
#include "str.h"

#define WIFI_SAVED_FILE_MAX ((size_t)1 << 20)
#define WIFI_SAVED_FILES_MAX 1024

struct wifi_saved {
	size_t open; /* joined by itself, without any key */
	bool damaged;
};

/* NetworkManager: nm-settings-keyfile(5), one network to a file */
void wifi_saved_networkmanager(struct span text, struct wifi_saved *saved);
/* wpa_supplicant.conf(5): "network={" ... "}" */
void wifi_saved_supplicant(struct span text, struct wifi_saved *saved);
/* iwd.network(5), the text of a file whose name ends with ".open" */
void wifi_saved_iwd(struct span text, struct wifi_saved *saved);
