/* SPDX-License-Identifier: Apache-2.0 */
/* audit: every control judged afresh, as a table. */
#include "ask.h"
#include "say.h"

#define NARROW 60 /* below this many columns, rows are stacked */
#define GAP 2

static size_t widest(const struct page *page, const struct answer *answer, bool states)
{
	size_t width = 0;

	vec_for_each (verdict, &answer->verdicts) {
		const char *text =
			states ? page_lookup(page, "state.", posture_state_name(verdict->state), "")
			       : verdict->id;
		size_t own = page_width(span_z(text));

		width = own > width ? own : width;
	}
	return width;
}

static void pad(struct page *page, struct str *out, const char *text, size_t width)
{
	size_t own = page_width(span_z(text));

	page_check(page, str_append_z(out, text));
	for (; own < width; own++) {
		page_check(page, str_append_char(out, ' '));
	}
}

static void row_put(struct page *page, const struct answer_verdict *verdict, size_t state_width,
	size_t id_width)
{
	bool narrow = page->term->width < NARROW;
	const char *state = posture_state_name(verdict->state);
	const char *reason = page_lookup(page, "reason.", posture_reason_code(verdict->reason), "");
	cleanup(str_finish) struct str lead = {0};
	struct page_block block = {.style = term_state_style(verdict->state)};

	page_check(page, str_appendf(&lead, "%s ", term_state_symbol(page->term, verdict->state)));
	pad(page, &lead, page_lookup(page, "state.", state, ""), narrow ? 0 : state_width + GAP);
	if (!narrow) {
		pad(page, &lead, verdict->id, id_width + GAP - 1);
	}
	block.lead = lead.p;
	block.hang = 2 + state_width + GAP + id_width + GAP;
	block.text = narrow ? verdict->id : reason;
	page_put(page, &block);
	if (narrow) {
		page_put(page, PAGE_BLOCK(.indent = 2, .hang = 2, .text = reason));
	}
}

static void audit_put(struct page *page, const struct answer *answer)
{
	size_t state_width = widest(page, answer, true);
	size_t id_width = widest(page, answer, false);

	vec_for_each (verdict, &answer->verdicts) {
		row_put(page, verdict, state_width, id_width);
	}
	page_gap(page);
	say_tally(page, answer);
}

static enum cli_exit answer_fetch(struct cli *cli, struct answer *ret_answer)
{
	if (cli->options.root != NULL) {
		return ask_judge(cli, cli->options.root, cli->options.only, ret_answer);
	}
	return ask_answer_or_judge(cli, "audit", cli->options.only, ret_answer);
}

static enum cli_exit run(struct cli *cli)
{
	cleanup(answer_finish) struct answer answer = {0};
	enum cli_exit code = CLI_EXIT_PASS;
	struct page page;

	if (cli->options.only != NULL) {
		code = ask_control_known(cli, cli->options.only);
	}
	if (code == CLI_EXIT_PASS) {
		code = answer_fetch(cli, &answer);
	}
	if (code != CLI_EXIT_PASS) {
		return code;
	}
	code = answer_all_pass(&answer) ? CLI_EXIT_PASS : CLI_EXIT_FINDINGS;
	if (cli->options.json) {
		return cli_show_json(cli, answer.json, code);
	}
	cli_page(cli, &page);
	audit_put(&page, &answer);
	return cli_show(cli, &page, code);
}

const struct cli_command command_audit = {
	.name = "audit",
	.run = run,
	.help = "cli.command.audit",
	.operands = "",
	.options = OPTION_JSON | OPTION_ONLY | OPTION_ROOT,
};
