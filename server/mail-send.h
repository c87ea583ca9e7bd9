/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One mail to one relay by SMTP (RFC 5321) over TLS: from the first byte (smtps), or asked for
 * before anything else is said (smtp, RFC 3207). Without TLS, or with a certificate that is not
 * trusted for that name, nothing is sent and no password said.
 */
#pragma once

#include "mail-login.h"
#include "mail.h"

struct mail_send {
	const struct mail_setup *setup;
	const struct mail_login *login;
	const char *ca; /* a file, or NULL for what the system trusts */
	struct span text;
};
/* ret_status: the relay's last answer, 0 for none. Negative: it could not be tried */
must_check int mail_send(
	const struct mail_send *send, enum mail_problem *ret_problem, int *ret_status);
