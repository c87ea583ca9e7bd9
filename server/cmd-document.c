/* SPDX-License-Identifier: Apache-2.0 */
/* document: a notice or a template, filled from the settings, to be printed. */
#include "cmd.h"

#include "args.h"
#include "cmd-opened.h"
#include "config.h"
#include "documents.h"
#include "log.h"

#include <stdio.h>
#include <string.h>

static int load_documents(const char *data, struct files **ret_files)
{
	char folder[STATE_PATH_MAX];
	int r;

	snprintf(folder, sizeof(folder), "%s/documents", data);
	r = files_load(folder, ret_files);
	if (r < 0) {
		log_error("could not read the documents in %s: %s", folder, strerror(-r));
	}
	return r;
}

int cmd_document(int argc, char **argv)
{
	cleanup(opened_finish) struct opened opened = {.state.fd = -1};
	cleanup(files_free_p) struct files *files = NULL;
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
	if (!opened_open(path, false, STORE_READ, &opened) || load_documents(data, &files) < 0) {
		return CMD_FAILED;
	}
	r = documents_write(files, opened.store, name, language,
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
