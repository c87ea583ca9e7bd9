/* SPDX-License-Identifier: Apache-2.0 */
#include "switch-ask.h"

#include "ask.h"
#include "change.h"
#include "service.h"

#include <string.h>

#define COUNT_MAX 4096

struct stand {
	bool off;
	int64_t on, running, stuck;
};
static const struct json_field stand_fields[] = {
	{"off", JSON_WANT_BOOL, offsetof(struct stand, off), true, 0},
	{"on", JSON_WANT_INT, offsetof(struct stand, on), true, COUNT_MAX},
	{"running", JSON_WANT_INT, offsetof(struct stand, running), true, COUNT_MAX},
	{"stuck", JSON_WANT_INT, offsetof(struct stand, stuck), true, COUNT_MAX},
};

struct stands {
	struct json_object *camera, *microphone;
	int64_t format;
};
static const struct json_field stands_fields[] = {
	{"camera", JSON_WANT_OBJECT, offsetof(struct stands, camera), true, 0},
	{"format", JSON_WANT_INT, offsetof(struct stands, format), true, 0},
	{"microphone", JSON_WANT_OBJECT, offsetof(struct stands, microphone), true, 0},
};

static int stand_read(struct json_object *reply, const char *what, struct stand *ret_stand,
	struct json_error *error)
{
	struct stands stands = {0};
	struct stand stand = {0};
	int r = json_decode(reply, stands_fields, ARRAY_LEN(stands_fields), &stands, error);

	if (r == 0) {
		r = json_decode(strcmp(what, "camera") == 0 ? stands.camera : stands.microphone,
			stand_fields, ARRAY_LEN(stand_fields), &stand, error);
	}
	if (r == 0) {
		*ret_stand = stand;
	}
	return r;
}

/* The sentence of this kind: "cli.switch.camera.off" */
static void say(struct page *page, const char *what, const char *which, enum term_style style)
{
	cleanup(str_finish) struct str key = {0};

	page_check(page, str_appendf(&key, "cli.switch.%s.%s", what, which));
	page_text(page, PAGE_BLOCK(.style = style), key.p ? key.p : "");
}

static void stand_put(struct page *page, const char *what, const struct stand *stand)
{
	say(page, what, stand->off ? "off" : "on", TERM_BOLD);
	if (stand->off && stand->stuck > 0) {
		say(page, what, "stuck", TERM_PLAIN);
	} else if (stand->off && stand->on > 0) {
		say(page, what, "differs", TERM_PLAIN);
	}
	if (stand->running > 0) {
		say(page, what, "running", TERM_PLAIN);
	}
}

static enum cli_exit stand_code(const struct stand *stand)
{
	return stand->off && (stand->on > 0 || stand->running > 0) ? CLI_EXIT_FINDINGS
								   : CLI_EXIT_PASS;
}

static enum cli_exit look(const struct cli *cli, const char *what, struct json_object **ret_reply,
	struct stand *stand)
{
	struct json_error error = {0};
	enum cli_exit code = ask_service(cli, service_request("switches"), ret_reply);

	if (code == CLI_EXIT_PASS && stand_read(*ret_reply, what, stand, &error) != 0) {
		return ask_complain_answer(cli, &error);
	}
	return code;
}

static enum cli_exit show(const struct cli *cli, const char *what)
{
	cleanup(json_put) struct json_object *reply = NULL;
	struct stand stand;
	struct page page;
	enum cli_exit code = look(cli, what, &reply, &stand);

	if (code != CLI_EXIT_PASS) {
		return code;
	}
	if (cli->options.json) {
		return cli_show_json(cli, reply, stand_code(&stand));
	}
	cli_page(cli, &page);
	stand_put(&page, what, &stand);
	return cli_show(cli, &page, stand_code(&stand));
}

static struct json_object *request_make(const char *what, const char *to)
{
	struct json_object *request = service_request("switch");

	if (request && (service_request_add(request, "client", what) < 0 ||
			       service_request_add(request, "key", to) < 0)) {
		json_put(&request);
	}
	return request;
}

struct switched {
	struct json_object *changes;
	int64_t format;
	bool off;
};
static const struct json_field switched_fields[] = {
	{"changes", JSON_WANT_ARRAY, offsetof(struct switched, changes), true, CHANGES_MAX},
	{"format", JSON_WANT_INT, offsetof(struct switched, format), true, 0},
	{"off", JSON_WANT_BOOL, offsetof(struct switched, off), true, 0},
};

/* The same as enforce answers, for who shows it */
static struct json_object *changes_of(const struct switched *switched)
{
	struct json_object *reply = json_object_new_object();

	if (reply) {
		json_object_object_add(reply, "changes", json_object_get(switched->changes));
		json_object_object_add(reply, "format", json_object_new_int64(switched->format));
	}
	return reply;
}

static enum cli_exit tell(const struct cli *cli, const char *what, struct json_object *changes,
	const struct changes *counts)
{
	cleanup(json_put) struct json_object *reply = NULL;
	enum cli_exit code;
	struct stand stand;
	struct page page;

	code = look(cli, what, &reply, &stand);
	if (code != CLI_EXIT_PASS) {
		return code;
	}
	cli_page(cli, &page);
	changes_show(&page, changes, ask_datadir(cli));
	if (counts->done + counts->failed > 0) {
		page_gap(&page);
	}
	stand_put(&page, what, &stand);
	/* what is switched off stays so for what comes later: nobody has to ask again */
	if (stand.off && stand.on + stand.stuck + counts->done + counts->failed == 0) {
		say(&page, what, "nothing", TERM_PLAIN);
	}
	return cli_show(cli, &page, counts->failed > 0 ? CLI_EXIT_ERROR : stand_code(&stand));
}

static enum cli_exit turn(const struct cli *cli, const char *what, const char *to)
{
	cleanup(json_put) struct json_object *reply = NULL;
	cleanup(json_put) struct json_object *changes = NULL;
	struct switched switched = {0};
	struct json_error error = {0};
	struct changes counts;
	enum cli_exit code = ask_service_long(cli, request_make(what, to), &reply);

	if (code != CLI_EXIT_PASS) {
		return code;
	}
	if (json_decode(reply, switched_fields, ARRAY_LEN(switched_fields), &switched, &error) !=
		0) {
		return ask_complain_answer(cli, &error);
	}
	changes = changes_of(&switched);
	if (!changes || changes_count(changes, &counts, &error) != 0) {
		return ask_complain_answer(cli, &error);
	}
	if (cli->options.json) {
		return cli_show_json(
			cli, reply, counts.failed > 0 ? CLI_EXIT_ERROR : CLI_EXIT_PASS);
	}
	return tell(cli, what, changes, &counts);
}

enum cli_exit switch_ask(const struct cli *cli, const char *what)
{
	const char *to = cli->options.n_operands > 0 ? cli->options.operands[0] : NULL;

	if (!to) {
		return show(cli, what);
	}
	if (strcmp(to, "off") != 0 && strcmp(to, "on") != 0) {
		return cli_complain(cli, CLI_EXIT_USAGE, "cli.usage.switch", {"word", to});
	}
	return turn(cli, what, to);
}
