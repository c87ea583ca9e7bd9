/* SPDX-License-Identifier: Apache-2.0 */
#include "transport.h"

#include <curl/curl.h>
#include <linux/tcp.h>
#include <netinet/in.h>
#include <stddef.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

/* "sha256//" + 43 + "=", a separator and an end each */
#define PINS_LEN (ENROL_PINS_MAX * (8 + ENROL_PIN_LEN + 1 + 1) + 1)
#define URL_LEN (ENROL_URL_MAX + 64)

struct transport {
	char url[ENROL_URL_MAX + 1];
	char pins[PINS_LEN];
	struct transport_limits limits;
	struct curl_slist *headers;
	CURL *easy;
	bool heard; /* something, even if it was no answer */
};

struct answer {
	struct str body;
	bool too_large;
};

/* libcurl takes "sha256//" and base64 proper, separated by ";" */
static int write_pins(const struct spool_endpoint *endpoint, char out[PINS_LEN])
{
	size_t n = 0;

	for (size_t i = 0; i < endpoint->pins.n; i++) {
		if (i > 0) {
			out[n++] = ';';
		}
		memcpy(out + n, "sha256//", 8);
		n += 8;
		for (size_t j = 0; j < ENROL_PIN_LEN; j++) {
			char c = endpoint->pins.list[i][j];

			out[n++] = c;
			if (c == '-') {
				out[n - 1] = '+';
			} else if (c == '_') {
				out[n - 1] = '/';
			}
		}
		out[n++] = '=';
	}
	out[n] = '\0';
	return n > 0 ? 0 : -EINVAL;
}

static size_t take_body(char *bytes, size_t size, size_t count, void *data)
{
	struct answer *answer = data;
	size_t len = size * count;

	if (str_append(&answer->body, bytes, len) != 0) {
		answer->too_large = true;
		return CURL_WRITEFUNC_ERROR;
	}
	return len;
}

/* An interim or endless header block counts as the answer's size too: libcurl caps it itself. */
static CURLcode set_common_options(struct transport *t)
{
	const struct option {
		CURLoption name;
		long value;
	} options[] = {
		{CURLOPT_NOSIGNAL, 1L},
		{CURLOPT_POST, 1L},
		{CURLOPT_SSLVERSION, CURL_SSLVERSION_TLSv1_2},
		/* The pinned key takes the place of authority and name: see transport.h. libcurl
		 * compares the pin also when these are off, and fails without a match. */
		{CURLOPT_SSL_VERIFYPEER, 0L},
		{CURLOPT_SSL_VERIFYHOST, 0L},
		{CURLOPT_FOLLOWLOCATION, 0L},
		{CURLOPT_HTTP_VERSION, CURL_HTTP_VERSION_1_1},
		{CURLOPT_HTTP09_ALLOWED, 0L},
		{CURLOPT_NETRC, CURL_NETRC_IGNORED},
		{CURLOPT_CONNECTTIMEOUT, t->limits.connect_s},
		{CURLOPT_TIMEOUT, t->limits.total_s},
		{CURLOPT_LOW_SPEED_LIMIT, TRANSPORT_LOW_SPEED_BYTES},
		{CURLOPT_LOW_SPEED_TIME, TRANSPORT_LOW_SPEED_S},
		{CURLOPT_DNS_CACHE_TIMEOUT, 0L},
	};
	CURLcode code = CURLE_OK;

	for (size_t i = 0; code == CURLE_OK && i < ARRAY_LEN(options); i++) {
		code = curl_easy_setopt(t->easy, options[i].name, options[i].value);
	}
	return code;
}

static CURLcode set_text_options(struct transport *t)
{
	const struct option {
		CURLoption name;
		const char *value;
	} options[] = {
		{CURLOPT_PROTOCOLS_STR, "https"},
		{CURLOPT_PINNEDPUBLICKEY, t->pins},
		{CURLOPT_USERAGENT, "caretaker"}, /* no version: it would tell devices apart */
		{CURLOPT_PROXY, ""},		  /* and so none from the environment */
		{CURLOPT_NOPROXY, "*"},
	};
	CURLcode code = CURLE_OK;

	for (size_t i = 0; code == CURLE_OK && i < ARRAY_LEN(options); i++) {
		code = curl_easy_setopt(t->easy, options[i].name, options[i].value);
	}
	return code;
}

