/* SPDX-License-Identifier: Apache-2.0 */
#include "say.h"

#include "baseline.h"
#include "clock.h"

#include <stdio.h>
#include <string.h>

struct order_row {
	const struct answer_verdict *verdict;
	size_t rank;
};

static int row_compare(const void *a, const void *b)
{
	const struct order_row *x = a, *y = b;

	if (x->rank != y->rank) {
		return x->rank < y->rank ? -1 : 1;
	}
	return strcmp(x->verdict->id, y->verdict->id);
}

static size_t rows_fill(const struct answer *answer, enum posture_state state,
	const struct policy *severities, struct order_row *rows)
{
	size_t n = 0;

	vec_for_each (verdict, &answer->verdicts) {
		const char *severity = NULL;

		if (verdict->state != state) {
			continue;
		}
		if (severities != NULL) {
			severity = policy_control_severity(severities, verdict->id);
		}
		rows[n++] = (struct order_row){verdict, baseline_severity_rank(severity)};
	}
	return n;
}

const struct answer_verdict **say_order(struct page *page, const struct answer *answer,
	enum posture_state state, const struct policy *severities, size_t *ret_n)
{
	size_t wanted = answer_count(answer, state);
	cleanup(free_ptr) struct order_row *rows = NULL;
	const struct answer_verdict **ordered;

	*ret_n = 0;
	if (wanted == 0) {
		return NULL;
	}
	rows = calloc(wanted, sizeof(*rows));
	ordered = calloc(wanted, sizeof(const struct answer_verdict *));
	if (rows == NULL || ordered == NULL) {
		page_check(page, -ENOMEM);
		free(ordered);
		return NULL;
	}
	*ret_n = rows_fill(answer, state, severities, rows);
	qsort(rows, *ret_n, sizeof(*rows), row_compare);
	for (size_t i = 0; i < *ret_n; i++) {
		ordered[i] = rows[i].verdict;
	}
	return ordered;
}

#define DAY_LEN 10 /* of "2026-11-22T00:00:00Z" */

void say_due(struct page *page, const struct answer_verdict *verdict, const char *key)
{
	char due[CLOCK_TEXT_LEN];

	if (verdict->due != ANSWER_NONE) {
		clock_format(verdict->due, due);
		due[DAY_LEN] = '\0';
		page_text(page, PAGE_BLOCK(.indent = 2, .hang = 4), key, {"due", due});
	}
}

void say_headline(struct page *page, const struct answer *answer)
{
	size_t fails = answer_count(answer, POSTURE_FAIL);
	size_t unseen = answer_count(answer, POSTURE_UNKNOWN) + answer_count(answer, POSTURE_ERROR);
	cleanup(str_finish) struct str text = {0};
	struct page_block block = {.style = TERM_BOLD};

	if (answer->verdicts.len == 0) {
		page_text(page, &block, "cli.headline.nothing");
		return;
	}
	if (fails > 0) {
		page_count(page, "cli.headline.fails", fails, &text);
	} else {
		page_check(page, str_append_z(&text,
					 text_get(page->texts, unseen > 0 ? "cli.headline.no-fails"
									  : "cli.headline.fine")));
	}
	if (unseen > 0) {
		page_check(page, str_append_char(&text, ' '));
		page_count(page, "cli.headline.unseen", unseen, &text);
	}
	block.text = text.p;
	page_put(page, &block);
}

void say_tally(struct page *page, const struct answer *answer)
{
	static const struct {
		enum posture_state state;
		const char *key;
	} parts[] = {
		{POSTURE_PASS, "cli.tally.pass"},
		{POSTURE_FAIL, "cli.tally.fail"},
		{POSTURE_UNKNOWN, "cli.tally.unknown"},
		{POSTURE_NA, "cli.tally.na"},
		{POSTURE_EXEMPT, "cli.tally.exempt"},
		{POSTURE_ERROR, "cli.tally.error"},
	};
	cleanup(str_finish) struct str text = {0};
	char version[24];

	for (size_t i = 0; i < ARRAY_LEN(parts); i++) {
		size_t n = answer_count(answer, parts[i].state);

		if (n > 0) {
			page_check(page, str_append_z(&text, text.len > 0 ? ", " : ""));
			page_count(page, parts[i].key, n, &text);
		}
	}
	snprintf(version, sizeof(version), "%lld", (long long)answer->policy_version);
	page_text(page, PAGE_BLOCK(0), "cli.tally", {"parts", text.p ? text.p : ""},
		{"policy", page_lookup(page, "policy.", answer->policy, "")}, {"version", version});
}

static void say_client(
	struct page *page, const struct answer *answer, const struct answer_client *client)
{
	enum posture_state state = client->drifted > 0 ? POSTURE_FAIL : POSTURE_PASS;
	cleanup(str_finish) struct str lead = {0};
	cleanup(str_finish) struct str account = {0};
	cleanup(str_finish) struct str kept = {0};
	cleanup(str_finish) struct str drifted = {0};
	struct page_block block = {.indent = 2, .hang = 4};
	const char *key = "cli.client.kept";

