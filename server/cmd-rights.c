/* SPDX-License-Identifier: Apache-2.0 */
/* export, erase, dispute, lost, table: what families may ask, at the server's own shell. */
#include "cmd.h"

#include "args.h"
#include "audit.h"
#include "clock.h"
#include "cmd-opened.h"
#include "config.h"
#include "copy-text.h"
#include "fd.h"
#include "hooks.h"
#include "log.h"
#include "rights.h"
#include "settings.h"
#include "tables.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>

#define DEVICES_MAX 32

/* One act on one device, in a transaction with its line of the audit log */
struct act {
	const char *action;
	int (*run)(struct store *store, int64_t now_s, const char *id, const struct act *act);
	const char *control, *reason;
	bool lost;
	struct json_object *list; /* of what is exported */
	char *language;		  /* of it, the setting's when it is empty */
};

static int act_in(struct store *store, const char *name, const struct act *act)
{
	char id[REPORT_DEVICE_LEN + 1], receipt[RIGHTS_RECEIPT_LEN + 1];
	int64_t now_s = clock_read().wall_s;
	int r = rights_find(store, span_z(name), id);

	r = r != 0 ? r : rights_receipt(id, receipt);
	r = r != 0 ? r : act->run(store, now_s, id, act);
	r = r != 0 ? r : audit_append(store, now_s, "console", act->action, receipt);
	if (r == 0 && !act->list) {
		printf("%s %s\n", act->action, receipt);
	}
	return r;
}

static bool act_on(struct store *store, const char *name, const struct act *act)
{
	int r = store->ops->begin(store, true);

	r = r < 0 ? r : act_in(store, name, act);
	if (r == 0) {
		r = store->ops->commit(store);
	} else {
		store->ops->rollback(store);
	}
	if (r != 0) {
		log_error("could not do this for %s: %s", name,
			r == RIGHTS_E_UNKNOWN  ? "there is no such device, or nothing of it"
			: r == RIGHTS_E_REASON ? "the reason is explained, mended, "
						 "not-this-device or wrong-result"
					       : strerror(abs(r)));
	}
	return r == 0;
}

static int act_on_all(const char *path, const char *const *names, size_t n, struct act *act)
{
	cleanup(opened_finish) struct opened opened = {.state.fd = -1};
	int code = CMD_OK;

	if (!opened_open(path, false, STORE_WRITE, &opened)) {
		return CMD_FAILED;
	}
	for (size_t i = 0; i < n && names[i]; i++) {
		code = act_on(opened.store, names[i], act) ? code : CMD_FAILED;
	}
	/* What was deleted leaves the disk, too. */
	if (opened.store->ops->scrub(opened.store) != 0) {
		log_error("could not take what was deleted off the disk");
		code = CMD_FAILED;
	}
	return code;
}

static int run_export(struct store *store, int64_t now_s, const char *id, const struct act *act)
{
	struct json_object *body = NULL;
	int r = rights_export(store, now_s, id, &body);

	if (r == 0 && json_object_array_add(act->list, body) < 0) {
		json_object_put(body);
		r = -ENOMEM;
	}
	return r == 0 && !act->language[0] ? settings_text(store, "language", act->language) : r;
}

/* For people, one device behind the other */
static int write_text(const char *data, const struct act *act, struct str *out)
{
	cleanup(text_free_p) struct text_catalogue *texts = NULL;
	cleanup(fd_close) int datafd = fd_open_dir(AT_FDCWD, data), dirfd = -1;
	int r = datafd < 0 ? datafd : 0;

	if (r == 0) {
		dirfd = fd_open_dir(datafd, "texts");
		r = dirfd < 0 ? dirfd : text_open(dirfd, act->language, &texts);
	}
	for (size_t i = 0; r == 0 && i < json_object_array_length(act->list); i++) {
		r = i > 0 ? str_append_z(out, "\n\n") : 0;
		r = r < 0 ? r
			  : copy_text_write(texts, json_object_array_get_idx(act->list, i), out);
	}
	return r;
}

static int print_export(const char *data, bool readable, const struct act *act)
{
	cleanup(str_finish) struct str text = {.max = (size_t)256 << 20};
	int r = readable ? write_text(data, act, &text) : json_write_canonical(act->list, &text);

	if (r != 0) {
		log_error("could not write it down: %s", strerror(abs(r)));
		return CMD_FAILED;
	}
	printf("%s%s", text.p, readable ? "" : "\n");
	return CMD_OK;
}

static bool export_words_right(const char *format, const char *language)
{
	if (strcmp(format, "json") != 0 && strcmp(format, "text") != 0) {
		log_error("--format takes json or text");
		return false;
	}
	if (language && !settings_is_language(language)) {
		log_error("--language takes en, nl, pl or zh-Hant");
		return false;
	}
	return true;
}

int cmd_export(int argc, char **argv)
{
	cleanup(json_put) struct json_object *list = json_object_new_array();
	const char *path = CARETAKER_SERVER_STATEDIR, *names[DEVICES_MAX] = {NULL};
	const char *data = CARETAKER_DATADIR, *format = "json", *language = NULL;
	const struct args_option options[] = {
		{"data", ARGS_TEXT, &data, 0, 0},
		{"format", ARGS_TEXT, &format, 0, 0},
		{"language", ARGS_TEXT, &language, 0, 0},
		{"state", ARGS_TEXT, &path, 0, 0},
	};
	char chosen[SETTINGS_TEXT_MAX + 1] = "";
	struct act act = {
		.action = "device-export", .run = run_export, .list = list, .language = chosen};
	int code;

	if (!args_parse(argc, argv, options, ARRAY_LEN(options), names, DEVICES_MAX) ||
		!export_words_right(format, language)) {
		return CMD_USAGE;
	}
	if (!names[0]) {
		log_error("export takes devices, each by its label or its number");
		return CMD_USAGE;
	}
	(void)snprintf(chosen, sizeof(chosen), "%s", language ? language : "");
	code = list ? act_on_all(path, names, DEVICES_MAX, &act) : CMD_FAILED;
	return code == CMD_OK ? print_export(data, strcmp(format, "text") == 0, &act) : code;
}

