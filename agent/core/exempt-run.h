/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Which exemptions run now, by the wall clock, the boot clock and the highest time ever seen; and
 * that what they let go is kept again the moment one ends. It looks at each start and end, when
 * somebody sets the clock, when its time is used up by the boot clock, hourly while one runs, and
 * when it is told that there are others.
 *
 * Whoever gates something else than settings asks exempt_covers, and is called from
 * core_exemptions_changed.
 */
#pragma once

#include "core.h"
#include "json-build.h"

struct exempt_run;

must_check int exempt_run_new(struct core *core, struct exempt_run **ret_run);
void exempt_run_free(struct exempt_run *run);
void exempt_run_free_p(struct exempt_run **run);

/* As of this moment: when other ones run than before, core_exemptions_changed is called. */
must_check int exempt_run_look(struct exempt_run *run, const struct clock_now *now);

/* Whether what the feature stands for is let go on this device now; run may be NULL */
bool exempt_covers(const struct exempt_run *run, enum exemption_feature feature);
unsigned exempt_run_features(const struct exempt_run *run); /* the same as bits */
/* EXEMPTION of ARCHITECTURE.md: those of this device, without those that ended long ago */
void exempt_run_build(const struct exempt_run *run, struct json_build *array);

/* What the owner gives and ends. EXEMPT_GIVEN_E_* (exempt-given.h), -errno; saved when 0. */
struct exempt_wish;
must_check int exempt_run_give(
	struct exempt_run *run, const struct exempt_wish *wish, const char **ret_id);
must_check int exempt_run_end(struct exempt_run *run, const char *id);
