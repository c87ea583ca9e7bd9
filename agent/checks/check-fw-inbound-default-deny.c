/* SPDX-License-Identifier: Apache-2.0 */
/*
 * fw.inbound-default-deny: the live ruleset ends unexpected packets on every real interface, for
 * IPv4 and IPv6, TCP and UDP, apart from a limited number of ports that somebody opened.
 */
#include "check.h"
#include "nft-eval.h"

#include <netinet/in.h>
#include <stdio.h>
#include <string.h>

#define ID "fw.inbound-default-deny"
#define INTERFACES_MAX 32
/* More open ports than this are no list of services any more, but a door. */
#define OPEN_PORTS_DEFAULT 4096
#define NAMES_FILE_MAX ((size_t)4096)

static const struct check_input inputs[] = {
	{CHECK_INPUT_FIREWALL, NULL},
	{CHECK_INPUT_LINK, NULL},
};

struct interfaces {
	struct sysroot_names names;
	const char *real[INTERFACES_MAX]; /* NULL: one that no rule names */
	size_t n;
	bool own; /* there is one besides the loopback */
};

static void interfaces_finish(struct interfaces *interfaces)
{
	sysroot_names_finish(&interfaces->names);
}

static bool interface_physical(const struct sysroot *root, const char *name)
{
	char path[64 + NAME_MAX];

	snprintf(path, sizeof(path), "sys/class/net/%s/device", name);
	return sysroot_exists(root, path);
}

static bool interface_loopback(const char *name)
{
	/* bonding_masters is a file of a module, not an interface */
	return strcmp(name, "lo") == 0 || strcmp(name, "bonding_masters") == 0;
}

/* Real ones are those with a device behind them; where none has one (a container), all but lo. */
static int interfaces_read(const struct sysroot *root, struct interfaces *ret_interfaces)
{
	struct interfaces found = {.own = true};
	bool any = false;
	int r;

	r = sysroot_list(root, "sys/class/net", &found.names);
	if (r == -ENOMEM) {
		return r;
	}
	if (r != 0) {
		found.real[found.n++] = NULL;
		*ret_interfaces = found;
		return 0;
	}
	found.own = false;
	for (size_t i = 0; i < found.names.len; i++) {
		found.own = found.own || !interface_loopback(found.names.names[i]);
		any = any || interface_physical(root, found.names.names[i]);
	}
	for (size_t i = 0; i < found.names.len && found.n < INTERFACES_MAX; i++) {
		const char *name = found.names.names[i];

		if (any ? interface_physical(root, name) : !interface_loopback(name)) {
			found.real[found.n++] = name;
		}
	}
	*ret_interfaces = found;
	return 0;
}

enum legacy { LEGACY_NONE, LEGACY_THERE, LEGACY_HIDDEN };

/* Tables of the older iptables are listed here by name (net/netfilter/x_tables.c). */
static int legacy_look(const struct sysroot *root, enum legacy *ret_legacy)
{
	static const char *const paths[] = {
		"proc/net/ip_tables_names", "proc/net/ip6_tables_names"};
	enum legacy legacy = LEGACY_NONE;

	for (size_t i = 0; i < ARRAY_LEN(paths); i++) {
		cleanup(free_ptr) char *names = NULL;
		size_t len = 0;
		int r = sysroot_read(root, paths[i], NAMES_FILE_MAX, &names, &len);

		if (r == -ENOMEM) {
			return r;
		}
		if (r == 0 && len > 0) {
			legacy = LEGACY_THERE;
		} else if (r != 0 && r != FD_E_MISSING && legacy == LEGACY_NONE) {
			legacy = LEGACY_HIDDEN;
		}
	}
	*ret_legacy = legacy;
	return 0;
}

static bool family_present(const struct sysroot *root, uint8_t family)
{
	return family == 4 || !sysroot_exists(root, "proc/sys/net/ipv4") ||
	       sysroot_exists(root, "proc/sys/net/ipv6");
}

struct worst {
	struct nft_ports ports;
	uint8_t family;
	uint8_t l4;
};

/* More accepted ports are worse; with the same number, more doubtful ones. */
static void worst_take(
	struct worst *worst, const struct nft_ports *ports, const struct nft_packet *packet)
{
	if (ports->accepted > worst->ports.accepted ||
		(ports->accepted == worst->ports.accepted && ports->maybe > worst->ports.maybe)) {
		*worst =
			(struct worst){.ports = *ports, .family = packet->family, .l4 = packet->l4};
	}
}

/* Both counters at their worst: one interface may be open for certain, another one perhaps. */
static int ruleset_try(const struct check_ctx *ctx, const struct nft_ruleset *ruleset,
	const struct interfaces *interfaces, struct worst *ret_worst, uint32_t *ret_maybe)
{
	static const uint8_t families[] = {4, 6}, protocols[] = {IPPROTO_TCP, IPPROTO_UDP};
	cleanup(nft_eval_finish) struct nft_eval eval = {0};
	uint32_t maybe = 0;
	int r = nft_eval_init(ruleset, &eval);

	for (size_t i = 0; i < interfaces->n * 4 && r == 0; i++) {
		struct nft_packet packet = {
			.family = families[i % 2],
			.l4 = protocols[i / 2 % 2],
			.iif = interfaces->real[i / 4],
		};
		struct nft_ports ports;

		if (!family_present(ctx->root, packet.family)) {
			continue;
		}
		r = nft_eval_ports(&eval, &packet, &ports);
		if (r == 0) {
			worst_take(ret_worst, &ports, &packet);
			maybe = ports.accepted + ports.maybe > maybe ? ports.accepted + ports.maybe
								     : maybe;
		}
	}
	*ret_maybe = maybe;
	return r;
}

