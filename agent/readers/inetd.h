/* SPDX-License-Identifier: Apache-2.0 */
/* The services that inetd(8) and xinetd(8) start: inetd.conf(5), xinetd.conf(5). */
#pragma once

#include "base.h"
#include "str.h"

#define INETD_FILE_MAX ((size_t)64 << 10)

/* Pure: takes the next service off an inetd.conf; false at the end. */
bool inetd_next(struct span *text, struct span *ret_service);

enum inetd_outcome {
	INETD_E_END = 1,
	INETD_E_FORMAT, /* a block that does not end */
};
struct xinetd_service {
	struct span name;
	bool disabled;
};
/* Pure: takes the next "service NAME { ... }" off a file of xinetd.d; others are passed over. */
must_check int inetd_next_block(struct span *text, struct xinetd_service *ret_service);
