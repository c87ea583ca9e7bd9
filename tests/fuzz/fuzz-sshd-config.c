/* SPDX-License-Identifier: Apache-2.0 */
#include "fuzz.h"
#include "sshd-config.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
	struct span text = {(const char *)bytes, len}, arg;
	struct sshd_line line;
	int r;

	while ((r = sshd_line_next(&text, &line)) != SSHD_E_END) {
		if (r != 0) {
			continue;
		}
		FUZZ_REQUIRE(line.keyword.len > 0 && line.args.len > 0);
		while (sshd_arg_next(&line.args, &arg) == 0) {
			FUZZ_REQUIRE(arg.len == 0 ||
				     (arg.p >= (const char *)bytes &&
					     arg.p + arg.len <= (const char *)bytes + len));
		}
	}
	if (len > 0) {
		size_t half = len / 2;
		cleanup(free_ptr) char *pattern =
			span_dup((struct span){(const char *)bytes, half});
		cleanup(free_ptr) char *name =
			span_dup((struct span){(const char *)bytes + half, len - half});

		if (pattern && name) {
			FUZZ_TRY(sshd_name_fits(pattern, name));
			FUZZ_REQUIRE(name[0] == '.' || sshd_name_fits("*", name));
		}
	}
	return 0;
}
