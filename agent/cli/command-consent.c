/* SPDX-License-Identifier: Apache-2.0 */
/* consent: what waits for the owner's yes; giving it, setting by setting, and taking it back. */
#include "change-ask.h"

#include "ask.h"
#include "change.h"
#include "service.h"

#include <string.h>

static const char *client_at(struct json_object *list, size_t i)
{
	struct json_object *change = json_object_array_get_idx(list, i);

	return json_object_get_string(json_object_object_get(change, "client"));
}

/* A program may have settings of the computer and of several people. */
static bool comes_first(struct json_object *list, size_t i)
{
	for (size_t j = 0; j < i; j++) {
		if (strcmp(client_at(list, j), client_at(list, i)) == 0) {
			return false;
		}
	}
	return true;
}

static void names_put(struct page *page, struct json_object *list)
{
	cleanup(str_finish) struct str names = {0};

	for (size_t i = 0; i < json_object_array_length(list); i++) {
		if (comes_first(list, i)) {
			page_check(page, str_append_z(&names, names.len > 0 ? ", " : ""));
			page_check(page, str_append_z(&names, client_at(list, i)));
		}
	}
	page_text(page, PAGE_BLOCK(0), "cli.consent.how", {"clients", names.p ? names.p : ""});
}

struct waiting {
	struct json_object *changes;
	int64_t agreed;
	int64_t format;
	bool school;
};
static const struct json_field fields[] = {
	{"agreed", JSON_WANT_INT, offsetof(struct waiting, agreed), true, 0},
	{"changes", JSON_WANT_ARRAY, offsetof(struct waiting, changes), true, CHANGES_MAX},
	{"format", JSON_WANT_INT, offsetof(struct waiting, format), true, 0},
	{"school", JSON_WANT_BOOL, offsetof(struct waiting, school), true, 0},
};

static void waiting_put(struct page *page, struct json_object *reply, const struct waiting *waiting,
	const char *datadir)
{
	const struct page_block plain = {0};
	cleanup(str_finish) struct str agreed = {0};

	if (waiting->school) {
		page_text(page, &plain, "cli.consent.school");
		return;
	}
	page_count(page, "cli.consent.agreed", (size_t)waiting->agreed, &agreed);
	if (json_object_array_length(waiting->changes) == 0) {
		page_text(page, &plain, "cli.consent.none");
		page_put(page, PAGE_BLOCK(.text = agreed.p));
		return;
	}
	page_text(page, PAGE_BLOCK(.style = TERM_BOLD), "cli.consent.title");
	page_gap(page);
	changes_show(page, reply, datadir);
	page_gap(page);
	page_put(page, PAGE_BLOCK(.text = agreed.p));
	names_put(page, waiting->changes);
}

static enum cli_exit look(struct cli *cli)
{
	cleanup(json_put) struct json_object *reply = NULL;
	struct waiting waiting = {0};
	struct json_error error = {0};
	struct changes counted;
	struct page page;
	enum cli_exit code = ask_service(cli, service_request("consent"), &reply);

	if (code != CLI_EXIT_PASS) {
		return code;
	}
	if (json_decode(reply, fields, ARRAY_LEN(fields), &waiting, &error) != 0 ||
		changes_count(reply, &counted, &error) != 0) {
		return ask_complain_answer(cli, &error);
	}
	code = json_object_array_length(waiting.changes) > 0 && !waiting.school ? CLI_EXIT_FINDINGS
										: CLI_EXIT_PASS;
	if (cli->options.json) {
		return cli_show_json(cli, reply, code);
	}
	cli_page(cli, &page);
	waiting_put(&page, reply, &waiting, ask_datadir(cli));
	return cli_show(cli, &page, code);
}

static enum cli_exit run(struct cli *cli)
{
	const struct options *options = &cli->options;

	if (options->all && options->n_operands > 0) {
		return cli_complain(cli, CLI_EXIT_USAGE, "cli.usage.consent");
	}
	if (!options->all && options->n_operands == 0) {
		return options->withdraw ? cli_complain(cli, CLI_EXIT_USAGE, "cli.usage.consent")
					 : look(cli);
	}
	return options->withdraw ? changes_ask(cli, "undo", "cli.change.undone-all")
				 : changes_ask(cli, "enforce", "cli.change.applied-all");
}

const struct cli_command command_consent = {
	.name = "consent",
	.run = run,
	.help = "cli.command.consent",
	.operands = "[CLIENT [KEY]]",
	.operands_max = 2,
	.options = OPTION_ALL | OPTION_JSON | OPTION_WITHDRAW,
};
