/* SPDX-License-Identifier: Apache-2.0 */
/* catalog: every control that Caretaker knows, and whether it is ever reported. */
#include "ask.h"
#include "baseline.h"
#include "check.h"

static struct json_object *control_json(
	const struct cli *cli, const struct check *check, const struct policy *policy)
{
	struct json_object *json = json_object_new_object();
	struct page page;

	cli_page(cli, &page); /* for its look-ups alone */
	if (json == NULL ||
		json_object_object_add(json, "id", json_object_new_string(check->id)) != 0 ||
		json_object_object_add(
			json, "reported", json_object_new_boolean(!check->local_only)) != 0 ||
		json_object_object_add(json, "severity",
			json_object_new_string(policy_control_severity(policy, check->id))) != 0 ||
		json_object_object_add(json, "title",
			json_object_new_string(
				page_lookup(&page, "control.", check->id, ".title"))) != 0) {
		json_object_put(json);
		return NULL;
	}
	return json;
}

static enum cli_exit json_show(const struct cli *cli, const struct policy *policy)
{
	cleanup(json_put) struct json_object *json = json_object_new_object();
	struct json_object *list = json_object_new_array();

	if (json == NULL || json_object_object_add(json, "controls", list) != 0 ||
		json_object_object_add(json, "format", json_object_new_int(1)) != 0) {
		return cli_complain_errno(cli, "cli.do.write", -ENOMEM);
	}
	for (size_t i = 0; i < check_registry_len; i++) {
		struct json_object *control = control_json(cli, check_registry[i], policy);

		if (control == NULL || json_object_array_add(list, control) != 0) {
			json_object_put(control);
			return cli_complain_errno(cli, "cli.do.write", -ENOMEM);
		}
	}
	return cli_show_json(cli, json, CLI_EXIT_PASS);
}

static void control_put(struct page *page, const struct check *check, const struct policy *policy)
{
	const char *severity = policy_control_severity(policy, check->id);
	const struct page_block under = {.indent = 2, .hang = 4};

	page_put(page, PAGE_BLOCK(.style = TERM_BOLD, .lead = check->id));
	page_put(page, PAGE_BLOCK(.indent = 2, .hang = 4,
			       .text = page_lookup(page, "control.", check->id, ".title")));
	page_text(page, &under, check->local_only ? "cli.catalog.local" : "cli.catalog.reported",
		{"group", page_lookup(page, "control.", check->id, ".group")},
		{"severity", page_lookup(page, "severity.", severity, "")});
}

static enum cli_exit run(struct cli *cli)
{
	cleanup(policy_free_p) struct policy *policy = NULL;
	enum cli_exit code = ask_baseline(cli, BASELINE_HOME, &policy);
	struct page page;

	if (code != CLI_EXIT_PASS) {
		return code;
	}
	if (cli->options.json) {
		return json_show(cli, policy);
	}
	cli_page(cli, &page);
	for (size_t i = 0; i < check_registry_len; i++) {
		control_put(&page, check_registry[i], policy);
	}
	return cli_show(cli, &page, CLI_EXIT_PASS);
}

const struct cli_command command_catalog = {
	.name = "catalog",
	.run = run,
	.help = "cli.command.catalog",
	.operands = "",
	.options = OPTION_JSON,
};
