/* SPDX-License-Identifier: Apache-2.0 */
#include "transfer.h"

bool transfer_secure(CURL *easy, const char *ca, long connect_s, long total_s)
{
	const struct {
		CURLoption name;
		long value;
	} options[] = {
		{CURLOPT_NOSIGNAL, 1L},
		{CURLOPT_SSLVERSION, CURL_SSLVERSION_TLSv1_2},
		{CURLOPT_SSL_VERIFYPEER, 1L},
		{CURLOPT_SSL_VERIFYHOST, 2L},
		{CURLOPT_NETRC, CURL_NETRC_IGNORED},
		{CURLOPT_CONNECTTIMEOUT, connect_s},
		{CURLOPT_TIMEOUT, total_s},
	};
	CURLcode code = curl_easy_setopt(easy, CURLOPT_PROXY, "");

	for (size_t i = 0; code == CURLE_OK && i < ARRAY_LEN(options); i++) {
		code = curl_easy_setopt(easy, options[i].name, options[i].value);
	}
	return code == CURLE_OK && (!ca || curl_easy_setopt(easy, CURLOPT_CAINFO, ca) == CURLE_OK);
}
