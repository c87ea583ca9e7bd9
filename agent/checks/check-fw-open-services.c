/* SPDX-License-Identifier: Apache-2.0 */
/*
 * fw.open-services: every socket that a stranger's packet reaches through the firewall in force is
 * on the policy's list. Which program it is of is not asked, and no port leaves this check:
 * evidence counts by kind.
 */
#include "firewall.h"

#include <netinet/in.h>
#include <stdio.h>

#define ID "fw.open-services"
/* No socket announces itself. One process of a user more or less is no event of the kernel's. */
#define RECHECK_S 3600
#define RANGE_FILE_MAX 64

static const struct check_input inputs[] = {
	{CHECK_INPUT_FILE, "sys/fs/cgroup/system.slice"},
	{CHECK_INPUT_FIREWALL, NULL},
	{CHECK_INPUT_LINK, NULL},
};

enum kind { KIND_FILE_SHARING, KIND_REMOTE_CONTROL, KIND_OTHER };
#define KINDS 3

/* IANA's service names; X11 and VNC take one port for each screen. Sorted */
static const struct {
	uint16_t low, high;
	enum kind kind;
} services[] = {
	{20, 21, KIND_FILE_SHARING},	   /* FTP */
	{22, 23, KIND_REMOTE_CONTROL},	   /* SSH, telnet */
	{69, 69, KIND_FILE_SHARING},	   /* TFTP */
	{111, 111, KIND_FILE_SHARING},	   /* NFS' portmapper */
	{137, 139, KIND_FILE_SHARING},	   /* NetBIOS */
	{445, 445, KIND_FILE_SHARING},	   /* SMB */
	{512, 514, KIND_REMOTE_CONTROL},   /* the r-commands */
	{548, 548, KIND_FILE_SHARING},	   /* AFP */
	{873, 873, KIND_FILE_SHARING},	   /* rsync */
	{2049, 2049, KIND_FILE_SHARING},   /* NFS */
	{3389, 3389, KIND_REMOTE_CONTROL}, /* RDP */
	{5900, 5909, KIND_REMOTE_CONTROL}, /* VNC */
	{6000, 6009, KIND_REMOTE_CONTROL}, /* X11 */
};

static enum kind kind_of(uint16_t port)
{
	for (size_t i = 0; i < ARRAY_LEN(services); i++) {
		if (port >= services[i].low && port <= services[i].high) {
			return services[i].kind;
		}
	}
	return KIND_OTHER;
}

struct tally {
	unsigned open[KINDS];
	unsigned perhaps;
};

struct judging {
	const struct check_ctx *ctx;
	struct firewall *firewall;
	struct json_object *allowed[2];	      /* TCP, UDP */
	uint32_t first_passing, last_passing; /* ports that programs get when they ask for none */
};

static bool port_allowed(const struct judging *judging, const struct facts_socket *socket)
{
	struct json_object *list = judging->allowed[socket->l4 == IPPROTO_UDP];

	for (size_t i = 0; list && i < json_object_array_length(list); i++) {
		if (json_object_get_int64(json_object_array_get_idx(list, i)) == socket->port) {
			return true;
		}
	}
	return false;
}

/*
 * An address of its own does not keep a socket from packets of another interface: Linux takes a
 * packet for any of its addresses anywhere (ip-sysctl.rst, arp_ignore). Only a bound interface
 * does.
 */
static int fate_of(
	struct firewall *firewall, const struct facts_socket *socket, enum nft_fate *ret_fate)
{
	enum nft_fate worst = NFT_DROPPED;

	for (size_t i = 0; i < firewall->interfaces.n; i++) {
		const struct nft_interface *in = &firewall->interfaces.list[i];
		const struct nft_packet packet = {
			.family = socket->family, .l4 = socket->l4, .port = socket->port, .in = in};
		enum nft_fate fate;
		int r;

		if ((socket->interface != 0 && socket->interface != in->index) ||
			(socket->family == 6 && !in->has_ipv6)) {
			continue;
		}
		r = nft_eval_packet(&firewall->eval, &packet, &fate);
		if (r != 0) {
			return r;
		}
		worst = fate > worst ? fate : worst;
	}
	*ret_fate = worst;
	return 0;
}

static int socket_judge(
	const struct judging *judging, const struct facts_socket *socket, struct tally *tally)
{
	bool passing = socket->l4 == IPPROTO_UDP && socket->port >= judging->first_passing &&
		       socket->port <= judging->last_passing;
	enum nft_fate fate;
	int r;

	if (socket->address == FACTS_ADDRESS_LOOPBACK || socket->address == FACTS_ADDRESS_GROUP ||
		port_allowed(judging, socket)) {
		return 0;
	}
	r = fate_of(judging->firewall, socket, &fate);
	if (r != 0) {
		return r;
	}
	/* A client that asks a question by UDP looks like a service of that port. */
	if (fate == NFT_MAYBE || (fate == NFT_ACCEPTED && passing)) {
		tally->perhaps++;
	} else if (fate == NFT_ACCEPTED) {
		tally->open[kind_of(socket->port)]++;
	}
	return 0;
}

