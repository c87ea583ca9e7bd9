/* SPDX-License-Identifier: Apache-2.0 */
/*
 * People's accounts, for judging without caretakerd: homes are looked into with the rights of
 * whoever runs the command. Root never looks into a home, and on the live machine nobody looks into
 * another's: such an account is closed, and what hangs on it is not known.
 */
#pragma once

#include "check.h"

/* The list is the caller's to free. */
must_check int accounts_look(const struct sysroot *root, const struct policy *policy,
	struct clock_now now, struct check_person **ret_people, size_t *ret_n);
