/* SPDX-License-Identifier: Apache-2.0 */
/* document: a notice or a template, filled from the settings, to be printed. */
#include "cmd.h"

#include "args.h"
#include "config.h"
#include "documents.h"
#include "log.h"
#include "state.h"

#include <stdio.h>
#include <string.h>

struct opened {
	struct state state;
	struct store *store;
	struct files *files;
};

static void opened_finish(struct opened *opened)
{
	files_free(opened->files);
	store_close(opened->store);
	state_finish(&opened->state);
}

static bool open_all(const char *path, const char *data, struct opened *opened)
{
	char folder[STATE_PATH_MAX];
	const char *error = NULL;
	int r = state_open(path, false, &opened->state);

	if (r < 0) {
		log_error("could not open %s: %s", path,
			r == -EPERM ? "it must belong to you, and to nobody else" : strerror(-r));
		return false;
	}
	r = state_open_store(&opened->state, STORE_READ, &opened->store, &error);
	if (r != 0) {
		log_error("could not open the store in %s: %s", path, error);
		return false;
	}
	snprintf(folder, sizeof(folder), "%s/documents", data);
	r = files_load(folder, &opened->files);
	if (r < 0) {
		log_error("could not read the documents in %s: %s", folder, strerror(-r));
	}
	return r == 0;
}

int cmd_document(int argc, char **argv)
{
	cleanup(opened_finish) struct opened opened = {.state.fd = -1};
	cleanup(str_finish) struct str out = {.max = DOCUMENTS_BYTES_MAX};
	const char *path = CARETAKER_SERVER_STATEDIR, *data = CARETAKER_DATADIR, *name = NULL;
	const char *language = NULL, *format = "text";
	const struct args_option options[] = {
		{"data", ARGS_TEXT, &data, 0, 0},
		{"format", ARGS_TEXT, &format, 0, 0},
		{"language", ARGS_TEXT, &language, 0, 0},
		{"state", ARGS_TEXT, &path, 0, 0},
	};
	int r;

	if (!args_parse(argc, argv, options, ARRAY_LEN(options), &name, 1)) {
		return CMD_USAGE;
	}
	if (!name || (strcmp(format, "text") != 0 && strcmp(format, "html") != 0)) {
		log_error("which document? --format takes text or html");
		return CMD_USAGE;
	}
	if (!open_all(path, data, &opened)) {
		return CMD_FAILED;
	}
	r = documents_write(opened.files, opened.store, name, language,
		strcmp(format, "html") == 0 ? DOCUMENTS_HTML : DOCUMENTS_TEXT, &out);
	if (r != 0) {
		log_error("could not write the document %s: %s", name,
			r == DOCUMENTS_E_UNKNOWN ? "there is none of this name in this language"
						 : strerror(-r));
		return CMD_FAILED;
	}
	printf("%s", out.p);
	return CMD_OK;
}
