/* SPDX-License-Identifier: Apache-2.0 */
#include "cli.h"

#include <string.h>

enum cli_exit cli_complain_args(const struct cli *cli, enum cli_exit code, const char *key,
	const struct text_arg *args, size_t n)
{
	cleanup(str_finish) struct str text = {0};
	cleanup(str_finish) struct str line = {0};

	if (text_format(cli->texts, key, args, n, &text) == 0 &&
		str_append_printable(&line, (struct span){text.p, text.len}) == 0) {
		fprintf(cli->err, "caretaker: %s\n", line.p);
	} else {
		fprintf(cli->err, "caretaker: %s\n", key);
	}
	return code;
}

enum cli_exit cli_complain_errno(const struct cli *cli, const char *what, int error)
{
	return cli_complain(cli, CLI_EXIT_ERROR, "cli.error.could-not",
		{"what", text_get(cli->texts, what)}, {"reason", strerror(-error)});
}

void cli_page(const struct cli *cli, struct page *ret_page)
{
	*ret_page = (struct page){
		.term = &cli->term,
		.texts = cli->texts,
		.out = {.max = PAGE_MAX},
	};
}

enum cli_exit cli_show_bytes(const struct cli *cli, struct span bytes, enum cli_exit code)
{
	if (fwrite(bytes.p, 1, bytes.len, cli->out) != bytes.len || fflush(cli->out) != 0) {
		return cli_complain_errno(cli, "cli.do.write", -errno);
	}
	return code;
}

enum cli_exit cli_show(const struct cli *cli, struct page *page, enum cli_exit code)
{
	int error = page_error(page);

	if (error != 0) {
		code = cli_complain_errno(cli, "cli.do.write", error < 0 ? error : -EINVAL);
	} else if (page->out.len > 0) {
		code = cli_show_bytes(cli, (struct span){page->out.p, page->out.len}, code);
	}
	page_finish(page);
	return code;
}

enum cli_exit cli_show_json(const struct cli *cli, struct json_object *object, enum cli_exit code)
{
	size_t len;
	const char *text = json_object_to_json_string_length(object,
		JSON_C_TO_STRING_PRETTY | JSON_C_TO_STRING_SPACED | JSON_C_TO_STRING_NOSLASHESCAPE,
		&len);

	if (text == NULL) {
		return cli_complain_errno(cli, "cli.do.write", -ENOMEM);
	}
	code = cli_show_bytes(cli, (struct span){text, len}, code);
	return code == CLI_EXIT_ERROR ? code : cli_show_bytes(cli, span_z("\n"), code);
}
