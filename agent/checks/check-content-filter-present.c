/* SPDX-License-Identifier: Apache-2.0 */
/*
 * content.filter-present: on pupils' devices a filter that the policy approves is at work: name
 * servers ("resolvers", addresses), or in every browser a proxy ("proxies": HOST:PORT, or the
 * address of a proxy script), or, with "site_lists" true, a browser that opens nothing but a list
 * of sites. Nothing is looked up, no address is kept, and nothing is said about what anybody
 * opened.
 */
#include "browser-gate.h"
#include "pupil.h"
#include "resolvers.h"

#include <string.h>

#define ID "content.filter-present"

/* Whether a member is a text that is on the list */
static bool listed(struct json_object *object, const char *name, struct json_object *list)
{
	struct json_object *value = browsers_member(object, name);

	return json_object_is_type(value, json_type_string) &&
	       browser_list_has(list, span_z(json_object_get_string(value)));
}

static bool chromium_filters(struct json_object *policies, const struct policy *policy, bool sites)
{
	struct json_object *proxy = browsers_member(policies, "ProxySettings");
	struct json_object *proxies = policy_control_value(policy, ID, "proxies");

	if (browser_text_is(browsers_member(proxy, "ProxyMode"), "fixed_servers") &&
		listed(proxy, "ProxyServer", proxies) &&
		!browser_text_is(browsers_member(proxy, "ProxyBypassList"), "*")) {
		return true;
	}
	if (browser_text_is(browsers_member(proxy, "ProxyMode"), "pac_script") &&
		listed(proxy, "ProxyPacUrl", proxies)) {
		return true;
	}
	return sites && browser_list_has(browsers_member(policies, "URLBlocklist"), span_z("*")) &&
	       !browser_list_has(browsers_member(policies, "URLAllowlist"), span_z("*"));
}

static bool firefox_filters(const struct browser_seen *seen, struct json_object *policies,
	const struct policy *policy, bool sites)
{
	const struct span all = span_z("<all_urls>");
	struct json_object *filter = browsers_member(policies, "WebsiteFilter");
	struct json_object *proxy = browsers_member(policies, "Proxy");
	struct json_object *proxies = policy_control_value(policy, ID, "proxies");
	bool both = browser_firefox_bool_is(
		seen, browsers_member(proxy, "UseHTTPProxyForAllProtocols"), true);

	if (browser_firefox_bool_is(seen, browsers_member(proxy, "Locked"), true)) {
		if (browser_text_is(browsers_member(proxy, "Mode"), "manual") &&
			listed(proxy, "HTTPProxy", proxies) &&
			(both || listed(proxy, "SSLProxy", proxies))) {
			return true;
		}
		if (browser_text_is(browsers_member(proxy, "Mode"), "autoConfig") &&
			listed(proxy, "AutoConfigURL", proxies)) {
			return true;
		}
	}
	return sites && browser_list_has(browsers_member(filter, "Block"), all) &&
	       !browser_list_has(browsers_member(filter, "Exceptions"), all);
}

static enum browser_answer judge(
	const struct browser_seen *seen, struct json_object *policies, const struct policy *policy)
{
	bool sites = browser_bool_is(policy_control_value(policy, ID, "site_lists"), true);

	if (seen->edge) {
		return BROWSER_HIDDEN;
	}
	return (seen->kind == BROWSER_FIREFOX ? firefox_filters(seen, policies, policy, sites)
					      : chromium_filters(policies, policy, sites))
		       ? BROWSER_KEPT
		       : BROWSER_OPEN;
}

static size_t named(const struct policy *policy, const char *list)
{
	return browser_list_len(policy_control_value(policy, ID, list));
}

/* The name servers do not filter for all we see; every browser may still. */
static int browsers_judge(
	const struct check_ctx *ctx, enum resolvers_answer answer, struct verdict *v)
{
	static const struct browser_gate gate = {
		.judge = judge,
		.kept = POSTURE_FILTER_ACTIVE,
		.open = POSTURE_FILTER_ABSENT,
	};
	int r = browser_gate_run(&gate, ctx, v);

	if (r < 0 || v->state == POSTURE_PASS || resolvers_explain(answer, v)) {
		return r;
	}
	return v->state == POSTURE_NA ? verdict_set(v, POSTURE_FAIL, POSTURE_FILTER_ABSENT) : 0;
}

/* Whether a tunnel is up, which may bring name servers of its own */
static int tunnel_look(const struct check_ctx *ctx, bool *ret_up)
{
	static const char *const kinds[] = {"ppp", "tun", "vti", "wireguard", "xfrm"};
	cleanup(free_ptr) struct facts_network *network = NULL;
	bool up = false;
	int r = ctx->live ? ctx->live->network(ctx->live->data, &network) : FACTS_E_ABSENT;

	for (size_t i = 0; r == 0 && i < network->n_links; i++) {
		for (size_t k = 0; k < ARRAY_LEN(kinds); k++) {
			up = up || (network->links[i].up &&
					   strcmp(network->links[i].kind, kinds[k]) == 0);
		}
	}
	*ret_up = up;
	return r < 0 ? r : 0;
}

/* Name servers that are not approved, while a tunnel is up: its far end may filter. */
static int resolvers_look(const struct check_ctx *ctx, enum resolvers_answer *ret_answer)
{
	enum resolvers_answer answer;
	bool up = false;
	int r = resolvers_judge(
		ctx->root, policy_control_value(ctx->policy, ID, "resolvers"), &answer);

	if (r == 0 && answer == RESOLVERS_OTHER) {
		r = tunnel_look(ctx, &up);
	}
	if (r == 0) {
		*ret_answer = up ? RESOLVERS_HIDDEN : answer;
	}
	return r;
}

static int run(const struct check_ctx *ctx, struct verdict *v)
{
	enum resolvers_answer answer = RESOLVERS_OTHER;
	int r = 0;

	if (pupil_excuse(ctx, ID, v)) {
		return 0;
	}
	if (named(ctx->policy, "resolvers") > 0) {
		r = resolvers_look(ctx, &answer);
	} else if (named(ctx->policy, "proxies") == 0 &&
		   !browser_bool_is(policy_control_value(ctx->policy, ID, "site_lists"), true)) {
		return verdict_set(v, POSTURE_UNKNOWN, POSTURE_FILTER_NOT_NAMED);
	}
	if (r < 0) {
		return r;
	}
	return answer == RESOLVERS_APPROVED ? verdict_set(v, POSTURE_PASS, POSTURE_FILTER_ACTIVE)
					    : browsers_judge(ctx, answer, v);
}

static const struct check_input inputs[] = {
	BROWSERS_INPUTS, RESOLVERS_INPUTS, {.kind = CHECK_INPUT_NETWORK}};

const struct check check_content_filter_present = {
	.id = ID,
	.inputs = inputs,
	.n_inputs = ARRAY_LEN(inputs),
	.run = run,
};
