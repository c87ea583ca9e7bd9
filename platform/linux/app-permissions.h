/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Which sandboxed apps may use the camera: by the devices that flatpak gives them (flatpak-metadata
 * (5), [Context] devices; an override's "!all" takes "all" away) and by what the person answered
 * the portal (xdg-permission-store's table "devices", entry "camera": (va{sas}), a GVDB file).
 */
#pragma once

#include "base.h"

#define APP_PERMISSIONS_ID_MAX 255
#define APP_PERMISSIONS_APPS_MAX 2048 /* of one table, more are left out */

/* Pure: whether the app may open every device, after this file; before: what the ones before it
 * said. */
bool app_permissions_all(struct span text, bool before);
/* allowed: the person said yes once and for all. Negative ends it. */
typedef int (*app_permissions_fn)(const char *id, bool allowed, void *data);
/* Pure: apps that asked the portal for the camera. GVDB_E_*, GVARIANT_E_* when it is no such file;
 * fn's first error */
must_check int app_permissions_camera(struct span bytes, app_permissions_fn fn, void *data);
