/* SPDX-License-Identifier: Apache-2.0 */
#include "firewall-owner.h"

#include "nftables-conf.h"
#include "unit-state.h"

#include <linux/netfilter.h>
#include <stdio.h>
#include <string.h>

#define RULES_FILE_MAX ((size_t)4 << 20)
#define CONF_FILES_MAX 64
#define CONF_PATH_SIZE 320

static enum firewall_keeping keeping_of(enum unit_enablement enablement)
{
	switch (enablement) {
	case UNIT_NOT_INSTALLED:
		return FIREWALL_KEEP_UNKNOWN;
	case UNIT_DISABLED:
	case UNIT_MASKED:
		return FIREWALL_KEEP_OFF;
	case UNIT_ENABLED:
		break;
	}
	return FIREWALL_KEEP_ON;
}

static int unit_keeping(
	const struct check_ctx *ctx, const char *unit, enum firewall_keeping *ret_keeping)
{
	enum unit_enablement enablement = UNIT_NOT_INSTALLED;
	int r = unit_look_enablement(ctx->root, unit, &enablement);

	*ret_keeping = keeping_of(enablement);
	return r;
}

/* ufw-framework(8): the service does nothing unless ENABLED=yes. */
static int ufw_keeping(const struct check_ctx *ctx, enum firewall_keeping *ret_keeping)
{
	cleanup(free_ptr) char *text = NULL;
	size_t len = 0;
	int r = sysroot_read(ctx->root, "etc/ufw/ufw.conf", UNIT_FILE_MAX, &text, &len);

	if (r != 0) {
		*ret_keeping = FIREWALL_KEEP_UNKNOWN;
		return r == -ENOMEM ? r : 0;
	}
	r = unit_keeping(ctx, "ufw.service", ret_keeping);
	if (*ret_keeping == FIREWALL_KEEP_ON && !unit_text_has_line(text, "ENABLED=yes")) {
		*ret_keeping = FIREWALL_KEEP_OFF;
	}
	return r;
}

/* iptables-save(8): a file that drops something of what comes in */
static int rules_guard(const struct sysroot *root, const char *path, bool *ret_guards)
{
	cleanup(free_ptr) char *text = NULL;
	size_t len = 0;
	int r = sysroot_read(root, path, RULES_FILE_MAX, &text, &len);

	*ret_guards = r == 0 && (unit_text_has_line(text, ":INPUT DROP") ||
					unit_text_has_line(text, "-A INPUT "));
	return r == -ENOMEM ? r : 0;
}

static int iptables_keeping(
	const struct check_ctx *ctx, uint8_t family, enum firewall_keeping *ret_keeping)
{
	static const struct {
		const char *unit;
		uint8_t family;
		const char *path;
	} rows[] = {
		{"ip6tables.service", 6, "etc/iptables/ip6tables.rules"},
		{"ip6tables.service", 6, "etc/sysconfig/ip6tables"},
		{"iptables.service", 4, "etc/iptables/iptables.rules"},
		{"iptables.service", 4, "etc/sysconfig/iptables"},
		{"netfilter-persistent.service", 4, "etc/iptables/rules.v4"},
		{"netfilter-persistent.service", 6, "etc/iptables/rules.v6"},
	};
	enum firewall_keeping best = FIREWALL_KEEP_UNKNOWN;
	int r = 0;

	for (size_t i = 0; i < ARRAY_LEN(rows) && r == 0; i++) {
		enum firewall_keeping one = FIREWALL_KEEP_UNKNOWN;
		bool guards = false;

		if (rows[i].family != family) {
			continue;
		}
		r = unit_keeping(ctx, rows[i].unit, &one);
		if (r == 0) {
			r = rules_guard(ctx->root, rows[i].path, &guards);
		}
		/* The unit starts, and loads nothing of the kind: as good as not at all */
		one = one == FIREWALL_KEEP_ON && !guards ? FIREWALL_KEEP_OFF : one;
		best = one > best ? one : best;
	}
	*ret_keeping = best;
	return r;
}

/* Files of nftables that are still to be read, and whether the chain's table was found */
struct conf_reading {
	const struct sysroot *root;
	const struct nft_chain *chain;
	char paths[CONF_FILES_MAX][CONF_PATH_SIZE];
	size_t n;
	bool found;
};

static void path_add(struct conf_reading *reading, const char *dir, size_t dir_len,
	const char *name, size_t name_len)
{
	char *path = reading->paths[reading->n < CONF_FILES_MAX ? reading->n : 0];

	if (reading->n == CONF_FILES_MAX || dir_len + name_len + 2 > CONF_PATH_SIZE) {
		return;
	}
	snprintf(path, CONF_PATH_SIZE, "%.*s%s%.*s", (int)dir_len, dir, dir_len > 0 ? "/" : "",
		(int)name_len, name);
	reading->n++;
}

/* nft(8), include: a path, or a directory with "*.nft"; a relative one is looked for in etc. */
static int include_take(struct conf_reading *reading, struct span path)
{
	cleanup(sysroot_names_finish) struct sysroot_names names = {0};
	bool whole = path.len > 0 && path.p[0] == '/';
	const char *slash;
	char dir[CONF_PATH_SIZE];
	int r;

	path = whole ? (struct span){path.p + 1, path.len - 1} : path;
	if (!memchr(path.p, '*', path.len)) {
		path_add(reading, "etc", whole ? 0 : 3, path.p, path.len);
		return 0;
	}
	slash = memrchr(path.p, '/', path.len);
	snprintf(dir, sizeof(dir), "%s%.*s", whole ? "" : "etc/", slash ? (int)(slash - path.p) : 0,
		path.p);
	r = sysroot_list(reading->root, dir, &names);
	for (size_t i = 0; r == 0 && i < names.len; i++) {
		path_add(reading, dir, strlen(dir), names.names[i], strlen(names.names[i]));
	}
	return r == -ENOMEM ? r : 0;
}