/*
 * Whether anything came from there at all. A server that is crowded resets whoever it cannot serve
 * before it says a word (server/http-door.h), which libcurl does not tell from one without TLS.
 */
static int close_socket(void *data, curl_socket_t fd)
{
	struct transport *t = data;
	struct tcp_info info = {0};
	socklen_t len = sizeof(info);

	t->heard = getsockopt(fd, IPPROTO_TCP, TCP_INFO, &info, &len) < 0 ||
		   len < offsetof(struct tcp_info, tcpi_bytes_received) +
				   sizeof(info.tcpi_bytes_received) ||
		   info.tcpi_bytes_received > 0;
	return close(fd);
}

static int set_up(struct transport *t)
{
	static const char *const lines[] = {
		"Content-Type: application/jose", "Accept: application/json",
		"Expect:", /* no round trip for 100-continue */
	};

	for (size_t i = 0; i < ARRAY_LEN(lines); i++) {
		struct curl_slist *more = curl_slist_append(t->headers, lines[i]);

		if (!more) {
			return -ENOMEM;
		}
		t->headers = more;
	}
	if (set_common_options(t) != CURLE_OK || set_text_options(t) != CURLE_OK ||
		curl_easy_setopt(t->easy, CURLOPT_HTTPHEADER, t->headers) != CURLE_OK ||
		curl_easy_setopt(t->easy, CURLOPT_WRITEFUNCTION, take_body) != CURLE_OK ||
		curl_easy_setopt(t->easy, CURLOPT_CLOSESOCKETFUNCTION, close_socket) != CURLE_OK ||
		curl_easy_setopt(t->easy, CURLOPT_CLOSESOCKETDATA, t) != CURLE_OK ||
		curl_easy_setopt(t->easy, CURLOPT_MAXFILESIZE_LARGE, (curl_off_t)SPOOL_BODY_MAX) !=
			CURLE_OK) {
		return -EOPNOTSUPP; /* a libcurl without TLS, or without pinning */
	}
	return 0;
}

int transport_new(const struct spool_endpoint *endpoint, const struct transport_limits *limits,
	struct transport **ret_transport)
{
	cleanup(transport_free_p) struct transport *t = calloc(1, sizeof(*t));
	int r;

	if (!t) {
		return -ENOMEM;
	}
	t->limits.connect_s = TRANSPORT_CONNECT_TIMEOUT_S;
	t->limits.total_s = TRANSPORT_TIMEOUT_S;
	if (limits && limits->connect_s > 0) {
		t->limits.connect_s = limits->connect_s;
	}
	if (limits && limits->total_s > 0) {
		t->limits.total_s = limits->total_s;
	}
	memcpy(t->url, endpoint->url, sizeof(t->url));
	r = write_pins(endpoint, t->pins);
	if (r != 0) {
		return r;
	}
	t->easy = curl_easy_init();
	if (!t->easy) {
		return -ENOMEM;
	}
	r = set_up(t);
	if (r == 0) {
		*ret_transport = TAKE_PTR(t);
	}
	return r;
}

void transport_free(struct transport *transport)
{
	if (transport) {
		curl_easy_cleanup(transport->easy);
		curl_slist_free_all(transport->headers);
		free(transport);
	}
}

void transport_free_p(struct transport **transport)
{
	transport_free(*transport);
}