static int run_erase(struct store *store, int64_t now_s, const char *id, const struct act *act)
{
	(void)act;
	return rights_erase(store, now_s, id);
}

int cmd_erase(int argc, char **argv)
{
	const char *path = CARETAKER_SERVER_STATEDIR, *names[DEVICES_MAX] = {NULL};
	const struct args_option options[] = {{"state", ARGS_TEXT, &path, 0, 0}};
	struct act act = {.action = "device-erase", .run = run_erase};

	if (!args_parse(argc, argv, options, ARRAY_LEN(options), names, DEVICES_MAX) || !names[0]) {
		log_error("erase takes devices, each by its label or its number");
		return CMD_USAGE;
	}
	return act_on_all(path, names, DEVICES_MAX, &act);
}

static int run_dispute(struct store *store, int64_t now_s, const char *id, const struct act *act)
{
	return rights_dispute(store, now_s, "console", id, act->control,
		strcmp(act->reason, "settled") == 0 ? NULL : act->reason);
}

int cmd_dispute(int argc, char **argv)
{
	const char *path = CARETAKER_SERVER_STATEDIR, *reason = "wrong-result";
	const char *words[2] = {NULL, NULL};
	const struct args_option options[] = {
		{"reason", ARGS_TEXT, &reason, 0, 0},
		{"state", ARGS_TEXT, &path, 0, 0},
	};
	struct act act = {.action = "device-dispute", .run = run_dispute};

	if (!args_parse(argc, argv, options, ARRAY_LEN(options), words, ARRAY_LEN(words)) ||
		!words[1]) {
		log_error("dispute takes a device and the id of a control");
		return CMD_USAGE;
	}
	act.control = words[1];
	act.reason = reason;
	return act_on_all(path, words, 1, &act);
}

static int run_lost(struct store *store, int64_t now_s, const char *id, const struct act *act)
{
	return rights_set_lost(store, now_s, id, act->lost);
}

static int set_lost(int argc, char **argv, bool lost)
{
	const char *path = CARETAKER_SERVER_STATEDIR, *names[DEVICES_MAX] = {NULL};
	const struct args_option options[] = {{"state", ARGS_TEXT, &path, 0, 0}};
	struct act act = {
		.action = lost ? "device-lost" : "device-found", .run = run_lost, .lost = lost};

	if (!args_parse(argc, argv, options, ARRAY_LEN(options), names, DEVICES_MAX) || !names[0]) {
		log_error("lost and found take devices, each by its label or its number");
		return CMD_USAGE;
	}
	return act_on_all(path, names, DEVICES_MAX, &act);
}

int cmd_lost(int argc, char **argv)
{
	return set_lost(argc, argv, true);
}

int cmd_found(int argc, char **argv)
{
	return set_lost(argc, argv, false);
}

static int print_chunk(struct span chunk, void *data)
{
	return fwrite(chunk.p, 1, chunk.len, data) == chunk.len ? 0 : -EIO;
}

int cmd_table(int argc, char **argv)
{
	cleanup(opened_finish) struct opened opened = {.state.fd = -1};
	const char *path = CARETAKER_SERVER_STATEDIR, *format = "csv", *name = NULL;
	const struct args_option options[] = {
		{"format", ARGS_TEXT, &format, 0, 0},
		{"state", ARGS_TEXT, &path, 0, 0},
	};
	const struct tables_table *table;
	bool csv;
	int r;

	if (!args_parse(argc, argv, options, ARRAY_LEN(options), &name, 1)) {
		return CMD_USAGE;
	}
	csv = strcmp(format, "csv") == 0;
	table = name ? tables_find(name) : NULL;
	if (!table || (!csv && strcmp(format, "json") != 0)) {
		fprintf(stderr, "table takes one of:");
		for (size_t i = 0; tables_at(i); i++) {
			fprintf(stderr, " %s", tables_name(tables_at(i)));
		}
		fprintf(stderr, "; --format is csv or json\n");
		return CMD_USAGE;
	}
	if (!opened_open(path, false, STORE_WRITE, &opened)) {
		return CMD_FAILED;
	}
	r = tables_stream(opened.store, table, csv ? TABLES_CSV : TABLES_JSON, print_chunk, stdout);
	if (r != 0 || fflush(stdout) != 0) {
		log_error("could not write the table: %s", strerror(abs(r)));
		return CMD_FAILED;
	}
	return CMD_OK;
}

int cmd_webhook_key(int argc, char **argv)
{
	cleanup(opened_finish) struct opened opened = {.state.fd = -1};
	const char *path = CARETAKER_SERVER_STATEDIR;
	const struct args_option options[] = {{"state", ARGS_TEXT, &path, 0, 0}};
	char key[HOOKS_KEY_MAX + 1];
	int r;

	if (!args_parse(argc, argv, options, ARRAY_LEN(options), NULL, 0)) {
		return CMD_USAGE;
	}
	if (!opened_open(path, false, STORE_WRITE, &opened)) {
		return CMD_FAILED;
	}
	r = opened.store->ops->begin(opened.store, true);
	r = r < 0 ? r : hooks_key(opened.store, key);
	r = r < 0 ? r : opened.store->ops->commit(opened.store);
	if (r != 0) {
		log_error("could not make the webhook's key: %s", strerror(abs(r)));
		return CMD_FAILED;
	}
	printf("%s\n", key);
	return CMD_OK;
}
