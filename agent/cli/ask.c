/* SPDX-License-Identifier: Apache-2.0 */
#include "ask.h"

#include "baseline.h"
#include "check.h"
#include "config.h"
#include "judge.h"
#include "service.h"

#include <string.h>

const char *ask_socket(const struct cli *cli)
{
	return cli->options.socket ? cli->options.socket : CARETAKER_RUNDIR "/control.sock";
}

const char *ask_datadir(const struct cli *cli)
{
	return cli->options.data ? cli->options.data : CARETAKER_DATADIR;
}

/* The text of an error code, or what the service itself said about a code without one. */
static enum cli_exit complain_refusal(const struct cli *cli, const struct service_refusal *refusal)
{
	cleanup(str_finish) struct str key = {0};

	if (str_appendf(&key, "error.%s", refusal->code) == 0 && text_has(cli->texts, key.p)) {
		return cli_complain(cli, CLI_EXIT_ERROR, key.p);
	}
	return cli_complain(cli, CLI_EXIT_ERROR, "cli.error.refused", {"code", refusal->code},
		{"text", refusal->text});
}

enum cli_exit ask_complain_outcome(
	const struct cli *cli, int r, const struct service_refusal *refusal)
{
	static const char *const keys[] = {
		[SERVICE_E_ABSENT] = "cli.error.service-absent",
		[SERVICE_E_DENIED] = "cli.error.service-denied",
		[SERVICE_E_TIMEOUT] = "cli.error.service-timeout",
		[SERVICE_E_CLOSED] = "cli.error.service-closed",
		[SERVICE_E_PROTOCOL] = "cli.error.service-protocol",
	};

	if (r < 0) {
		return cli_complain_errno(cli, "cli.do.ask", r);
	}
	if (r == SERVICE_E_REFUSED) {
		return complain_refusal(cli, refusal);
	}
	return cli_complain(cli, CLI_EXIT_ERROR, keys[r], {"socket", ask_socket(cli)});
}

static void progress_show(const char *step, int64_t done, int64_t of, void *data)
{
	const struct cli *cli = data;
	cleanup(str_finish) struct str count = {0};

	if (str_appendf(&count, "%lld/%lld", (long long)done, (long long)of) == 0) {
		cli_notice(cli, "cli.progress", {"count", count.p},
			{"step", text_get(cli->texts, step)});
	}
}

int ask_service_silently(const struct cli *cli, struct json_object *request, bool is_long,
	struct service_refusal *ret_refusal, struct json_object **ret_reply)
{
	struct service_call call = {
		.socket = ask_socket(cli),
		.timeout_ms = is_long ? SERVICE_LONG_MS : SERVICE_QUICK_MS,
		.progress = is_long ? progress_show : NULL,
		.data = (void *)cli,
	};
	int r = request != NULL ? service_ask(&call, request, ret_refusal, ret_reply) : -ENOMEM;

	json_object_put(request);
	return r;
}

enum cli_exit ask_service(
	const struct cli *cli, struct json_object *request, struct json_object **ret_reply)
{
	struct service_refusal refusal = {0};
	int r = ask_service_silently(cli, request, false, &refusal, ret_reply);

	return r == 0 ? CLI_EXIT_PASS : ask_complain_outcome(cli, r, &refusal);
}

enum cli_exit ask_service_long(
	const struct cli *cli, struct json_object *request, struct json_object **ret_reply)
{
	struct service_refusal refusal = {0};
	int r = ask_service_silently(cli, request, true, &refusal, ret_reply);

	return r == 0 ? CLI_EXIT_PASS : ask_complain_outcome(cli, r, &refusal);
}

enum cli_exit ask_complain_answer(const struct cli *cli, const struct json_error *error)
{
	return cli_complain(cli, CLI_EXIT_ERROR, "cli.error.answer", {"where", error->where},
		{"what", error->what ? error->what : ""});
}

static enum cli_exit answer_decode(
	const struct cli *cli, struct json_object *reply, struct answer *ret_answer)
{
	struct json_error error = {0};
	int r = answer_read(reply, ret_answer, &error);

	if (r < 0) {
		return cli_complain_errno(cli, "cli.do.read-answer", r);
	}
	if (r > 0) {
		return ask_complain_answer(cli, &error);
	}
	return CLI_EXIT_PASS;
}

static struct json_object *answer_request(const char *verb, const char *only)
{
	struct json_object *request = service_request(verb);

	if (request != NULL && only != NULL && service_request_add(request, "only", only) < 0) {
		json_put(&request);
		return NULL;
	}
	return request;
}

static enum cli_exit answer_get(const struct cli *cli, const char *verb, const char *only,
	bool or_judge, struct answer *ret_answer)
{
	cleanup(json_put) struct json_object *reply = NULL;
	struct service_refusal refusal = {0};
	int r = ask_service_silently(cli, answer_request(verb, only), false, &refusal, &reply);

	if (r == SERVICE_E_ABSENT && or_judge) {
		cli_notice(cli, "cli.notice.judged-here");
		return ask_judge(cli, NULL, only, ret_answer);
	}
	if (r != 0) {
		return ask_complain_outcome(cli, r, &refusal);
	}
	return answer_decode(cli, reply, ret_answer);
}

enum cli_exit ask_answer(
	const struct cli *cli, const char *verb, const char *only, struct answer *ret_answer)
{
	return answer_get(cli, verb, only, false, ret_answer);
}

enum cli_exit ask_answer_or_judge(
	const struct cli *cli, const char *verb, const char *only, struct answer *ret_answer)
{
	return answer_get(cli, verb, only, true, ret_answer);
}

enum cli_exit ask_baseline(const struct cli *cli, const char *name, struct policy **ret_policy)
{
	struct json_error error = {0};
	int r = baseline_read(ask_datadir(cli), name, ret_policy, &error);

	if (r < 0) {
		return cli_complain(cli, CLI_EXIT_ERROR, "cli.error.baseline", {"name", name},
			{"dir", ask_datadir(cli)}, {"reason", strerror(-r)});
	}
	if (r > 0) {
		return cli_complain(cli, CLI_EXIT_ERROR, "cli.error.baseline", {"name", name},
			{"dir", ask_datadir(cli)}, {"reason", error.where});
	}
	return CLI_EXIT_PASS;
}

enum cli_exit ask_judge(
	const struct cli *cli, const char *root, const char *only, struct answer *ret_answer)
{
	cleanup(policy_free_p) struct policy *policy = NULL;
	cleanup(json_put) struct json_object *json = NULL;
	struct judge judge = {.root = root, .only = only, .now = cli->now};
	enum cli_exit code = ask_baseline(cli, BASELINE_HOME, &policy);
	int r;

	if (code != CLI_EXIT_PASS) {
		return code;
	}
	judge.policy = policy;
	r = judge_machine(&judge, &json);
	if (r == JUDGE_E_NO_SYSTEM) {
		return cli_complain(cli, CLI_EXIT_ERROR, "cli.error.judge.no-system",
			{"dir", root ? root : "/"});
	}
	if (r < 0) {
		return cli_complain(cli, CLI_EXIT_ERROR, "cli.error.judge",
			{"dir", root ? root : "/"}, {"reason", strerror(-r)});
	}
	return answer_decode(cli, json, ret_answer);
}

enum cli_exit ask_control_known(const struct cli *cli, const char *id)
{
	if (check_find(id) != NULL) {
		return CLI_EXIT_PASS;
	}
	return cli_complain(cli, CLI_EXIT_USAGE, "cli.usage.control", {"id", id});
}
