/* SPDX-License-Identifier: Apache-2.0 */
/* exempt: what is allowed for a while; allowing it at home, with a reason and an end, and ending
 * it.
 */
#include "allowed.h"
#include "ask.h"
#include "exemption-words.h"
#include "json-build.h"
#include "moment.h"
#include "service.h"

#include <string.h>

struct listed {
	struct json_object *exemptions;
	int64_t format;
	const char *id; /* of the one just given; NULL for none */
};
static const struct json_field fields[] = {
	{"exemptions", JSON_WANT_ARRAY, offsetof(struct listed, exemptions), true, ALLOWED_MAX},
	{"format", JSON_WANT_INT, offsetof(struct listed, format), true, 0},
	{"id", JSON_WANT_STRING, offsetof(struct listed, id), false, 48},
};

/* Takes request. done: the text on top; NULL for none */
static enum cli_exit ask(struct cli *cli, struct json_object *request, const char *done)
{
	cleanup(json_put) struct json_object *reply = NULL;
	struct listed listed = {0};
	struct json_error error = {0};
	struct page page;
	enum cli_exit code = ask_service(cli, request, &reply);

	if (code != CLI_EXIT_PASS) {
		return code;
	}
	if (json_decode(reply, fields, ARRAY_LEN(fields), &listed, &error) != 0 ||
		allowed_check(listed.exemptions, &error) != 0) {
		return ask_complain_answer(cli, &error);
	}
	if (cli->options.json) {
		return cli_show_json(cli, reply, CLI_EXIT_PASS);
	}
	cli_page(cli, &page);
	if (done != NULL) {
		page_text(&page, PAGE_BLOCK(.style = TERM_BOLD), done,
			{"id", listed.id ? listed.id : cli->options.end});
	}
	if (json_object_array_length(listed.exemptions) == 0) {
		page_text(&page, PAGE_BLOCK(0), "cli.exempt.none");
	}
	allowed_show(&page, listed.exemptions);
	return cli_show(cli, &page, CLI_EXIT_PASS);
}

/* "recording, camera, ..." of what may be said */
static enum cli_exit complain_word(
	const struct cli *cli, const char *what, const char *word, enum exemption_list list)
{
	cleanup(str_finish) struct str words = {0};
	int r = 0;

	for (size_t i = 0; r == 0 && exemption_word(list, i); i++) {
		r = str_appendf(&words, "%s%s", i > 0 ? ", " : "", exemption_word(list, i));
	}
	return cli_complain(cli, CLI_EXIT_USAGE, "cli.usage.word", {"option", what}, {"word", word},
		{"words", words.p ? words.p : ""});
}

static enum cli_exit complain_feature(const struct cli *cli, const char *word)
{
	cleanup(str_finish) struct str words = {0};
	int r = 0;

	for (int i = EXEMPTION_NO_FEATURE + 1; r == 0 && i < EXEMPTION_FEATURE_COUNT; i++) {
		r = str_appendf(&words, "%s%s", words.len > 0 ? ", " : "",
			exemption_feature_word((enum exemption_feature)i));
	}
	return cli_complain(cli, CLI_EXIT_USAGE, "cli.usage.word", {"option", "FEATURE"},
		{"word", word}, {"words", words.p ? words.p : ""});
}

/* A list with commas; NULL when out of memory, with the first wrong word in ret_wrong */
static struct json_object *persons_read(const char *text, struct str *wrong)
{
	struct json_object *array = json_object_new_array();
	struct span rest = span_z(text), part;

	while (array && wrong->len == 0 && span_next(&rest, ',', &part)) {
		cleanup(free_ptr) char *word = span_dup(span_trim(part));
		struct json_object *value = word ? json_object_new_string(word) : NULL;

		if (word && !exemption_word_known(EXEMPTION_PERSONS, word)) {
			(void)!str_append_z(wrong, *word != '\0' ? word : ",");
		}
		if (!value || json_object_array_add(array, value) != 0) {
			json_object_put(value);
			json_put(&array);
		}
	}
	return array;
}

