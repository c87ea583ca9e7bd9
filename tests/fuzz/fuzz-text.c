/* SPDX-License-Identifier: Apache-2.0 */
#include "fuzz.h"
#include "str.h"
#include "text.h"

/* A catalogue from the bytes, and the bytes as text for a terminal */
int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
	struct span text = {(const char *)bytes, len};
	cleanup(json_put) struct json_object *texts = NULL;
	cleanup(str_finish) struct str printable = {.max = len};

	FUZZ_REQUIRE(str_append_printable(&printable, text) == 0);
	FUZZ_REQUIRE(utf8_valid((struct span){printable.p, printable.len}));
	FUZZ_TRY(text_parse(text, &texts, NULL));
	return 0;
}
