/* SPDX-License-Identifier: Apache-2.0 */
#include "change-ask.h"

#include "ask.h"
#include "change.h"
#include "service.h"

#include <stdio.h>
#include <string.h>

static struct json_object *request_make(const struct cli *cli, const char *verb)
{
	static const char *const names[] = {"client", "key"};
	struct json_object *request = service_request(verb);

	for (size_t i = 0; request != NULL && i < cli->options.n_operands; i++) {
		if (service_request_add(request, names[i], cli->options.operands[i]) < 0) {
			json_put(&request);
		}
	}
	return request;
}

static const char *nothing_key(const char *verb)
{
	return strcmp(verb, "confirm") == 0 ? "cli.change.confirmed-none" : "cli.change.nothing";
}

static void tally_put(
	struct page *page, const struct changes *changes, const char *done_key, const char *nothing)
{
	static const struct {
		size_t offset;
		const char *key;
	} rows[] = {
		{offsetof(struct changes, conflicts), "cli.change.conflicts"},
		{offsetof(struct changes, failed), "cli.change.failures"},
		{offsetof(struct changes, planned), "cli.change.planned"},
		{offsetof(struct changes, unheard), "cli.change.unheard"},
	};
	cleanup(str_finish) struct str done = {0};

	if (changes->planned + changes->done + changes->conflicts + changes->failed +
			changes->unheard ==
		0) {
		page_text(page, PAGE_BLOCK(0), nothing);
		return;
	}
	page_gap(page);
	if (changes->done > 0) {
		page_count(page, done_key, changes->done, &done);
		page_put(page, PAGE_BLOCK(.text = done.p));
	}
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		size_t n = *(const size_t *)((const char *)changes + rows[i].offset);
		cleanup(str_finish) struct str text = {0};

		if (n > 0) {
			page_count(page, rows[i].key, n, &text);
			page_put(page, PAGE_BLOCK(.text = text.p));
		}
	}
}

static void confirm_put(struct page *page, const struct changes *changes)
{
	char seconds[24];

	if (changes->confirm_s > 0) {
		(void)snprintf(seconds, sizeof(seconds), "%lld", (long long)changes->confirm_s);
		page_gap(page);
		page_text(page, PAGE_BLOCK(.style = TERM_BOLD), "cli.change.confirm",
			{"seconds", seconds});
	}
}

static enum cli_exit changes_code(const struct changes *changes)
{
	if (changes->failed > 0) {
		return CLI_EXIT_ERROR;
	}
	return changes->planned + changes->conflicts + changes->unheard > 0 ? CLI_EXIT_FINDINGS
									    : CLI_EXIT_PASS;
}

enum cli_exit changes_ask(const struct cli *cli, const char *verb, const char *done)
{
	cleanup(json_put) struct json_object *reply = NULL;
	struct json_error error = {0};
	struct changes changes;
	struct page page;
	enum cli_exit code = ask_service_long(cli, request_make(cli, verb), &reply);

	if (code != CLI_EXIT_PASS) {
		return code;
	}
	if (changes_count(reply, &changes, &error) != 0) {
		return ask_complain_answer(cli, &error);
	}
	code = changes_code(&changes);
	if (cli->options.json) {
		return cli_show_json(cli, reply, code);
	}
	cli_page(cli, &page);
	changes_show(&page, reply, ask_datadir(cli));
	tally_put(&page, &changes, done, nothing_key(verb));
	confirm_put(&page, &changes);
	return cli_show(cli, &page, code);
}
