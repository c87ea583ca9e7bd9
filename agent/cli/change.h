/* SPDX-License-Identifier: Apache-2.0 */
/* Changes of settings, as `plan`, `enforce` and `undo` answer them, shown as a diff. */
#pragma once

#include "cli.h"

#define CHANGES_MAX 4096

struct changes {
	size_t planned;
	size_t done; /* applied or undone */
	size_t conflicts;
	size_t failed;	   /* or refused */
	size_t unheard;	   /* accounts whose worker has not answered in time */
	int64_t confirm_s; /* it is put back after that long unless somebody confirms; 0: not */
};

/* JSON_E_* with error filled when reply is no list of changes */
must_check int changes_count(
	struct json_object *reply, struct changes *ret_changes, struct json_error *error);
/*
 * One block for each file: its path, then each key with what it was, what it becomes, why, and the
 * control that asks for it; then the guidance behind these controls, each once. datadir: where
 * policies/guidance is installed.
 */
void changes_show(struct page *page, struct json_object *reply, const char *datadir);
