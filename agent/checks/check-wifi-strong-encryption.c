/* SPDX-License-Identifier: Apache-2.0 */
/* wifi.strong-encryption: the network in use encrypts well; of several, the worst counts. */
#include "check.h"
#include "wifi-security.h"

#define SETTLE_S 3	 /* until the keys of a network that was just joined are there */
#define AD_HOC_AGE_S 600 /* of a verdict that no event takes back */

static const struct check_input inputs[] = {
	{CHECK_INPUT_WIFI, NULL},
	{CHECK_INPUT_LINK, NULL},
};

static const struct {
	enum posture_state state;
	enum posture_reason reason;
} verdicts[] = {
	[WIFI_SECURITY_STRONG] = {POSTURE_PASS, POSTURE_WIFI_STRONG},
	[WIFI_SECURITY_UNKNOWN] = {POSTURE_UNKNOWN, POSTURE_SOURCE_MISSING},
	[WIFI_SECURITY_OWE] = {POSTURE_FAIL, POSTURE_OWE_UNAUTHENTICATED},
	[WIFI_SECURITY_TKIP] = {POSTURE_FAIL, POSTURE_WIFI_TKIP},
	[WIFI_SECURITY_WEP] = {POSTURE_FAIL, POSTURE_WIFI_WEP},
	[WIFI_SECURITY_OPEN] = {POSTURE_FAIL, POSTURE_WIFI_OPEN},
};

static int judge(const struct facts_wifi *wifi, struct clock_now now, struct verdict *v)
{
	enum wifi_security worst = WIFI_SECURITY_STRONG;

	if (!wifi->has_radio) {
		return verdict_set(v, POSTURE_NA, POSTURE_NO_RADIO);
	}
	if (wifi->n_links == 0) {
		return verdict_set(v, POSTURE_NA, POSTURE_NOT_CONNECTED);
	}
	for (size_t i = 0; i < wifi->n_links; i++) {
		const struct facts_wifi_link *link = &wifi->links[i];
		enum wifi_security one =
			wifi_security_of(link->elements, link->elements_len, link->privacy);

		one = wifi_security_by_cipher(one, link->cipher);
		worst = one > worst ? one : worst;
		if (link->ad_hoc) {
			v->due_s = now.wall_s + AD_HOC_AGE_S;
		}
		if (link->settling && one == WIFI_SECURITY_STRONG) {
			v->due_s = now.wall_s + SETTLE_S;
		}
	}
	return verdict_set(v, verdicts[worst].state, verdicts[worst].reason);
}

static int run(const struct check_ctx *ctx, struct verdict *v)
{
	cleanup(free_ptr) struct facts_wifi *wifi = NULL;
	int r;

	if (!ctx->live) {
		return verdict_set(v, POSTURE_UNKNOWN, POSTURE_LIVE_ONLY);
	}
	r = ctx->live->wifi(ctx->live->data, &wifi);
	switch (r) {
	case 0:
		return judge(wifi, ctx->now, v);
	case FACTS_E_ABSENT:
		return verdict_set(v, POSTURE_NA, POSTURE_NO_RADIO);
	case FACTS_E_NOT_PERMITTED:
		return verdict_set(v, POSTURE_UNKNOWN, POSTURE_NOT_PERMITTED);
	case FACTS_E_LIMIT:
		return verdict_set(v, POSTURE_UNKNOWN, POSTURE_EVALUATION_LIMIT);
	case FACTS_E_NO_TOOL:
		return verdict_set(v, POSTURE_UNKNOWN, POSTURE_SOURCE_MISSING);
	default:
		return r;
	}
}

const struct check check_wifi_strong_encryption = {
	.id = "wifi.strong-encryption",
	.inputs = inputs,
	.n_inputs = ARRAY_LEN(inputs),
	.run = run,
};
