/* SPDX-License-Identifier: Apache-2.0 */
/* The subcommands of caretaker-server: each gets the words behind its name, gives an exit code. */
#pragma once

#include "base.h"

#define CMD_OK 0
#define CMD_FAILED 1
#define CMD_USAGE 64

int cmd_accounts(int argc, char **argv);
int cmd_admin_link(int argc, char **argv);
int cmd_audit(int argc, char **argv);
int cmd_backup(int argc, char **argv);
int cmd_check(int argc, char **argv);
int cmd_dispute(int argc, char **argv);
int cmd_document(int argc, char **argv);
int cmd_erase(int argc, char **argv);
int cmd_export(int argc, char **argv);
int cmd_found(int argc, char **argv);
int cmd_init(int argc, char **argv);
int cmd_lost(int argc, char **argv);
int cmd_mail_login(int argc, char **argv);
int cmd_mail_test(int argc, char **argv);
int cmd_move(int argc, char **argv);
int cmd_policy(int argc, char **argv);
int cmd_restore(int argc, char **argv);
int cmd_rotate_tls(int argc, char **argv);
int cmd_serve(int argc, char **argv);
int cmd_sign(int argc, char **argv);
int cmd_sign_child(int argc, char **argv);
int cmd_table(int argc, char **argv);
int cmd_token(int argc, char **argv);
int cmd_tokens(int argc, char **argv);
int cmd_version(int argc, char **argv);
int cmd_webhook_key(int argc, char **argv);
