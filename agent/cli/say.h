/* SPDX-License-Identifier: Apache-2.0 */
/* Sentences about an answer that several commands share. */
#pragma once

#include "answer.h"
#include "cli.h"
#include "policy.h"

/* Until when a failure does not count yet; nothing when it does. key: a text with {due} */
void say_due(struct page *page, const struct answer_verdict *verdict, const char *key);
/* The one sentence that stands on top. */
void say_headline(struct page *page, const struct answer *answer);
/* "6 fine, 2 need attention, ..." and the policy that judged */
void say_tally(struct page *page, const struct answer *answer);
/* Programs whose settings are kept, and what was put back lately. */
void say_clients(struct page *page, const struct answer *answer, int64_t now_s);
/* When the last report left, and to whom; why not, if not. */
void say_reports(struct page *page, const struct answer *answer, int64_t now_s);

/* The verdicts of a state, most urgent first. severities may be NULL. Heap; NULL with n 0 for none
 * or on out of memory, which page remembers. */
const struct answer_verdict **say_order(struct page *page, const struct answer *answer,
	enum posture_state state, const struct policy *severities, size_t *ret_n);