static int sockets_read(
	const struct check_ctx *ctx, struct facts_sockets **ret_sockets, struct verdict *v)
{
	int r = ctx->live->sockets(ctx->live->data, ret_sockets);

	switch (r) {
	case FACTS_E_ABSENT:
	case FACTS_E_NO_TOOL:
		(void)verdict_set(v, POSTURE_UNKNOWN, POSTURE_SOURCE_MISSING);
		return FIREWALL_E_JUDGED;
	case FACTS_E_NOT_PERMITTED:
		(void)verdict_set(v, POSTURE_UNKNOWN, POSTURE_NOT_PERMITTED);
		return FIREWALL_E_JUDGED;
	case FACTS_E_LIMIT:
		(void)verdict_set(v, POSTURE_UNKNOWN, POSTURE_EVALUATION_LIMIT);
		return FIREWALL_E_JUDGED;
	default:
		return r;
	}
}

/* ip-sysctl.rst, ip_local_port_range: "32768	60999" */
static int range_read(const struct sysroot *root, struct judging *judging)
{
	cleanup(free_ptr) char *text = NULL;
	size_t len = 0;
	int r = sysroot_read(
		root, "proc/sys/net/ipv4/ip_local_port_range", RANGE_FILE_MAX, &text, &len);
	char *end;

	judging->first_passing = 32768;
	judging->last_passing = 60999;
	if (r == 0) {
		judging->first_passing = (uint32_t)strtoul(text, &end, 10);
		judging->last_passing = (uint32_t)strtoul(end, NULL, 10);
	}
	return r == -ENOMEM ? r : 0;
}

static int tally_judge(
	const struct firewall *firewall, const struct tally *tally, struct verdict *v)
{
	static const char *const keys[] = {[KIND_FILE_SHARING] = "file-sharing",
		[KIND_REMOTE_CONTROL] = "remote-control",
		[KIND_OTHER] = "other-services"};
	unsigned open = 0;

	for (size_t i = 0; i < KINDS; i++) {
		open += tally->open[i];
		if (tally->open[i] > 0) {
			verdict_note(v, keys[i], "%u", tally->open[i]);
		}
	}
	if (tally->perhaps > 0) {
		verdict_note(v, "perhaps-reachable", "%u", tally->perhaps);
	}
	if (open == 0 && tally->perhaps == 0) {
		return verdict_set(v, POSTURE_PASS, POSTURE_SERVICES_APPROVED);
	}
	if (firewall_is_partial(firewall)) {
		return firewall_doubt(firewall, v);
	}
	return open > 0 ? verdict_set(v, POSTURE_FAIL, POSTURE_SERVICE_OPEN)
			: verdict_set(v, POSTURE_UNKNOWN, POSTURE_SERVICE_PERHAPS_OPEN);
}

static int judge(const struct check_ctx *ctx, struct firewall *firewall,
	const struct facts_sockets *sockets, struct verdict *v)
{
	struct judging judging = {.ctx = ctx,
		.firewall = firewall,
		.allowed = {policy_control_value(ctx->policy, ID, "allowed_tcp"),
			policy_control_value(ctx->policy, ID, "allowed_udp")}};
	struct tally tally = {.perhaps = 0};
	int r = range_read(ctx->root, &judging);

	for (size_t i = 0; i < sockets->n && r == 0; i++) {
		r = socket_judge(&judging, &sockets->sockets[i], &tally);
	}
	if (r == NFT_E_LIMIT) {
		return verdict_set(v, POSTURE_UNKNOWN, POSTURE_EVALUATION_LIMIT);
	}
	return r != 0 ? r : tally_judge(firewall, &tally, v);
}

static int run(const struct check_ctx *ctx, struct verdict *v)
{
	cleanup(firewall_free_p) struct firewall *firewall = NULL;
	cleanup(free_ptr) struct facts_sockets *sockets = NULL;
	int r = firewall_read(ctx, &firewall, v);

	if (r == 0) {
		r = sockets_read(ctx, &sockets, v);
	}
	if (r == 0) {
		r = judge(ctx, firewall, sockets, v);
	}
	if (ctx->live && v->due_s == 0) {
		v->due_s = ctx->now.wall_s + RECHECK_S;
	}
	return r == FIREWALL_E_JUDGED ? 0 : r;
}

const struct check check_fw_open_services = {
	.id = ID,
	.inputs = inputs,
	.n_inputs = ARRAY_LEN(inputs),
	.run = run,
};
