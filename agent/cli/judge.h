/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Judging without caretakerd: every check, once, in this process. Nothing is remembered between two
 * runs, so nothing has a "since".
 */
#pragma once

#include "base.h"
#include "clock.h"
#include "json.h"
#include "policy.h"

struct judge {
	const char *root; /* a directory: by its files alone; NULL: this machine */
	const char *only; /* a control's id, NULL for all */
	const struct policy *policy;
	struct clock_now now;
};

/* A directory without etc/: what is absent there says nothing about any computer. */
#define JUDGE_E_NO_SYSTEM 1

/* The same object as caretakerd's answer to `audit`; the caller puts it. JUDGE_E_NO_SYSTEM */
must_check int judge_machine(const struct judge *judge, struct json_object **ret_answer);
