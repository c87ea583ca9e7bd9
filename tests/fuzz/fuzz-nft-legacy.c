/* SPDX-License-Identifier: Apache-2.0 */
/* Tables of the older iptables as caretaker-legacy hands them over. */
#include "fuzz.h"
#include "nft-eval.h"

#include <netinet/in.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
	static const struct nft_interface in = {
		.name = "eth0", .index = 2, .type = 1, .has_ipv6 = true};
	cleanup(nft_ruleset_finish) struct nft_ruleset ruleset = {0};
	cleanup(nft_eval_finish) struct nft_eval eval = {0};
	struct nft_packet packet = {.l4 = IPPROTO_TCP, .in = &in};
	struct nft_ports ports;

	if (nft_ruleset_parse((struct span){NULL, 0}, (struct span){(const char *)bytes, len},
		    &ruleset) != 0 ||
		nft_eval_init(&ruleset, &eval) != 0) {
		return 0;
	}
	for (unsigned i = 0; i < 2; i++) {
		packet.family = i ? 6 : 4;
		eval.steps = NFT_STEPS_MAX - 100000;
		if (nft_eval_ports(&eval, &packet, &ports) == 0) {
			FUZZ_REQUIRE(ports.accepted + ports.maybe <= UINT16_MAX);
		}
	}
	return 0;
}
