/* SPDX-License-Identifier: Apache-2.0 */
#include "options.h"

#include <string.h>

#define ROW(bit, name, value, help, field)                              \
	{                                                               \
		bit, name, value, help, offsetof(struct options, field) \
	}

const struct options_row options_table[] = {
	ROW(OPTION_ALL, "all", NULL, "cli.option.all", all),
	ROW(OPTION_DATA, "data", "DIR", "cli.option.data", data),
	ROW(OPTION_DELETE, "delete", NULL, "cli.option.delete", delete_files),
	ROW(OPTION_DRY_RUN, "dry-run", NULL, "cli.option.dry-run", dry_run),
	ROW(OPTION_END, "end", "ID", "cli.option.end", end),
	ROW(OPTION_FOR, "for", "WHO", "cli.option.for", persons),
	ROW(OPTION_FROM, "from", "TIME", "cli.option.from", from),
	ROW(OPTION_HELP, "help", NULL, "cli.option.help", help),
	ROW(OPTION_JSON, "json", NULL, "cli.option.json", json),
	ROW(OPTION_ONLY, "only", "ID", "cli.option.only", only),
	ROW(OPTION_PURPOSE, "purpose", "WORD", "cli.option.purpose", purpose),
	ROW(OPTION_ROOT, "root", "DIR", "cli.option.root", root),
	ROW(OPTION_SOCKET, "socket", "PATH", "cli.option.socket", socket),
	ROW(OPTION_TABLE, "table", NULL, "cli.option.table", table),
	ROW(OPTION_TOKEN_FILE, "token-file", "FILE", "cli.option.token-file", token_file),
	ROW(OPTION_UNTIL, "until", "TIME", "cli.option.until", until),
	ROW(OPTION_VERSION, "version", NULL, "cli.option.version", version),
	ROW(OPTION_WITHDRAW, "withdraw", NULL, "cli.option.withdraw", withdraw),
	ROW(OPTION_YES, "yes", NULL, "cli.option.yes", yes),
};
const size_t options_table_len = ARRAY_LEN(options_table);

static const struct options_row *row_find(struct span name)
{
	for (size_t i = 0; i < options_table_len; i++) {
		const char *row = options_table[i].name;

		if (strlen(row) == name.len && memcmp(row, name.p, name.len) == 0) {
			return &options_table[i];
		}
	}
	return NULL;
}

static int row_store(const struct options_row *row, const char *value, struct options *options)
{
	char *field = (char *)options + row->offset;

	if (options->given & row->bit) {
		return OPTIONS_E_TWICE;
	}
	options->given |= row->bit;
	if (row->value == NULL) {
		*(bool *)field = true;
	} else {
		*(const char **)field = value;
	}
	return 0;
}

/* *at is the index of the option; moves onto its value when that is the next argument. */
static int option_take(int argc, char **argv, int *at, struct options *options)
{
	const char *name = argv[*at] + 2;
	size_t len = strcspn(name, "=");
	const char *value = name[len] == '=' ? name + len + 1 : NULL;
	const struct options_row *row = row_find((struct span){name, len});

	if (row == NULL) {
		return OPTIONS_E_UNKNOWN;
	}
	if (row->value == NULL) {
		return value == NULL ? row_store(row, NULL, options) : OPTIONS_E_VALUE;
	}
	if (value == NULL) {
		if (*at + 1 >= argc) {
			return OPTIONS_E_VALUE;
		}
		value = argv[++*at];
	}
	return *value == '\0' ? OPTIONS_E_VALUE : row_store(row, value, options);
}

static int operand_take(const char *text, struct options *options)
{
	if (options->command == NULL) {
		options->command = text;
		return 0;
	}
	if (options->n_operands == OPTIONS_OPERANDS_MAX) {
		return OPTIONS_E_MANY;
	}
	options->operands[options->n_operands++] = text;
	return 0;
}

int options_parse(int argc, char **argv, struct options *ret_options, const char **ret_where)
{
	struct options options = {0};
	bool ended = false;

	for (int i = 1; i < argc; i++) {
		const char *arg = argv[i];
		int r;

		if (!ended && strcmp(arg, "--") == 0) {
			ended = true;
			continue;
		}
		if (ended || arg[0] != '-' || arg[1] == '\0') {
			r = operand_take(arg, &options);
		} else if (arg[1] != '-') {
			r = OPTIONS_E_UNKNOWN;
		} else {
			r = option_take(argc, argv, &i, &options);
		}
		if (r != 0) {
			*ret_where = arg;
			return r;
		}
	}
	*ret_options = options;
	return 0;
}
