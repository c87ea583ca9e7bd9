/* SPDX-License-Identifier: Apache-2.0 */
/* Looks what is due and reminds by mail: read, claimed, sent in a lane of its own, noted. */
#pragma once

#include "api.h"

#define MAIL_EVERY_S 600

struct mail_run {
	struct app *app;
	const char *ca; /* a file, or NULL for what the system trusts */
	bool running;
};
/* One round; nothing while another runs. data: struct mail_run */
void mail_start(void *data);
