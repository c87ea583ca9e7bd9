/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A verdict between two runs of its check. struct verdict has room for the most evidence there may
 * be, 900 bytes; few verdicts have more than a tenth of that.
 */
#pragma once

#include "check.h"

struct kept_evidence {
	const char *key; /* static */
	const char *value;
};
struct kept_verdict {
	enum posture_state state;
	enum posture_reason reason;
	int64_t due_s;
	size_t n_evidence;
	struct kept_evidence *evidence; /* owned, with the values behind it; NULL for none */
};

void kept_verdict_finish(struct kept_verdict *kept);
/* Takes the place of what was kept. -ENOMEM: it is as before */
must_check int kept_verdict_take(struct kept_verdict *kept, const struct verdict *verdict);
