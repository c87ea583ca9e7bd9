/* SPDX-License-Identifier: Apache-2.0 */
/*
 * How commands get what they show: from caretakerd, or by judging here. Each says on stderr what
 * went wrong and returns the exit code; CLI_EXIT_PASS means that there is an answer.
 */
#pragma once

#include "answer.h"
#include "cli.h"
#include "policy.h"
#include "service.h"

const char *ask_socket(const struct cli *cli);
const char *ask_datadir(const struct cli *cli);

/* Takes request, also on failure; NULL is an out-of-memory. The caller puts the reply. */
enum cli_exit ask_service(
	const struct cli *cli, struct json_object *request, struct json_object **ret_reply);
/* SERVICE_E_* or -errno, with nothing said yet; is_long: progress on stderr, the long time limit */
must_check int ask_service_silently(const struct cli *cli, struct json_object *request,
	bool is_long, struct service_refusal *ret_refusal, struct json_object **ret_reply);
/* The same with progress on stderr and the long time limit. */
enum cli_exit ask_service_long(
	const struct cli *cli, struct json_object *request, struct json_object **ret_reply);

/* verb: "status" or "audit". only may be NULL. */
enum cli_exit ask_answer(
	const struct cli *cli, const char *verb, const char *only, struct answer *ret_answer);
/* The same; when nothing listens there, judges this machine here and says so. */
enum cli_exit ask_answer_or_judge(
	const struct cli *cli, const char *verb, const char *only, struct answer *ret_answer);
/* Judges root, NULL for this machine, in this process. */
enum cli_exit ask_judge(
	const struct cli *cli, const char *root, const char *only, struct answer *ret_answer);

/* A policy of the package: BASELINE_HOME or BASELINE_SCHOOL. */
enum cli_exit ask_baseline(const struct cli *cli, const char *name, struct policy **ret_policy);

/* SERVICE_E_* or -errno of service.h */
enum cli_exit ask_complain_outcome(
	const struct cli *cli, int r, const struct service_refusal *refusal);
/* The service's answer is not what it should be. */
enum cli_exit ask_complain_answer(const struct cli *cli, const struct json_error *error);

/* Whether id is one of ours; otherwise complains with CLI_EXIT_USAGE. */
enum cli_exit ask_control_known(const struct cli *cli, const char *id);
