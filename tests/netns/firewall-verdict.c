/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What Caretaker makes of the firewall here and now, for tests:
 *	verdict POLICY ID...	"STATE REASON" of each control, a line each
 *	fates PORT...		"FAMILY PROTOCOL PORT FATE" for the worst interface, a line each
 *	sockets			"FAMILY PROTOCOL PORT ADDRESS INTERFACE-INDEX" of each, a line each
 *	dump, legacy		the facts as they were read, on standard output
 */
#include "check.h"
#include "fd.h"
#include "firewall.h"
#include "legacy-read.h"

#include <fcntl.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>

/* In this process: the parser is what is tested. */
static int legacy_here(void *data, struct facts_bytes *ret_tables)
{
	struct legacy_bytes bytes = {.p = NULL};
	int r = legacy_read(&bytes);

	(void)data;
	if (r == 0) {
		*ret_tables = (struct facts_bytes){bytes.p, bytes.len};
	}
	return r > 0 ? FACTS_E_LIMIT : r;
}

struct here {
	struct sysroot root;
	struct facts_live live;
	struct check_ctx ctx;
};

static int verdicts(struct here *here, char **words, int n)
{
	cleanup(policy_free_p) struct policy *policy = NULL;
	cleanup(free_ptr) char *bytes = NULL;
	cleanup(fd_close) int fd = n > 0 ? open(words[0], O_RDONLY | O_CLOEXEC) : -1;
	size_t len = 0;

	if (fd < 0 || fd_read_all(fd, POLICY_MAX, &bytes, &len) != 0 ||
		policy_parse((struct span){bytes, len}, &policy, NULL) != 0) {
		return 1;
	}
	here->ctx.policy = policy;
	for (int i = 1; i < n; i++) {
		const struct check *check = check_find(words[i]);
		struct verdict verdict;

		if (!check) {
			return 1;
		}
		check_run(check, &here->ctx, &verdict);
		printf("%s %s\n", posture_state_name(verdict.state),
			posture_reason_code(verdict.reason));
	}
	return 0;
}

static int fate_print(struct firewall *firewall, struct nft_packet packet)
{
	static const char *const names[] = {
		[NFT_DROPPED] = "dropped", [NFT_MAYBE] = "maybe", [NFT_ACCEPTED] = "accepted"};
	enum nft_fate worst = NFT_DROPPED;

	for (size_t i = 0; i < firewall->interfaces.n; i++) {
		enum nft_fate fate;

		packet.in = &firewall->interfaces.list[i];
		firewall->eval.steps = 0;
		if (nft_eval_packet(&firewall->eval, &packet, &fate) != 0) {
			return 1;
		}
		worst = fate > worst ? fate : worst;
	}
	printf("%u %s %u %s\n", packet.family, packet.l4 == IPPROTO_TCP ? "tcp" : "udp",
		packet.port, names[worst]);
	return 0;
}

static int fates(struct here *here, char **words, int n)
{
	cleanup(firewall_free_p) struct firewall *firewall = NULL;
	struct verdict verdict = {.due_s = 0};
	int r = firewall_read(&here->ctx, &firewall, &verdict);

	if (r != 0) {
		fprintf(stderr, "%s\n", posture_reason_code(verdict.reason));
		return 1;
	}
	for (int i = 0; i < n * 4 && r == 0; i++) {
		struct nft_packet packet = {
			.family = i % 2 ? 6 : 4,
			.l4 = i / 2 % 2 ? IPPROTO_UDP : IPPROTO_TCP,
			.port = (uint16_t)strtoul(words[i / 4], NULL, 10),
		};

		r = fate_print(firewall, packet);
	}
	return r;
}

static int sockets_print(const struct facts_live *live)
{
	static const char *const addresses[] = {[FACTS_ADDRESS_ANY] = "any",
		[FACTS_ADDRESS_LOOPBACK] = "loopback",
		[FACTS_ADDRESS_GROUP] = "group",
		[FACTS_ADDRESS_OTHER] = "other"};
	cleanup(free_ptr) struct facts_sockets *sockets = NULL;

	if (live->sockets(live->data, &sockets) != 0) {
		return 1;
	}
	for (size_t i = 0; i < sockets->n; i++) {
		const struct facts_socket *one = &sockets->sockets[i];

		printf("%u %s %u %s %u\n", one->family, one->l4 == IPPROTO_TCP ? "tcp" : "udp",
			one->port, addresses[one->address], one->interface);
	}
	return 0;
}

static int bytes_print(int (*read)(void *data, struct facts_bytes *ret_bytes), void *data)
{
	struct facts_bytes bytes = {.p = NULL};
	int r = read(data, &bytes);

	if (r == 0) {
		r = fd_write_all(1, bytes.p, bytes.len);
	}
	free(bytes.p);
	return r != 0;
}

int main(int argc, char **argv)
{
	struct here here = {.root = {.fd = -1}};
	const char *verb = argc > 1 ? argv[1] : "";

	if (sysroot_open("/", true, &here.root) != 0) {
		return 1;
	}
	facts_live_linux(&here.live);
	here.live.legacy_firewall = legacy_here;
	here.ctx = (struct check_ctx){.root = &here.root, .live = &here.live, .now = clock_read()};
	if (strcmp(verb, "verdict") == 0) {
		return verdicts(&here, argv + 2, argc - 2);
	}
	if (strcmp(verb, "fates") == 0) {
		return fates(&here, argv + 2, argc - 2);
	}
	if (strcmp(verb, "sockets") == 0) {
		return sockets_print(&here.live);
	}
	if (strcmp(verb, "dump") == 0) {
		return bytes_print(here.live.firewall, here.live.data);
	}
	if (strcmp(verb, "legacy") == 0) {
		return bytes_print(here.live.legacy_firewall, here.live.data);
	}
	return 64;
}
