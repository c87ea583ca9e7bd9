/* SPDX-License-Identifier: Apache-2.0 */
#include "fuzz.h"
#include "accounts.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
	struct span text = {(const char *)bytes, len}, all = text, password;
	struct account account;
	size_t lines = 0;
	int r;

	(void)accounts_shadow_sound(all);
	while ((r = accounts_next(&text, &account)) != ACCOUNTS_E_END) {
		FUZZ_REQUIRE(++lines <= len);
		if (r == 0) {
			(void)accounts_shadow_find(all, account.name, &password);
			(void)accounts_shell_login(account.shell);
		}
	}
	return 0;
}
