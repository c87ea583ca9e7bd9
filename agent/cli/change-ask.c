/* SPDX-License-Identifier: Apache-2.0 */
#include "change-ask.h"

#include "ask.h"
#include "change.h"
#include "service.h"

#include <stdio.h>
#include <string.h>

/* names: of the operands, in order */
static struct json_object *request_make(
	const struct cli *cli, const char *verb, const char *const names[])
{
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

static bool is_refused(int r, const struct service_refusal *refusal, const char *code)
{
	return r == SERVICE_E_REFUSED && strcmp(refusal->code, code) == 0;
}

/* The words to type for the first of them: the others stand beside it. */
static enum cli_exit complain_which(const struct cli *cli, const struct service_refusal *refusal)
{
	const char *key = cli->options.operands[0];
	char first[SERVICE_TEXT_MAX + 1];

	(void)snprintf(
		first, sizeof(first), "%.*s", (int)strcspn(refusal->text, ","), refusal->text);
	return cli_complain(cli, CLI_EXIT_ERROR, "cli.undo.which", {"clients", refusal->text},
		{"first", first}, {"key", key});
}

/* A word alone that is no program's name may be the name of a setting. */
static enum cli_exit ask_for_changes(
	const struct cli *cli, const char *verb, struct json_object **ret_reply)
{
	static const char *const names[] = {"client", "key"};
	struct service_refusal refusal = {0};
	int r = ask_service_silently(
		cli, request_make(cli, verb, names), true, &refusal, ret_reply);

	if (is_refused(r, &refusal, "unknown-client") && strcmp(verb, "undo") == 0 &&
		cli->options.n_operands == 1) {
		r = ask_service_silently(
			cli, request_make(cli, verb, names + 1), true, &refusal, ret_reply);
	}
	if (is_refused(r, &refusal, "which-client")) {
		return complain_which(cli, &refusal);
	}
	return r == 0 ? CLI_EXIT_PASS : ask_complain_outcome(cli, r, &refusal);
}

enum cli_exit changes_ask(const struct cli *cli, const char *verb, const char *done)
{
	cleanup(json_put) struct json_object *reply = NULL;
	struct json_error error = {0};
	struct changes changes;
	struct page page;
	enum cli_exit code = ask_for_changes(cli, verb, &reply);

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