static bool ruleset_has_input(const struct nft_ruleset *ruleset)
{
	for (size_t i = 0; i < ruleset->chains.len; i++) {
		if (ruleset->chains.items[i].input) {
			return true;
		}
	}
	return false;
}

static int judge(const struct check_ctx *ctx, const struct nft_ruleset *ruleset,
	const struct interfaces *interfaces, enum legacy legacy, struct verdict *v)
{
	int64_t allowed =
		policy_control_number(ctx->policy, ID, "max_open_ports", OPEN_PORTS_DEFAULT);
	struct worst worst = {.family = 4, .l4 = IPPROTO_TCP};
	uint32_t maybe = 0;
	int r;

	r = ruleset_try(ctx, ruleset, interfaces, &worst, &maybe);
	if (r == NFT_E_LIMIT) {
		return verdict_set(v, POSTURE_UNKNOWN, POSTURE_EVALUATION_LIMIT);
	}
	if (r != 0) {
		return r;
	}
	verdict_note(v, "open-ports", "%u", worst.ports.accepted);
	if (maybe <= allowed) {
		return verdict_set(v, POSTURE_PASS, POSTURE_FIREWALL_DENIES);
	}
	/* The older tables can only drop more: they cannot spoil a pass, but may mend a fail. */
	if (legacy == LEGACY_THERE || worst.ports.accepted <= allowed) {
		return verdict_set(v, POSTURE_UNKNOWN, POSTURE_MANAGER_UNKNOWN);
	}
	if (legacy == LEGACY_HIDDEN) {
		return verdict_set(v, POSTURE_UNKNOWN, POSTURE_NOT_PERMITTED);
	}
	verdict_note(v, "open-to", "%s %s", worst.family == 4 ? "IPv4" : "IPv6",
		worst.l4 == IPPROTO_TCP ? "TCP" : "UDP");
	return verdict_set(v, POSTURE_FAIL,
		ruleset_has_input(ruleset) ? POSTURE_FIREWALL_OPEN : POSTURE_FIREWALL_ABSENT);
}

static int absent_judge(enum legacy legacy, struct verdict *v)
{
	switch (legacy) {
	case LEGACY_NONE:
		return verdict_set(v, POSTURE_FAIL, POSTURE_FIREWALL_ABSENT);
	case LEGACY_THERE:
		return verdict_set(v, POSTURE_UNKNOWN, POSTURE_MANAGER_UNKNOWN);
	case LEGACY_HIDDEN:
		break;
	}
	return verdict_set(v, POSTURE_UNKNOWN, POSTURE_NOT_PERMITTED);
}

static int ruleset_judge(const struct check_ctx *ctx, struct json_object *json,
	const struct interfaces *interfaces, enum legacy legacy, struct verdict *v)
{
	cleanup(nft_ruleset_finish) struct nft_ruleset ruleset = {.untracked = false};
	int r = nft_ruleset_parse(json, &ruleset);

	if (r == NFT_E_FORMAT) {
		return verdict_set(v, POSTURE_UNKNOWN, POSTURE_FORMAT_UNKNOWN);
	}
	if (r == NFT_E_LIMIT) {
		return verdict_set(v, POSTURE_UNKNOWN, POSTURE_EVALUATION_LIMIT);
	}
	return r != 0 ? r : judge(ctx, &ruleset, interfaces, legacy, v);
}

static int run(const struct check_ctx *ctx, struct verdict *v)
{
	cleanup(interfaces_finish) struct interfaces interfaces = {.n = 0};
	cleanup(json_put) struct json_object *json = NULL;
	enum legacy legacy = LEGACY_NONE;
	int r;

	if (!ctx->live) {
		return verdict_set(v, POSTURE_UNKNOWN, POSTURE_LIVE_ONLY);
	}
	r = interfaces_read(ctx->root, &interfaces);
	if (r == 0) {
		r = legacy_look(ctx->root, &legacy);
	}
	if (r != 0) {
		return r;
	}
	if (!interfaces.own) {
		return verdict_set(v, POSTURE_NA, POSTURE_NO_OWN_NETWORK);
	}
	r = ctx->live->firewall(ctx->live->data, &json);
	switch (r) {
	case 0:
		return ruleset_judge(ctx, json, &interfaces, legacy, v);
	case FACTS_E_ABSENT:
		return absent_judge(legacy, v);
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

const struct check check_fw_inbound_default_deny = {
	.id = ID,
	.inputs = inputs,
	.n_inputs = ARRAY_LEN(inputs),
	.run = run,
};