static bool hook_fits(const struct nft_chain *chain, const struct nftables_conf_item *item)
{
	static const struct {
		const char *word;
		uint8_t family;
	} rows[] = {{"", NFPROTO_IPV4}, {"bridge", NFPROTO_BRIDGE}, {"inet", NFPROTO_INET},
		{"ip", NFPROTO_IPV4}, {"ip6", NFPROTO_IPV6}, {"netdev", NFPROTO_NETDEV}};
	static const char *const hooks[] = {[NFT_STAGE_INGRESS] = "ingress",
		[NFT_STAGE_PREROUTING] = "prerouting",
		[NFT_STAGE_INPUT] = "input"};

	if (!span_eq(item->table, chain->table) || !span_eq(item->text, hooks[chain->stage])) {
		return false;
	}
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		if (rows[i].family == chain->family && span_eq(item->family, rows[i].word)) {
			return true;
		}
	}
	return false;
}

static int conf_read(struct conf_reading *reading, const char *path)
{
	cleanup(free_ptr) char *text = NULL;
	struct nftables_conf conf = {.depth = 0};
	struct nftables_conf_item item;
	size_t len = 0;
	int r = sysroot_read(reading->root, path, NFTABLES_CONF_MAX, &text, &len);

	if (r != 0) {
		return r == -ENOMEM ? r : 0;
	}
	conf.rest = (struct span){text, len};
	while (r == 0 && nftables_conf_next(&conf, &item)) {
		switch (item.kind) {
		case NFTABLES_CONF_HOOK:
			reading->found = reading->found || hook_fits(reading->chain, &item);
			break;
		case NFTABLES_CONF_INCLUDE:
			r = include_take(reading, item.text);
			break;
		}
	}
	return r;
}

static int nftables_keeping(const struct check_ctx *ctx, const struct nft_chain *chain,
	enum firewall_keeping *ret_keeping)
{
	cleanup(free_ptr) struct conf_reading *reading = calloc(1, sizeof(*reading));
	int r = 0;

	if (!reading) {
		return -ENOMEM;
	}
	reading->root = ctx->root;
	reading->chain = chain;
	path_add(reading, "etc", 3, "nftables.conf", 13);
	path_add(reading, "etc/sysconfig", 13, "nftables.conf", 13);
	for (size_t i = 0; i < reading->n && r == 0 && !reading->found; i++) {
		r = conf_read(reading, reading->paths[i]);
	}
	*ret_keeping = FIREWALL_KEEP_UNKNOWN;
	return r == 0 && reading->found ? unit_keeping(ctx, "nftables.service", ret_keeping) : r;
}

static bool name_begins(const char *name, const char *start)
{
	return strncmp(name, start, strlen(start)) == 0;
}

/* ufw's chains lie in the tables of iptables, whichever of the two kinds it runs on. */
static bool beside_ufw(const struct firewall *firewall, const struct nft_chain *chain)
{
	for (size_t i = 0; i < firewall->ruleset.chains.len; i++) {
		const struct nft_chain *other = &firewall->ruleset.chains.items[i];

		if (other->legacy == chain->legacy && other->family == chain->family &&
			strcmp(other->table, chain->table) == 0 &&
			(name_begins(other->name, "ufw-") || name_begins(other->name, "ufw6-"))) {
			return true;
		}
	}
	return false;
}

/* iptables-nft makes its tables by these names, with chains in capitals. */
static bool of_iptables(const struct nft_chain *chain)
{
	static const char *const tables[] = {"filter", "mangle", "nat", "raw", "security"};
	static const char *const chains[] = {"INPUT", "PREROUTING"};
	bool table = false, name = false;

	for (size_t i = 0; i < ARRAY_LEN(tables); i++) {
		table = table || strcmp(chain->table, tables[i]) == 0;
	}
	for (size_t i = 0; i < ARRAY_LEN(chains); i++) {
		name = name || strcmp(chain->name, chains[i]) == 0;
	}
	return chain->legacy || (table && name && chain->family != NFPROTO_INET);
}

int firewall_keeping(const struct check_ctx *ctx, const struct firewall *firewall,
	const struct nft_chain *chain, uint8_t family, enum firewall_keeping *ret_keeping)
{
	int r = 0;

	if (strcmp(chain->table, "firewalld") == 0) {
		return unit_keeping(ctx, "firewalld.service", ret_keeping);
	}
	/* Caretaker's own (agent/wall/rules.c) */
	if (chain->family == NFPROTO_INET && strcmp(chain->table, "caretaker") == 0) {
		return unit_keeping(ctx, "caretaker-firewall-restore.service", ret_keeping);
	}
	if (beside_ufw(firewall, chain)) {
		return ufw_keeping(ctx, ret_keeping);
	}
	*ret_keeping = FIREWALL_KEEP_UNKNOWN;
	if (of_iptables(chain)) {
		r = iptables_keeping(ctx, family, ret_keeping);
	}
	/* A file of nft(8) may hold such tables too. */
	return r == 0 && *ret_keeping == FIREWALL_KEEP_UNKNOWN && !chain->legacy
		       ? nftables_keeping(ctx, chain, ret_keeping)
		       : r;
}
