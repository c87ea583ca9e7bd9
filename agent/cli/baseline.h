/* SPDX-License-Identifier: Apache-2.0 */
/* The policies that come with the package: DATADIR/baseline/NAME.json. */
#pragma once

#include "base.h"
#include "policy.h"

#define BASELINE_HOME "home"
#define BASELINE_SCHOOL "school"

/* POLICY_E_SCHEMA with error filled, or -errno */
must_check int baseline_read(const char *datadir, const char *name, struct policy **ret_policy,
	struct json_error *error);
/* The place of a severity, most urgent first; an unknown word comes last. */
size_t baseline_severity_rank(const char *severity);
