/* SPDX-License-Identifier: Apache-2.0 */
/* explain: everything about one control: what was seen, the rule, and what leaves the device. */
#include "ask.h"
#include "check.h"
#include "say.h"

#include <string.h>

static void section(struct page *page, const char *label, const char *text)
{
	page_gap(page);
	page_text(page, PAGE_BLOCK(.style = TERM_BOLD), label);
	page_put(page, PAGE_BLOCK(.indent = 2, .hang = 2, .text = text));
}

static void state_put(struct page *page, const struct answer_verdict *verdict, int64_t now_s)
{
	const char *state = posture_state_name(verdict->state);
	cleanup(str_finish) struct str lead = {0};
	cleanup(str_finish) struct str ago = {0};

	page_check(page, str_appendf(&lead, "%s %s:", term_state_symbol(page->term, verdict->state),
				 page_lookup(page, "cli.state.", state, "")));
	page_put(page,
		PAGE_BLOCK(.hang = 2, .style = term_state_style(verdict->state), .lead = lead.p,
			.text = page_lookup(
				page, "reason.", posture_reason_code(verdict->reason), "")));
	if (verdict->since != ANSWER_NONE) {
		page_ago(page, verdict->since, now_s, &ago);
		page_text(page, PAGE_BLOCK(.indent = 2, .hang = 2, .style = TERM_DIM),
			"cli.explain.since", {"ago", ago.p ? ago.p : ""});
	}
	say_due(page, verdict, "cli.explain.due");
}

static void evidence_put(struct page *page, struct json_object *evidence)
{
	page_gap(page);
	page_text(page, PAGE_BLOCK(.style = TERM_BOLD), "cli.label.seen");
	if (json_object_object_length(evidence) == 0) {
		page_text(page, PAGE_BLOCK(.indent = 2, .hang = 2), "cli.explain.no-evidence");
		return;
	}
	json_object_object_foreach(evidence, key, value)
	{
		cleanup(str_finish) struct str lead = {0};

		page_check(
			page, str_appendf(&lead, "%s:", page_lookup(page, "evidence.", key, "")));
		page_put(page, PAGE_BLOCK(.indent = 2, .hang = 4, .lead = lead.p,
				       .text = json_object_get_string(value)));
	}
}

/* The control as common/report.h writes it, or NULL. The caller puts it. */
static struct json_object *report_part(
	const struct cli *cli, const struct answer *answer, const struct answer_verdict *verdict)
{
	bool waits = verdict->due != ANSWER_NONE; /* agent/core/grace.h */
	enum posture_reason reason = waits ? POSTURE_GRACE_PERIOD : verdict->reason;
	enum posture_state state = waits ? POSTURE_UNKNOWN : verdict->state;
	int64_t unit = answer->school ? 3600 : CLOCK_DAY_S;
	int64_t age = 0;
	struct json_object *part = json_object_new_object();

	if (verdict->since != ANSWER_NONE && cli->now.wall_s > verdict->since) {
		age = (cli->now.wall_s - verdict->since) / unit;
	}
	if (part == NULL || json_object_object_add(part, "age", json_object_new_int64(age)) != 0 ||
		json_object_object_add(part, "id", json_object_new_string(verdict->id)) != 0 ||
		json_object_object_add(
			part, "reason", json_object_new_string(posture_reason_code(reason))) != 0 ||
		json_object_object_add(
			part, "state", json_object_new_string(posture_state_name(state))) != 0) {
		json_object_put(part);
		return NULL;
	}
	return part;
}

static void leaves_put(struct page *page, const struct cli *cli, const struct answer *answer,
	const struct answer_verdict *verdict)
{
	cleanup(json_put) struct json_object *part = report_part(cli, answer, verdict);
	const struct page_block block = {.indent = 2, .hang = 2};

	page_gap(page);
	page_text(page, PAGE_BLOCK(.style = TERM_BOLD), "cli.label.leaves");
	if (check_find(verdict->id)->local_only) {
		page_text(page, &block, "cli.explain.local-only");
		return;
	}
	page_text(
		page, &block, answer->enrolled ? "cli.explain.leaves" : "cli.explain.would-leave");
	page_put(page,
		PAGE_BLOCK(.indent = 4, .hang = 4,
			.text = part ? json_object_to_json_string_ext(part, JSON_C_TO_STRING_PLAIN)
				     : ""));
}

static void explain_put(struct page *page, const struct cli *cli, const struct answer *answer,
	const struct answer_verdict *verdict)
{
	page_put(page, PAGE_BLOCK(.style = TERM_BOLD,
			       .text = page_lookup(page, "control.", verdict->id, ".title")));
	state_put(page, verdict, cli->now.wall_s);
	evidence_put(page, verdict->evidence);
	section(page, "cli.label.rule", page_lookup(page, "control.", verdict->id, ".rule"));
	section(page, "cli.label.why", page_lookup(page, "control.", verdict->id, ".why"));
	if (!answer_state_passes(verdict->state)) {
		section(page, "cli.label.fix", page_lookup(page, "control.", verdict->id, ".fix"));
		section(page, "cli.label.who", page_lookup(page, "control.", verdict->id, ".who"));
	}
	section(page, "cli.label.guidance",
		page_lookup(page, "control.", verdict->id, ".guidance"));
	leaves_put(page, cli, answer, verdict);
}

static enum cli_exit json_show(const struct cli *cli, const struct answer *answer,
	const struct answer_verdict *verdict, enum cli_exit code)
{
	cleanup(json_put) struct json_object *json = json_object_new_object();
	struct json_object *list, *leaves = NULL;

	if (!check_find(verdict->id)->local_only) {
		leaves = report_part(cli, answer, verdict);
	}
	json_object_object_get_ex(answer->json, "verdicts", &list);
	if (json == NULL || json_object_object_add(json, "format", json_object_new_int(1)) != 0 ||
		json_object_object_add(json, "leaves", leaves) != 0) {
		json_object_put(leaves);
		return cli_complain_errno(cli, "cli.do.write", -ENOMEM);
	}
	list = json_object_array_get_idx(list, (size_t)(verdict - answer->verdicts.items));
	if (json_object_object_add(json, "verdict", json_object_get(list)) != 0) {
		json_object_put(list);
		return cli_complain_errno(cli, "cli.do.write", -ENOMEM);
	}
	return cli_show_json(cli, json, code);
}

static enum cli_exit run(struct cli *cli)
{
	const char *id = cli->options.operands[0];
	cleanup(answer_finish) struct answer answer = {0};
	const struct answer_verdict *verdict;
	enum cli_exit code = ask_control_known(cli, id);
	struct page page;

	if (code == CLI_EXIT_PASS) {
		code = ask_answer_or_judge(cli, "status", NULL, &answer);
	}
	if (code != CLI_EXIT_PASS) {
		return code;
	}
	verdict = answer_find(&answer, id);
	if (verdict == NULL) {
		return cli_complain(cli, CLI_EXIT_ERROR, "cli.error.not-judged", {"id", id});
	}
	code = answer_state_passes(verdict->state) ? CLI_EXIT_PASS : CLI_EXIT_FINDINGS;
	if (cli->options.json) {
		return json_show(cli, &answer, verdict, code);
	}
	cli_page(cli, &page);
	explain_put(&page, cli, &answer, verdict);
	return cli_show(cli, &page, code);
}

const struct cli_command command_explain = {
	.name = "explain",
	.run = run,
	.help = "cli.command.explain",
	.operands = "ID",
	.operands_min = 1,
	.operands_max = 1,
	.options = OPTION_JSON,
};
