/* SPDX-License-Identifier: Apache-2.0 */
#include "fuzz.h"
#include "policy.h"

#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
	cleanup(policy_free_p) struct policy *policy = NULL;
	const char *tier;

	if (policy_parse((struct span){(const char *)bytes, len}, &policy, NULL) != 0) {
		return 0;
	}
	FUZZ_REQUIRE(policy_version(policy) >= 1);
	FUZZ_REQUIRE(policy_report_interval(policy) > 0);
	FUZZ_REQUIRE(policy_control_severity(policy, "patch.security-updates"));
	FUZZ_REQUIRE(
		policy_control_number(policy, "patch.security-updates", "max_age_days", 1) >= 0);
	tier = policy_client_tier(policy, "firefox");
	FUZZ_REQUIRE(!strcmp(tier, "off") || !strcmp(tier, "base") || !strcmp(tier, "strict"));
	FUZZ_TRY(policy_admit(policy, 1, 1795309323));
	FUZZ_REQUIRE(policy_grace_days(policy, "patch.security-updates") <= POLICY_GRACE_DAYS_MAX);
	vec_for_each (exemption, &policy_exemptions(policy)->list) {
		const struct exemption_clock ended = {.wall_s = exemption->end};

		FUZZ_REQUIRE(exemption->noticed < exemption->start);
		FUZZ_REQUIRE(!exemption->controls == (exemption->feature != EXEMPTION_NO_FEATURE));
		FUZZ_REQUIRE(exemption->end - exemption->start <= EXEMPTION_MOST_S);
		FUZZ_REQUIRE(exemption_phase(exemption, &ended) == EXEMPTION_ENDED);
		FUZZ_REQUIRE(!exemption_concerns(exemption, NULL));
		FUZZ_TRY(exemption_covers(exemption, "patch.security-updates"));
	}
	return 0;
}
