/* SPDX-License-Identifier: Apache-2.0 */
/* The one place of the server that speaks SMTP, by libcurl. */
#include "mail-send.h"

#include "transfer.h"

#include <stdio.h>
#include <string.h>

#define CONNECT_S 10L
#define TOTAL_S 45L /* a relay that greylists is slow to answer */

/* RFC 5321, section 4.2.3, and RFC 4954, section 6 */
#define STATUS_TRANSIENT 400
#define STATUS_FINAL 500
#define STATUS_WANTS_LOGIN 530
#define STATUS_NO_LOGIN 535

struct upload {
	struct span rest;
};

static size_t give(char *bytes, size_t size, size_t count, void *data)
{
	struct upload *upload = data;
	size_t len = size * count < upload->rest.len ? size * count : upload->rest.len;

	memcpy(bytes, upload->rest.p, len);
	upload->rest.p += len;
	upload->rest.len -= len;
	return len;
}

/* The address's path is what EHLO says: the school's own domain, no name of this machine. */
static bool set_route(CURL *easy, const struct mail_setup *setup, struct curl_slist *to)
{
	char url[2 * SETTINGS_TEXT_MAX + 2];

	snprintf(url, sizeof(url), "%s/%s", setup->server, strchr(setup->from, '@') + 1);
	return curl_easy_setopt(easy, CURLOPT_URL, url) == CURLE_OK &&
	       curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "smtp,smtps") == CURLE_OK &&
	       curl_easy_setopt(easy, CURLOPT_MAIL_FROM, setup->from) == CURLE_OK &&
	       curl_easy_setopt(easy, CURLOPT_MAIL_RCPT, to) == CURLE_OK;
}

static bool set_login(CURL *easy, const struct mail_login *login)
{
	return !login->user[0] ||
	       (curl_easy_setopt(easy, CURLOPT_USERNAME, login->user) == CURLE_OK &&
		       curl_easy_setopt(easy, CURLOPT_PASSWORD, login->password) == CURLE_OK);
}

static bool set_up(
	CURL *easy, const struct mail_send *send, struct curl_slist *to, struct upload *upload)
{
	return transfer_secure(easy, send->ca, CONNECT_S, TOTAL_S) &&
	       curl_easy_setopt(easy, CURLOPT_UPLOAD, 1L) == CURLE_OK &&
	       curl_easy_setopt(easy, CURLOPT_USE_SSL, CURLUSESSL_ALL) == CURLE_OK &&
	       set_route(easy, send->setup, to) && set_login(easy, send->login) &&
	       curl_easy_setopt(easy, CURLOPT_READFUNCTION, give) == CURLE_OK &&
	       curl_easy_setopt(easy, CURLOPT_READDATA, upload) == CURLE_OK &&
	       curl_easy_setopt(easy, CURLOPT_INFILESIZE_LARGE, (curl_off_t)upload->rest.len) ==
		       CURLE_OK;
}

static bool is_tls(CURLcode code)
{
	static const CURLcode codes[] = {CURLE_USE_SSL_FAILED, CURLE_SSL_CONNECT_ERROR,
		CURLE_SSL_CERTPROBLEM, CURLE_SSL_CIPHER, CURLE_SSL_CACERT_BADFILE,
		CURLE_PEER_FAILED_VERIFICATION};

	for (size_t i = 0; i < ARRAY_LEN(codes); i++) {
		if (codes[i] == code) {
			return true;
		}
	}
	return false;
}

static enum mail_problem problem_of(CURLcode code, long status)
{
	if (code == CURLE_OK) {
		return MAIL_TAKEN;
	}
	if (is_tls(code)) {
		return MAIL_TLS;
	}
	if (code == CURLE_LOGIN_DENIED || status == STATUS_WANTS_LOGIN ||
		status == STATUS_NO_LOGIN) {
		return MAIL_LOGIN;
	}
	return status >= STATUS_FINAL	    ? MAIL_REFUSED
	       : status >= STATUS_TRANSIENT ? MAIL_LATER
					    : MAIL_CONNECT;
}

int mail_send(const struct mail_send *send, enum mail_problem *ret_problem, int *ret_status)
{
	struct upload upload = {send->text};
	struct curl_slist *to = curl_slist_append(NULL, send->setup->to);
	CURL *easy = to ? curl_easy_init() : NULL;
	long status = 0;
	int r = 0;

	if (!easy || !set_up(easy, send, to, &upload)) {
		r = -ENOMEM;
	} else {
		CURLcode code = curl_easy_perform(easy);

		(void)curl_easy_getinfo(easy, CURLINFO_RESPONSE_CODE, &status);
		*ret_problem = problem_of(code, status);
		*ret_status = (int)status;
	}
	curl_easy_cleanup(easy);
	curl_slist_free_all(to);
	return r;
}
