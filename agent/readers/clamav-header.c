/* SPDX-License-Identifier: Apache-2.0 */
#include "clamav-header.h"

#include <string.h>

enum field { FIELD_MAGIC, FIELD_VERSION = 2, FIELD_SECONDS = 8, FIELD_COUNT };

int clamav_header_parse(struct span bytes, struct clamav_header *ret_header)
{
	struct span fields[FIELD_COUNT] = {0};
	struct clamav_header header;
	uint64_t seconds;
	size_t n = 0;

	if (bytes.len < CLAMAV_HEADER_LEN) {
		return -EBADMSG;
	}
	bytes.len = CLAMAV_HEADER_LEN;
	while (n < FIELD_COUNT && span_next(&bytes, ':', &fields[n])) {
		n++;
	}
	if (n < FIELD_COUNT || !span_eq(fields[FIELD_MAGIC], "ClamAV-VDB") ||
		span_u64(fields[FIELD_VERSION], &header.version) != 0 ||
		span_u64(span_trim(fields[FIELD_SECONDS]), &seconds) != 0 || seconds == 0 ||
		seconds > INT32_MAX * (uint64_t)1024) {
		return -EBADMSG;
	}
	header.built_s = (int64_t)seconds;
	*ret_header = header;
	return 0;
}
