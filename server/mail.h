/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Reminders by mail of what falls due at the school (server.review-dates), off until the settings
 * mail_from, mail_server and mail_to are all set. They go to one mailbox of a role: at once when
 * something new is due, else once a week while something still is, and never twice a day.
 *
 * What is due is a text of keys, one a line ("breach 3 overdue"). The keys that were told
 * of last, and how sending fares, are marks of the store: of several processes that share one, the
 * first to write that it sends is the one that does.
 */
#pragma once

#include "json.h"
#include "settings.h"
#include "store.h"

#define MAIL_ADDRESS_MAX 200
#define MAIL_LOCAL_MAX 64 /* RFC 5321, section 4.5.3.1.1 */
#define MAIL_SERVER_MAX 200
#define MAIL_LABEL_MAX 63 /* RFC 1035, section 2.3.4 */
#define MAIL_TOLD_MAX ((size_t)64 << 10)
#define MAIL_GAP_S ((int64_t)86400)
#define MAIL_AGAIN_S (7 * MAIL_GAP_S)
#define MAIL_WAIT_S ((int64_t)900) /* after the first failure, then twice as long each time */
#define MAIL_WAIT_MOST_S ((int64_t)43200)

/* Why the last one was not taken */
enum mail_problem {
	MAIL_TAKEN,
	MAIL_CONNECT, /* nobody answered there, or broke off */
	MAIL_TLS,     /* no TLS was offered, or its certificate is not trusted */
	MAIL_LOGIN,   /* it wants another login, or one at all */
	MAIL_REFUSED, /* SMTP 5xx */
	MAIL_LATER,   /* SMTP 4xx */
};
#define MAIL_PROBLEMS 6
const char *mail_problem_name(enum mail_problem problem); /* "" for MAIL_TAKEN */

/* ASCII alone, nothing that a header or a command could end in; "" is none. */
bool mail_address_valid(const char *text);
/* smtps://HOST or smtp://HOST, with a port or without */
bool mail_server_valid(const char *text);

struct mail_setup {
	char from[SETTINGS_TEXT_MAX + 1];
	char server[SETTINGS_TEXT_MAX + 1];
	char to[SETTINGS_TEXT_MAX + 1];
	char language[SETTINGS_TEXT_MAX + 1];
	bool on;
};
must_check int mail_setup_read(struct store *store, struct mail_setup *ret_setup);

struct mail_times {
	int64_t sent_s; /* 0: never */
	int64_t next_s; /* 0, or not sooner than this */
	int64_t tries;
};
/* By the times alone. A clock that was set back keeps it silent for two days at most. */
bool mail_is_time(const struct mail_times *times, int64_t now_s, bool news);
bool mail_has_news(struct span told, struct span due);
/* What was told and is due still: what falls due once more is new again */
must_check int mail_still_due(struct span told, struct span due, struct str *out);

/* Whether mail_claim has something to write; reads alone */
must_check int mail_wants(struct store *store, int64_t now_s, struct span due, bool *ret_wants);
/*
 * In a write transaction: notes what is due no more, and that this process sends now. Who dies over
 * it leaves a try that failed.
 */
must_check int mail_claim(struct store *store, int64_t now_s, struct span due, bool *ret_send);
must_check int mail_done(
	struct store *store, int64_t now_s, struct span due, enum mail_problem problem);
/* Whoever changed how it is sent does not wait for the next try. */
must_check int mail_forget_tries(struct store *store);
/* {"next":instant or null,"problem":name or null,"sent":day or null} */
must_check int mail_read(struct store *store, struct json_object **ret_body);
