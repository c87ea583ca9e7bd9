/* SPDX-License-Identifier: Apache-2.0 */
#include "fuzz.h"
#include "json.h"
#include "nft-eval.h"

#include <netinet/in.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
	cleanup(json_put) struct json_object *json = NULL;
	cleanup(nft_ruleset_finish) struct nft_ruleset ruleset = {.untracked = false};
	cleanup(nft_eval_finish) struct nft_eval eval = {0};
	struct nft_packet packet = {.family = 4, .l4 = IPPROTO_TCP, .iif = "eth0"};
	struct nft_ports ports;

	if (json_parse((struct span){(const char *)bytes, len}, &json, NULL) != 0 ||
		nft_ruleset_parse(json, &ruleset) != 0 || nft_eval_init(&ruleset, &eval) != 0) {
		return 0;
	}
	if (nft_eval_ports(&eval, &packet, &ports) == 0) {
		FUZZ_REQUIRE(ports.accepted + ports.maybe <= UINT16_MAX);
	}
	packet.family = 6;
	FUZZ_TRY(nft_eval_ports(&eval, &packet, &ports));
	return 0;
}