struct wish {
	int64_t start_s, end_s; /* start 0: as soon as may be */
	struct json_object *persons;
};

static struct json_object *request_make(const struct cli *cli, const struct wish *wish)
{
	struct json_build body = json_build_object();
	cleanup(json_put) struct json_object *request = service_request("exempt-give");
	struct json_object *exemption = NULL;

	json_build_int(&body, "end", wish->end_s);
	json_build_string(&body, "feature", cli->options.operands[0]);
	json_build_share(&body, "persons", wish->persons);
	json_build_string(&body, "purpose", cli->options.purpose);
	if (wish->start_s > 0) {
		json_build_int(&body, "start", wish->start_s);
	}
	if (json_build_finish(&body, &exemption) < 0) {
		return NULL;
	}
	if (!request || json_object_object_add(request, "exemption", exemption) != 0) {
		json_object_put(exemption);
		return NULL;
	}
	return TAKE_PTR(request);
}

static enum cli_exit times_read(const struct cli *cli, struct wish *wish)
{
	const struct options *options = &cli->options;
	int64_t now_s = cli->now.wall_s;

	if (options->from && moment_parse(options->from, now_s, false, &wish->start_s) < 0) {
		return cli_complain(cli, CLI_EXIT_USAGE, "cli.usage.moment", {"option", "--from"},
			{"text", options->from});
	}
	if (moment_parse(options->until, now_s, true, &wish->end_s) < 0) {
		return cli_complain(cli, CLI_EXIT_USAGE, "cli.usage.moment", {"option", "--until"},
			{"text", options->until});
	}
	return CLI_EXIT_PASS;
}

static enum cli_exit words_read(const struct cli *cli, struct wish *wish)
{
	const struct options *options = &cli->options;
	cleanup(str_finish) struct str wrong = {0};
	enum exemption_feature feature;

	if (exemption_feature_parse(options->operands[0], &feature) < 0) {
		return complain_feature(cli, options->operands[0]);
	}
	if (!exemption_word_known(EXEMPTION_PURPOSES, options->purpose)) {
		return complain_word(cli, "--purpose", options->purpose, EXEMPTION_PURPOSES);
	}
	wish->persons = persons_read(options->persons, &wrong);
	if (wrong.len > 0) {
		return complain_word(cli, "--for", wrong.p, EXEMPTION_PERSONS);
	}
	return wish->persons ? CLI_EXIT_PASS : cli_complain_errno(cli, "cli.do.ask", -ENOMEM);
}

static enum cli_exit give(struct cli *cli)
{
	struct wish wish = {0};
	enum cli_exit code = words_read(cli, &wish);

	if (code == CLI_EXIT_PASS) {
		code = times_read(cli, &wish);
	}
	if (code == CLI_EXIT_PASS) {
		code = ask(cli, request_make(cli, &wish), "cli.exempt.given");
	}
	json_object_put(wish.persons);
	return code;
}

static enum cli_exit end(struct cli *cli)
{
	struct json_object *request = service_request("exempt-end");

	if (request && service_request_add(request, "id", cli->options.end) < 0) {
		json_put(&request);
	}
	return ask(cli, request, "cli.exempt.ended-now");
}

static enum cli_exit run(struct cli *cli)
{
	const struct options *options = &cli->options;
	bool gives = options->n_operands > 0;
	bool any = options->persons || options->purpose || options->until || options->from;

	if (gives && options->persons && options->purpose && options->until && !options->end) {
		return give(cli);
	}
	if (gives || any) {
		return cli_complain(cli, CLI_EXIT_USAGE, "cli.usage.exempt");
	}
	return options->end ? end(cli) : ask(cli, service_request("exempt"), NULL);
}

const struct cli_command command_exempt = {
	.name = "exempt",
	.run = run,
	.help = "cli.command.exempt",
	.operands = "[FEATURE]",
	.operands_max = 1,
	.options =
		OPTION_END | OPTION_FOR | OPTION_FROM | OPTION_JSON | OPTION_PURPOSE | OPTION_UNTIL,
};
