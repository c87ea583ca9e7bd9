/* SPDX-License-Identifier: Apache-2.0 */
#include "report-build.h"

#include "check.h"
#include "grace.h"
#include "report-share.h"

#include <stdio.h>
#include <string.h>

#define HOUR_S 3600

/*
 * What is told by day says when a person uses a device: of a school's own, and of a private one
 * whose owner turned it on.
 */
static bool stays(const struct check *check, const struct state *state, const struct policy *policy)
{
	return check->local_only || (check->by_day && policy_owner(policy) != POLICY_SCHOOL &&
					    !report_share_has(state, check->id));
}

/* Only what a check of this build judged, and never one that stays local. */
static bool may_leave(
	const struct state *state, const struct state_control *control, const struct policy *policy)
{
	const struct check *check = check_find(control->id);

	return check && !stays(check, state, policy);
}

static bool is_news(
	const struct state *state, const struct state_control *control, const struct policy *policy)
{
	enum posture_reason reason;
	enum posture_state told;

	grace_told(state, control, policy, &told, &reason);
	return !control->reported || control->reported_state != told ||
	       control->reported_reason != reason;
}

bool report_has_news(const struct state *state, const struct policy *policy)
{
	vec_for_each (control, &state->controls) {
		if (may_leave(state, control, policy) && is_news(state, control, policy)) {
			return true;
		}
	}
	return state->full_due;
}

static void fill_control(const struct report_source *source, const struct state_control *control,
	struct report_control *row)
{
	int64_t unit_s = policy_owner(source->policy) == POLICY_SCHOOL ? HOUR_S : CLOCK_DAY_S;
	int64_t held_s = source->wall_s - control->since;

	(void)snprintf(row->id, sizeof(row->id), "%s", control->id);
	grace_told(source->state, control, source->policy, &row->state, &row->reason);
	row->age = held_s > 0 ? held_s / unit_s : 0;
	if (row->age > REPORT_AGE_MAX) { /* a clock that was far in the past */
		row->age = REPORT_AGE_MAX;
	}
}

static int compare_rows(const void *a, const void *b)
{
	const struct report_control *x = a;
	const struct report_control *y = b;

	return strcmp(x->id, y->id);
}

static int fill_controls(const struct report_source *source, struct report *report)
{
	const struct state *state = source->state;

	report->controls = calloc(state->controls.len + 1, sizeof(*report->controls));
	if (!report->controls) {
		return -ENOMEM;
	}
	vec_for_each (control, &state->controls) {
		if (may_leave(state, control, source->policy) &&
			(state->full_due || is_news(state, control, source->policy))) {
			fill_control(source, control, &report->controls[report->n_controls++]);
		}
	}
	qsort(report->controls, report->n_controls, sizeof(*report->controls), compare_rows);
	return 0;
}

/* Sorted, as the registry is */
static int list_local_only(const struct report_source *source, const char ***ret_ids, size_t *ret_n)
{
	const char **ids = calloc(check_registry_len + 1, sizeof(*ids));
	size_t n = 0;

	if (!ids) {
		return -ENOMEM;
	}
	for (size_t i = 0; i < check_registry_len; i++) {
		if (stays(check_registry[i], source->state, source->policy)) {
			ids[n++] = check_registry[i]->id;
		}
	}
	*ret_ids = ids;
	*ret_n = n;
	return 0;
}

int report_build(const struct report_source *source, struct str *ret_payload)
{
	bool school = policy_owner(source->policy) == POLICY_SCHOOL;
	cleanup(free_ptr) const char **local_only = NULL;
	cleanup(report_finish) struct report report = {
		.sequence = source->state->sequence + 1,
		.policy = policy_version(source->policy),
		.unit = school ? REPORT_HOURS : REPORT_DAYS,
	};
	size_t n_local_only;
	int r;

	(void)snprintf(report.device, sizeof(report.device), "%s", source->device);
	r = list_local_only(source, &local_only, &n_local_only);
	if (r == 0) {
		r = fill_controls(source, &report);
	}
	if (r < 0) {
		return r;
	}
	report.kind = source->state->full_due ? REPORT_FULL
		      : report.n_controls > 0 ? REPORT_DELTA
					      : REPORT_HEARTBEAT;
	r = report_write(&report, local_only, n_local_only, ret_payload);
	return r > 0 ? -EBADMSG : r;
}

void report_note_told(struct state *state, const struct policy *policy)
{
	vec_for_each (control, &state->controls) {
		control->reported = true;
		grace_told(state, control, policy, &control->reported_state,
			&control->reported_reason);
	}
	state->full_due = false;
}
