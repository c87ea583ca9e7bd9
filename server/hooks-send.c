/* SPDX-License-Identifier: Apache-2.0 */
/* Signs what the webhook is told, and sends it by libcurl. */
#include "hooks.h"

#include "transfer.h"

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

static bool set_up(
	CURL *easy, const struct hooks_batch *batch, const char *ca, struct curl_slist *headers)
{
	return transfer_secure(easy, ca, CONNECT_S, TOTAL_S) &&
	       curl_easy_setopt(easy, CURLOPT_POST, 1L) == CURLE_OK &&
	       curl_easy_setopt(easy, CURLOPT_FOLLOWLOCATION, 0L) == CURLE_OK &&
	       curl_easy_setopt(easy, CURLOPT_HTTP_VERSION, CURL_HTTP_VERSION_1_1) == CURLE_OK &&
	       curl_easy_setopt(easy, CURLOPT_HTTP09_ALLOWED, 0L) == CURLE_OK &&
	       curl_easy_setopt(easy, CURLOPT_URL, batch->url) == CURLE_OK &&
	       curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "https") == CURLE_OK &&
	       curl_easy_setopt(easy, CURLOPT_USERAGENT, "caretaker-server") == CURLE_OK &&
	       curl_easy_setopt(easy, CURLOPT_HTTPHEADER, headers) == CURLE_OK &&
	       curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, drop) == CURLE_OK &&
	       curl_easy_setopt(easy, CURLOPT_MAXFILESIZE_LARGE, ANSWER_MOST) == CURLE_OK &&
	       curl_easy_setopt(easy, CURLOPT_POSTFIELDS, batch->body.p) == CURLE_OK &&
	       curl_easy_setopt(easy, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)batch->body.len) ==
		       CURLE_OK;
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
