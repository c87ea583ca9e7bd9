/* SPDX-License-Identifier: Apache-2.0 */
/* caretaker-server: the school endpoint. */
#include "cmd.h"

#include "config.h"
#include "log.h"

#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>

static const struct {
	const char *name;
	int (*run)(int argc, char **argv);
	const char *help;
} commands[] = {
	{"accounts", cmd_accounts,
		"[list | invite --role ROLE [--group NAME] | renew NAME | reset-factor NAME | end "
		"NAME] "
		"[--url URL]: who may sign in"},
	{"admin-link", cmd_admin_link,
		"[--url URL]: print a one-time link that makes an administrator"},
	{"audit", cmd_audit, "[--format csv|json]: print the audit log"},
	{"backup", cmd_backup, "DIR: copy keys and store, also while they are served"},
	{"check", cmd_check,
		"[--follows NUMBER:HASH]: look whether keys, store, policies and audit log are "
		"sound"},
	{"dispute", cmd_dispute,
		"DEVICE CONTROL [--reason REASON|settled]: mark a result as disputed"},
	{"document", cmd_document,
		"NAME [--language LANGUAGE] [--format text|html]: print a notice or a template, "
		"filled "
		"from the settings"},
	{"erase", cmd_erase, "DEVICE...: delete all that is held of these devices"},
	{"export", cmd_export,
		"DEVICE... [--format json|text] [--language LANGUAGE]: print all that is held of "
		"these devices"},
	{"found", cmd_found, "DEVICE...: take reports of a lost device again"},
	{"init", cmd_init, "[--name NAME]...: make keys, certificate, store and policies"},
	{"lost", cmd_lost, "DEVICE...: take nothing more from a device, keep what was known"},
	{"mail-login", cmd_mail_login,
		"USER | --forget yes: how to sign in to the mail relay; the password is read from "
		"standard input"},
	{"mail-test", cmd_mail_test, "[--mail-ca FILE]: send one mail now, and say how it went"},
	{"move", cmd_move, "FILE: put the store into the PostgreSQL whose address FILE holds"},
	{"policy", cmd_policy, "show [school|private] | publish FILE: policies handed out"},
	{"restore", cmd_restore, "DIR: put a backup into an empty state directory"},
	{"rotate-tls", cmd_rotate_tls,
		"[--name NAME]... [--lock-out yes]: the next key, which devices know, becomes the "
		"server's own"},
	{"serve", cmd_serve,
		"[--listen ADDR:PORT]... [--metrics ADDR:PORT] [--web DIR] [--connections N] "
		"[--deadline SECONDS] [--mail-ca FILE] [--webhook-ca FILE]: "
		"run the endpoint"},
	{"sign", cmd_sign, "FILE: sign a policy, print the signed one"},
	{"sign-child", cmd_sign_child, NULL},
	{"table", cmd_table, "NAME [--format csv|json]: print one table of the store"},
	{"token", cmd_token,
		"[--ownership school|private] [--uses N] [--days N] [--group NAME] [--url URL]: "
		"print an enrolment code"},
	{"tokens", cmd_tokens,
		"[list | make NAME --role ROLE --account NAME [--group NAME] [--days N] | end ID]: "
		"API tokens"},
	{"version", cmd_version, ": print the version"},
	{"webhook-key", cmd_webhook_key,
		": print the key that the webhook is signed with; made the first time"},
};

int cmd_version(int argc, char **argv)
{
	(void)argv;
	if (argc > 0) {
		log_error("version takes no arguments");
		return CMD_USAGE;
	}
	printf("caretaker-server %s\n", CARETAKER_VERSION);
	return CMD_OK;
}

static int usage(FILE *out, int code)
{
	fputs("usage: caretaker-server COMMAND [--state DIR] [--data DIR] ...\n", out);
	for (size_t i = 0; i < ARRAY_LEN(commands); i++) {
		if (commands[i].help) {
			fprintf(out, "  %s %s\n", commands[i].name, commands[i].help);
		}
	}
	return code;
}

int main(int argc, char **argv)
{
	static const struct rlimit no_core = {0, 0};

	log_open("caretaker-server", false);
	/* Keys and sessions are in memory: neither a dump nor a file made by chance may show them.
	 */
	(void)setrlimit(RLIMIT_CORE, &no_core);
	umask(077);
	if (argc < 2) {
		return usage(stderr, CMD_USAGE);
	}
	if (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "help") == 0) {
		return usage(stdout, CMD_OK);
	}
	for (size_t i = 0; i < ARRAY_LEN(commands); i++) {
		if (strcmp(argv[1], commands[i].name) == 0) {
			return commands[i].run(argc - 2, argv + 2);
		}
	}
	log_error("unknown command %s", argv[1]);
	return usage(stderr, CMD_USAGE);
}
