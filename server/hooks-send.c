/* SPDX-License-Identifier: Apache-2.0 */
/* With mail-send.c the one place of the server that knows libcurl. */
#include "hooks.h"

#include <curl/curl.h>
#include <inttypes.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <stdio.h>
#include <string.h>

#define CONNECT_S 5L
#define TOTAL_S 15L
#define ANSWER_MOST ((curl_off_t)64 << 10)

int hooks_sign(const char *key, int64_t now_s, struct span body, char ret[HOOKS_SIGNATURE_MAX])
{
	cleanup(str_finish) struct str text = {.max = (size_t)1 << 20};
	unsigned char mac[EVP_MAX_MD_SIZE];
	unsigned int len = 0;
	int r = str_appendf(&text, "%" PRId64 ".", now_s), n;

	r = r != 0 ? r : str_append(&text, body.p, body.len);
	if (r != 0 || !HMAC(EVP_sha256(), key, (int)strlen(key), (const unsigned char *)text.p,
			      text.len, mac, &len)) {
		return r != 0 ? r : -ENOMEM;
	}
	n = snprintf(ret, HOOKS_SIGNATURE_MAX, "t=%" PRId64 ",v1=", now_s);
	for (unsigned int i = 0; i < len; i++) {
		n += snprintf(ret + n, (size_t)(HOOKS_SIGNATURE_MAX - n), "%02x", mac[i]);
	}
	return 0;
}

/* What a receiver says beside its status is nobody's concern. */
static size_t drop(char *bytes, size_t size, size_t count, void *data)
{
	(void)bytes;
	(void)data;
	return size * count;
}

static CURLcode set_numbers(CURL *easy)
{
	static const struct {
		CURLoption name;
		long value;
	} options[] = {
		{CURLOPT_NOSIGNAL, 1L},
		{CURLOPT_POST, 1L},
		{CURLOPT_SSLVERSION, CURL_SSLVERSION_TLSv1_2},
		{CURLOPT_SSL_VERIFYPEER, 1L},
		{CURLOPT_SSL_VERIFYHOST, 2L},
		{CURLOPT_FOLLOWLOCATION, 0L},
		{CURLOPT_HTTP_VERSION, CURL_HTTP_VERSION_1_1},
		{CURLOPT_HTTP09_ALLOWED, 0L},
		{CURLOPT_NETRC, CURL_NETRC_IGNORED},
		{CURLOPT_CONNECTTIMEOUT, CONNECT_S},
		{CURLOPT_TIMEOUT, TOTAL_S},
	};
	CURLcode code = CURLE_OK;

	for (size_t i = 0; code == CURLE_OK && i < ARRAY_LEN(options); i++) {
		code = curl_easy_setopt(easy, options[i].name, options[i].value);
	}
	return code;
}

static bool set_up(
	CURL *easy, const struct hooks_batch *batch, const char *ca, struct curl_slist *headers)
{
	return set_numbers(easy) == CURLE_OK &&
	       curl_easy_setopt(easy, CURLOPT_URL, batch->url) == CURLE_OK &&
	       curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "https") == CURLE_OK &&
	       curl_easy_setopt(easy, CURLOPT_USERAGENT, "caretaker-server") == CURLE_OK &&
	       curl_easy_setopt(easy, CURLOPT_PROXY, "") == CURLE_OK &&
	       curl_easy_setopt(easy, CURLOPT_HTTPHEADER, headers) == CURLE_OK &&
	       curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, drop) == CURLE_OK &&
	       curl_easy_setopt(easy, CURLOPT_MAXFILESIZE_LARGE, ANSWER_MOST) == CURLE_OK &&
	       curl_easy_setopt(easy, CURLOPT_POSTFIELDS, batch->body.p) == CURLE_OK &&
	       curl_easy_setopt(easy, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)batch->body.len) ==
		       CURLE_OK &&
	       (!ca || curl_easy_setopt(easy, CURLOPT_CAINFO, ca) == CURLE_OK);
}

int hooks_send(const struct hooks_batch *batch, const char *ca, int64_t now_s, int *ret_status)
{
	char signature[HOOKS_SIGNATURE_MAX], line[HOOKS_SIGNATURE_MAX + 32];
	struct curl_slist *headers = NULL, *more;
	CURL *easy;
	long status = 0;
	int r = hooks_sign(
		batch->key, now_s, (struct span){batch->body.p, batch->body.len}, signature);

	if (r != 0) {
		return r;
	}
	snprintf(line, sizeof(line), "X-Caretaker-Signature: %s", signature);
	headers = curl_slist_append(NULL, "Content-Type: application/json");
	more = headers ? curl_slist_append(headers, line) : NULL;
	easy = more ? curl_easy_init() : NULL;
	if (!easy || !set_up(easy, batch, ca, headers)) {
		r = -ENOMEM;
	} else if (curl_easy_perform(easy) == CURLE_OK) {
		(void)curl_easy_getinfo(easy, CURLINFO_RESPONSE_CODE, &status);
	}
	curl_easy_cleanup(easy);
	curl_slist_free_all(headers);
	if (r == 0) {
		*ret_status = (int)status;
	}
	return r;
}
