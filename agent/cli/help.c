/* SPDX-License-Identifier: Apache-2.0 */
#include "help.h"

#define LEAD_WIDTH 24

static void option_put(struct page *page, const struct options_row *row)
{
	cleanup(str_finish) struct str lead = {0};
	struct page_block block = {.indent = 2, .hang = LEAD_WIDTH + 2, .lead_width = LEAD_WIDTH};

	page_check(page, str_appendf(&lead, "--%s%s%s", row->name, row->value ? " " : "",
				 row->value ? row->value : ""));
	block.lead = lead.p;
	page_text(page, &block, row->help);
}

static void options_put(struct page *page, unsigned options)
{
	page_text(page, PAGE_BLOCK(.style = TERM_BOLD), "cli.help.options");
	for (size_t i = 0; i < options_table_len; i++) {
		if (options & options_table[i].bit) {
			option_put(page, &options_table[i]);
		}
	}
}

static void command_put(struct page *page, const struct cli_command *command)
{
	cleanup(str_finish) struct str lead = {0};
	struct page_block block = {.indent = 2, .hang = LEAD_WIDTH + 2, .lead_width = LEAD_WIDTH};

	page_check(page, str_appendf(&lead, "%s%s%s", command->name, *command->operands ? " " : "",
				 command->operands));
	block.lead = lead.p;
	page_text(page, &block, command->help);
}

void help_overview(struct page *page)
{
	const struct page_block plain = {0};

	page_text(page, &plain, "cli.help.intro");
	page_gap(page);
	page_text(page, &plain, "cli.help.usage");
	page_gap(page);
	page_text(page, PAGE_BLOCK(.style = TERM_BOLD), "cli.help.commands");
	for (size_t i = 0; i < cli_commands_len; i++) {
		command_put(page, cli_commands[i]);
	}
	page_gap(page);
	options_put(page, OPTIONS_COMMON | OPTION_VERSION);
	page_gap(page);
	page_text(page, &plain, "cli.help.exit");
}

void help_command(struct page *page, const struct cli_command *command)
{
	const struct page_block plain = {0};

	page_text(page, &plain, "cli.help.usage-command", {"command", command->name},
		{"operands", command->operands});
	page_gap(page);
	page_text(page, &plain, command->help);
	page_gap(page);
	options_put(page, OPTIONS_COMMON | command->options);
}
