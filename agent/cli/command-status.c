/* SPDX-License-Identifier: Apache-2.0 */
/* status: for a teacher or a parent. What is wrong comes first, with why and what to do. */
#include "allowed.h"
#include "ask.h"
#include "baseline.h"
#include "say.h"

#include <string.h>

static void labelled(struct page *page, const char *label, const char *text)
{
	page_put(page, PAGE_BLOCK(.indent = 2, .hang = 4, .style = TERM_BOLD,
			       .lead = text_get(page->texts, label), .text = text));
}

/* "x Needs attention: ..." */
static void lead_put(struct page *page, const struct answer_verdict *verdict, const char *text)
{
	const char *state = posture_state_name(verdict->state);
	cleanup(str_finish) struct str lead = {0};

	page_check(page, str_appendf(&lead, "%s %s:", term_state_symbol(page->term, verdict->state),
				 page_lookup(page, "cli.state.", state, "")));
	page_put(page, PAGE_BLOCK(.hang = 2, .style = term_state_style(verdict->state),
			       .lead = lead.p, .text = text));
}

static void verdict_put(struct page *page, const struct answer_verdict *verdict, bool attention)
{
	const char *reason = page_lookup(page, "reason.", posture_reason_code(verdict->reason), "");
	cleanup(str_finish) struct str text = {0};

	page_gap(page);
	if (attention) {
		lead_put(page, verdict, reason);
		labelled(page, "cli.label.why", page_lookup(page, "control.", verdict->id, ".why"));
		labelled(page, "cli.label.fix", page_lookup(page, "control.", verdict->id, ".fix"));
		say_due(page, verdict, "cli.due");
	} else {
		page_check(page,
			str_appendf(&text, "%s. %s",
				page_lookup(page, "control.", verdict->id, ".title"), reason));
		lead_put(page, verdict, text.p);
	}
	page_text(page, PAGE_BLOCK(.indent = 2, .hang = 4, .style = TERM_DIM), "cli.status.more",
		{"id", verdict->id});
}

/* Controls that are unknown for one reason: it is told once, and they are named below it. */
static void unseen_put(struct page *page, const struct answer_verdict *const *verdicts, size_t n)
{
	const struct answer_verdict *first = verdicts[0];

	page_gap(page);
	lead_put(page, first, page_lookup(page, "reason.", posture_reason_code(first->reason), ""));
	for (size_t i = 0; i < n; i++) {
		if (verdicts[i]->reason == first->reason) {
			cleanup(str_finish) struct str lead = {0};

			page_check(page, str_appendf(&lead, "%s:", verdicts[i]->id));
			page_put(page, PAGE_BLOCK(.indent = 2, .hang = 4, .lead = lead.p,
					       .text = page_lookup(page, "control.",
						       verdicts[i]->id, ".title")));
		}
	}
	page_text(page, PAGE_BLOCK(.indent = 2, .hang = 4, .style = TERM_DIM), "cli.status.more",
		{"id", first->id});
}

static size_t count_reason(
	const struct answer_verdict *const *verdicts, size_t n, enum posture_reason reason)
{
	size_t count = 0;

	for (size_t i = 0; i < n; i++) {
		count += verdicts[i]->reason == reason;
	}
	return count;
}

static void state_put(struct page *page, const struct answer *answer, enum posture_state state,
	const struct policy *severities)
{
	size_t n;
	cleanup(free_ptr) const struct answer_verdict **verdicts =
		say_order(page, answer, state, severities, &n);

	for (size_t i = 0; i < n; i++) {
		enum posture_reason reason = verdicts[i]->reason;

		if (state != POSTURE_UNKNOWN || count_reason(verdicts, n, reason) == 1) {
			verdict_put(page, verdicts[i], state == POSTURE_FAIL);
		} else if (count_reason(verdicts, i, reason) == 0) {
			unseen_put(page, verdicts + i, n - i);
		}
	}
}

/* All of a state in one line, by their short names. */
static void line_put(struct page *page, const struct answer *answer, enum posture_state state)
{
	cleanup(str_finish) struct str text = {0};
	const struct answer_verdict *first = NULL;

	vec_for_each (verdict, &answer->verdicts) {
		if (verdict->state == state) {
			page_check(page, str_append_z(&text, first != NULL ? ", " : ""));
			page_check(page, str_append_z(&text, page_lookup(page, "control.",
								     verdict->id, ".short")));
			first = verdict;
		}
	}
	if (first != NULL) {
		page_check(page, str_append_char(&text, '.'));
		lead_put(page, first, text.p);
	}
}

/* What is allowed for a while stands on top: whoever uses the computer is to see it. */
static void allowed_put(struct page *page, const struct answer *answer)
{
	if (answer->exemptions == NULL || json_object_array_length(answer->exemptions) == 0) {
		return;
	}
	page_gap(page);
	page_text(page, PAGE_BLOCK(.style = TERM_BOLD), "cli.exempt.title");
	allowed_show(page, answer->exemptions);
}

static void asked_put(struct page *page, const struct answer *answer)
{
	cleanup(str_finish) struct str text = {0};

	if (answer->asked > 0) {
		page_gap(page);
		page_count(page, "cli.consent.asked", (size_t)answer->asked, &text);
		page_put(page, PAGE_BLOCK(.text = text.p));
	}
}

static void status_put(struct page *page, const struct answer *answer,
	const struct policy *severities, int64_t now_s)
{
	say_headline(page, answer);
	allowed_put(page, answer);
	state_put(page, answer, POSTURE_FAIL, severities);
	state_put(page, answer, POSTURE_ERROR, severities);
	state_put(page, answer, POSTURE_UNKNOWN, severities);
	page_gap(page);
	line_put(page, answer, POSTURE_PASS);
	line_put(page, answer, POSTURE_NA);
	line_put(page, answer, POSTURE_EXEMPT);
	say_clients(page, answer, now_s);
	asked_put(page, answer);
	page_gap(page);
	say_reports(page, answer, now_s);
}

static enum cli_exit run(struct cli *cli)
{
	cleanup(policy_free_p) struct policy *severities = NULL;
	cleanup(answer_finish) struct answer answer = {0};
	enum cli_exit code = ask_answer(cli, "status", NULL, &answer);
	struct page page;

	if (code != CLI_EXIT_PASS) {
		return code;
	}
	code = answer_all_pass(&answer) ? CLI_EXIT_PASS : CLI_EXIT_FINDINGS;
	if (cli->options.json) {
		return cli_show_json(cli, answer.json, code);
	}
	/* Severities only order the list: without them it is in order of ids. */
	if (baseline_read(ask_datadir(cli), answer.school ? BASELINE_SCHOOL : BASELINE_HOME,
		    &severities, NULL) != 0) {
		severities = NULL;
	}
	cli_page(cli, &page);
	status_put(&page, &answer, severities, cli->now.wall_s);
	return cli_show(cli, &page, code);
}

const struct cli_command command_status = {
	.name = "status",
	.run = run,
	.help = "cli.command.status",
	.operands = "",
	.options = OPTION_JSON,
};
