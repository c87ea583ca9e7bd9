/* SPDX-License-Identifier: Apache-2.0 */
#include "fuzz.h"
#include "pam-rule.h"

#include <string.h>

static void inside(struct span part, const char *text, size_t len)
{
	FUZZ_REQUIRE(part.len == 0 || (part.p >= text && part.p + part.len <= text + len));
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
	cleanup(free_ptr) char *text = malloc(len + 1);
	struct span rest, key, value;
	struct pam_rule rule;
	int64_t number;
	int r;

	FUZZ_REQUIRE(text);
	memcpy(text, bytes, len);
	text[len] = '\0';
	pam_text_join(text, len);
	rest = (struct span){text, len};
	while ((r = pam_rule_next(&rest, &rule)) != PAM_RULE_E_END) {
		struct span args = rule.args;

		if (r != 0) {
			continue;
		}
		FUZZ_REQUIRE(rule.module.len > 0);
		inside(rule.module, text, len);
		while (rule.kind == PAM_KIND_MODULE && pam_arg_next(&args, &key, &value)) {
			inside(key, text, len);
			inside(value, text, len);
		}
	}
	rest = (struct span){text, len};
	while (pam_setting_next(&rest, &key, &value)) {
		inside(key, text, len);
		inside(value, text, len);
		FUZZ_TRY(pam_number(value, &number));
	}
	return 0;
}
