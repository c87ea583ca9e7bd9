/* SPDX-License-Identifier: Apache-2.0 */
/* Command lines by table: --name VALUE or --name=VALUE. */
#pragma once

#include "base.h"

#define ARGS_LIST_MAX 8

enum args_kind { ARGS_TEXT, ARGS_NUMBER, ARGS_LIST };

struct args_list {
	const char *items[ARGS_LIST_MAX];
	size_t n;
};

struct args_option {
	const char *name;
	enum args_kind kind;
	void *slot; /* const char **, int64_t *, struct args_list * */
	int64_t min, max;
};

/*
 * Fills the options' slots and up to n_operands words into operands. False after one line on
 * stderr that says what is wrong: exit with 64.
 */
bool args_parse(int argc, char **argv, const struct args_option *options, size_t n,
	const char **operands, size_t n_operands);