/* What libcurl found, in the five words of the spool; anything else is "unreachable". */
static enum spool_error error_of(const struct transport *t, CURLcode code)
{
	static const struct row {
		CURLcode code;
		enum spool_error error;
	} rows[] = {
		{CURLE_UNSUPPORTED_PROTOCOL, SPOOL_ERROR_NOT_HTTP}, /* HTTP/0.9 */
		{CURLE_WEIRD_SERVER_REPLY, SPOOL_ERROR_NOT_HTTP},
		{CURLE_GOT_NOTHING, SPOOL_ERROR_NOT_HTTP},
		{CURLE_BAD_CONTENT_ENCODING, SPOOL_ERROR_NOT_HTTP},
		{CURLE_SSL_CONNECT_ERROR, SPOOL_ERROR_NOT_HTTP}, /* no TLS, or too old */
		{CURLE_OPERATION_TIMEDOUT, SPOOL_ERROR_TIMEOUT},
		{CURLE_FILESIZE_EXCEEDED, SPOOL_ERROR_TOO_LARGE},
		{CURLE_WRITE_ERROR, SPOOL_ERROR_TOO_LARGE},
		{CURLE_OUT_OF_MEMORY, SPOOL_ERROR_TOO_LARGE}, /* header block above its cap */
		{CURLE_SSL_PINNEDPUBKEYNOTMATCH, SPOOL_ERROR_WRONG_KEY},
		{CURLE_PEER_FAILED_VERIFICATION, SPOOL_ERROR_WRONG_KEY},
	};

	if (code == CURLE_SSL_CONNECT_ERROR && !t->heard) {
		return SPOOL_ERROR_UNREACHABLE;
	}
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		if (rows[i].code == code) {
			return rows[i].error;
		}
	}
	return SPOOL_ERROR_UNREACHABLE;
}

static int make_reply(struct transport *t, struct answer *answer, struct spool_reply *ret_reply)
{
	struct span body = {answer->body.p ? answer->body.p : "", answer->body.len};
	curl_off_t retry_after = 0;
	long status = 0;

	if (curl_easy_getinfo(t->easy, CURLINFO_RESPONSE_CODE, &status) != CURLE_OK ||
		status < 100 || status > 599 || !utf8_valid(body)) {
		*ret_reply = (struct spool_reply){.error = SPOOL_ERROR_NOT_HTTP};
		return 0;
	}
	if (memchr(body.p, '\0', body.len)) {
		*ret_reply = (struct spool_reply){.error = SPOOL_ERROR_NOT_HTTP};
		return 0;
	}
	*ret_reply = (struct spool_reply){.status = status, .body_len = body.len};
	/* Seconds, or until a date; libcurl reads both. Only what may be tried again waits. */
	if ((status == 429 || status == 503) &&
		curl_easy_getinfo(t->easy, CURLINFO_RETRY_AFTER, &retry_after) == CURLE_OK &&
		retry_after > 0) {
		ret_reply->retry_after_s = retry_after < SPOOL_RETRY_AFTER_MAX_S
						   ? (int64_t)retry_after
						   : SPOOL_RETRY_AFTER_MAX_S;
	}
	ret_reply->body = span_dup(body);
	return ret_reply->body ? 0 : -ENOMEM;
}

int transport_post(struct transport *transport, const char *path, struct span body,
	struct spool_reply *ret_reply)
{
	cleanup(str_finish) struct str url = {.max = URL_LEN};
	struct answer answer = {.body = {.max = SPOOL_BODY_MAX}};
	CURL *easy = transport->easy;
	CURLcode code;
	int r;

	r = str_appendf(&url, "%s%s", transport->url, path);
	if (r != 0) {
		return r;
	}
	if (curl_easy_setopt(easy, CURLOPT_URL, url.p) != CURLE_OK ||
		curl_easy_setopt(easy, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)body.len) !=
			CURLE_OK ||
		curl_easy_setopt(easy, CURLOPT_POSTFIELDS, body.p) != CURLE_OK ||
		curl_easy_setopt(easy, CURLOPT_WRITEDATA, &answer) != CURLE_OK) {
		return -ENOMEM;
	}
	transport->heard = true;
	code = curl_easy_perform(easy);
	if (code == CURLE_OK) {
		r = make_reply(transport, &answer, ret_reply);
	} else {
		*ret_reply = (struct spool_reply){.error = error_of(transport, code)};
	}
	str_finish(&answer.body);
	return r;
}
