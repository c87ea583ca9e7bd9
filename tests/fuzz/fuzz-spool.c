/* SPDX-License-Identifier: Apache-2.0 */
#include "spool.h"

#include "fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	cleanup(spool_reply_finish) struct spool_reply reply = {0};
	cleanup(str_finish) struct str text = {.max = SPOOL_REPLY_MAX};
	struct span input = {(const char *)data, size};
	struct spool_endpoint endpoint;
	struct json_error error;
	enum spool_kind kind;
	int64_t number;

	if (spool_name_parse(input, &number, &kind) == 0 &&
		!span_eq(input, spool_name_format(number, kind).text)) {
		abort();
	}
	if (spool_endpoint_parse(input, &endpoint, &error) == 0 &&
		spool_endpoint_write(&endpoint, &text) != 0) {
		abort();
	}
	str_clear(&text);
	if (spool_reply_parse(input, &reply, &error) == 0 &&
		spool_reply_write(&reply, &text) == -EILSEQ) {
		abort();
	}
	return 0;
}
