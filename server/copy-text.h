/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A copy of all that is held of a device as plain text, for whoever asks for it and reads no JSON:
 * every row and every column of rights_export, in a language of the catalogues.
 */
#pragma once

#include "json.h"
#include "text.h"

/* copy: openapi's DeviceExport. Nothing in it is taken for signs that a terminal acts on. -errno */
must_check int copy_text_write(
	const struct text_catalogue *texts, struct json_object *copy, struct str *out);
