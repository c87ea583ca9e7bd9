/* SPDX-License-Identifier: Apache-2.0 */
/*
 * people.json: the last facts of each account, so that a restart before anybody signs in changes no
 * verdict. Accounts by uid, days in place of times, no name: {"format":1,"people":[{"day":wall
 * second of a midnight,"facts":{...},"local":bool,"uid":n}]}.
 */
#pragma once

#include "check.h"
#include "json.h"
#include "vec.h"

#define CLAIM_FILE "people.json"
#define CLAIM_FILE_MAX ((size_t)1 << 20)

struct claim {
	struct check_person person;
	bool local; /* /etc/passwd knew the account when it last told */
};
struct claims_list {
	VEC(struct claim) rows;
};

void claims_list_finish(struct claims_list *list);
struct claim *claims_list_find(const struct claims_list *list, uid_t uid);
/* JSON_E_* or -errno; at most CHECK_PEOPLE_MAX accounts, each uid once */
must_check int claim_file_parse(struct span text, struct claims_list *ret_list);
/* Accounts that never told anything are left out. */
must_check int claim_file_write(const struct claims_list *list, struct str *out);
