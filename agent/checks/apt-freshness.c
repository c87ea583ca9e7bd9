/* SPDX-License-Identifier: Apache-2.0 */
#include "apt-freshness.h"

#define MAX_AGE_DAYS_DEFAULT 7

int apt_index_explain(int outcome, struct verdict *v)
{
	switch (outcome) {
	case APT_INDEX_E_IMAGE:
		return verdict_set(v, POSTURE_NA, POSTURE_IMAGE_BASED);
	case APT_INDEX_E_MANAGER:
		return verdict_set(v, POSTURE_UNKNOWN, POSTURE_MANAGER_UNKNOWN);
	case APT_INDEX_E_MISSING:
		return verdict_set(v, POSTURE_UNKNOWN, POSTURE_INDEX_MISSING);
	case APT_INDEX_E_FORMAT:
		return verdict_set(v, POSTURE_UNKNOWN, POSTURE_FORMAT_UNKNOWN);
	case APT_INDEX_E_PERMITTED:
		return verdict_set(v, POSTURE_UNKNOWN, POSTURE_NOT_PERMITTED);
	case APT_INDEX_E_LIMIT:
		return verdict_set(v, POSTURE_UNKNOWN, POSTURE_EVALUATION_LIMIT);
	default:
		return outcome;
	}
}

/*
 * An archive that had nothing to publish keeps its old Date: then the time of apt's last complete
 * fetch counts. It cannot stretch an expiry, which is the archive's own guard against old lists.
 */
struct apt_freshness apt_index_judge(const struct apt_index *index, const struct check_ctx *ctx)
{
	int64_t limit = CLOCK_DAY_S * policy_control_number(ctx->policy, "patch.index-fresh",
					      "max_age_days", MAX_AGE_DAYS_DEFAULT);
	int64_t now = ctx->now.wall_s;
	enum apt_release_kind asked = index->marked != 0 ? APT_RELEASE_SECURITY : APT_RELEASE_MIXED;
	struct apt_freshness fresh = {.reason = POSTURE_INDEX_FRESH, .due_s = INT64_MAX};

	if (index->newest > now + CLOCK_SLACK_S) {
		return (struct apt_freshness){.reason = POSTURE_CLOCK_NOT_TRUSTED};
	}
	for (size_t i = 0; i < index->archives.len; i++) {
		const struct apt_release *archive = &index->archives.items[i].release;
		int64_t heard = archive->date > index->updated ? archive->date : index->updated;
		int64_t until = archive->valid_until;

		if (archive->kind != asked) {
			continue;
		}
		fresh.n++;
		if (now - heard > fresh.oldest_s) {
			fresh.oldest_s = now - heard;
		}
		if (heard + limit < fresh.due_s) {
			fresh.due_s = heard + limit;
		}
		if (until != 0 && until < fresh.due_s) {
			fresh.due_s = until;
		}
		if (until != 0 && now >= until) {
			fresh.reason = POSTURE_INDEX_EXPIRED;
		} else if (now - heard >= limit && fresh.reason == POSTURE_INDEX_FRESH) {
			fresh.reason = POSTURE_INDEX_STALE;
		}
	}
	return fresh;
}