	if (strcmp(client->tier, "off") == 0) {
		key = "cli.client.off";
		state = POSTURE_NA;
	} else if (client->kept == 0 && client->drifted == 0) {
		key = "cli.client.nothing";
		state = POSTURE_NA;
	} else if (!answer->keeping) {
		key = client->drifted > 0 ? "cli.client.watched-drifted" : "cli.client.watched";
	} else if (client->drifted > 0) {
		key = "cli.client.drifted";
	}
	block.style = term_state_style(state);
	page_check(page, str_append_z(&lead, term_state_symbol(page->term, state)));
	if (client->uid != ANSWER_NONE) {
		char uid[24];

		snprintf(uid, sizeof(uid), "%lld", (long long)client->uid);
		page_check(page, text_format(page->texts, "cli.client.account",
					 TEXT_ARGS({"uid", uid}), 1, &account));
	}
	page_count(page, "cli.client.settings", (size_t)client->kept, &kept);
	page_count(page, "cli.client.settings", (size_t)client->drifted, &drifted);
	block.lead = lead.p;
	page_text(page, &block, key, {"client", page_lookup(page, "client.", client->client, "")},
		{"account", account.p ? account.p : ""}, {"kept", kept.p ? kept.p : ""},
		{"drifted", drifted.p ? drifted.p : ""});
}

/* What is kept and does not count yet is not told as if it did. */
static void say_later(
	struct page *page, const struct answer *answer, const struct answer_client *client)
{
	const struct page_block block = {.indent = 4, .hang = 4};

	if (client->later && answer->keeping && strcmp(client->tier, "off") != 0) {
		page_text(page, &block,
			strcmp(client->later, "start") == 0 ? "cli.client.later-start"
							    : "cli.client.later-sign-in",
			{"client", page_lookup(page, "client.", client->client, "")});
	}
}

/* Where nothing can be set, nothing is claimed: what was looked at, and what helps. */
static void say_assessed(struct page *page, const struct answer_client *client)
{
	const char *lead = term_state_symbol(page->term, POSTURE_NA);

	page_text(page,
		PAGE_BLOCK(.indent = 2, .hang = 4, .style = term_state_style(POSTURE_NA),
			.lead = lead),
		"cli.client.assessed", {"client", page_lookup(page, "client.", client->client, "")},
		{"why", page_lookup(page, "assessed.", client->client, "")});
}

#define RESTORED_SHOWN 3

static void say_restored(struct page *page, const struct answer *answer, int64_t now_s)
{
	size_t shown = 0;

	vec_for_each (restored, &answer->restored) {
		cleanup(str_finish) struct str ago = {0};

		if (shown++ == RESTORED_SHOWN) {
			break;
		}
		page_ago(page, restored->at, now_s, &ago);
		page_text(page, PAGE_BLOCK(.indent = 2, .hang = 4), "cli.restored.one",
			{"client", page_lookup(page, "client.", restored->client, "")},
			{"key", restored->key}, {"ago", ago.p ? ago.p : ""});
	}
	if (answer->restored.len > RESTORED_SHOWN) {
		cleanup(str_finish) struct str more = {0};

		page_count(page, "cli.restored.more", answer->restored.len - RESTORED_SHOWN, &more);
		page_put(page, PAGE_BLOCK(.indent = 2, .hang = 4, .text = more.p));
	}
}

void say_clients(struct page *page, const struct answer *answer, int64_t now_s)
{
	bool titled = false;

	vec_for_each (client, &answer->clients) {
		if (!client->installed) {
			continue;
		}
		if (!titled) {
			page_gap(page);
			page_text(page, PAGE_BLOCK(.style = TERM_BOLD),
				answer->keeping ? "cli.client.title" : "cli.client.title-watched");
			titled = true;
		}
		if (client->assessed) {
			say_assessed(page, client);
		}
		if (!client->assessed || client->kept + client->drifted > 0) {
			say_client(page, answer, client);
			say_later(page, answer, client);
		}
	}
	if (answer->restored.len > 0) {
		page_gap(page);
		page_text(page, PAGE_BLOCK(.style = TERM_BOLD), "cli.restored.title");
		say_restored(page, answer, now_s);
	}
}

void say_reports(struct page *page, const struct answer *answer, int64_t now_s)
{
	const struct page_block plain = {0};
	cleanup(str_finish) struct str ago = {0};
	cleanup(str_finish) struct str key = {0};

	if (!answer->enrolled) {
		page_text(page, &plain, "cli.reports.nobody");
		return;
	}
	if (answer->reported == ANSWER_NONE) {
		page_text(page, &plain, "cli.reports.none-yet");
	} else {
		page_ago(page, answer->reported, now_s, &ago);
		page_text(page, &plain,
			answer->school ? "cli.reports.school" : "cli.reports.private",
			{"ago", ago.p ? ago.p : ""});
	}
	if (answer->problem != NULL) {
		page_check(page, str_appendf(&key, "error.%s", answer->problem));
		page_text(page, &plain, "cli.reports.problem",
			{"problem", key.p ? text_get(page->texts, key.p) : ""});
	}
}
