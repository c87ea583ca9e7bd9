/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the managed policy of a browser has to say, as a table: one row per key. A value of another
 * type counts as none, as it does for the browsers (tests/browser shows it of real ones).
 */
#pragma once

#include "browsers.h"

/* For which browsers a row was proved, or read in their makers' reference */
enum browser_families {
	BROWSERS_CHROMIUM = 1 << 0, /* Chromium, Google Chrome, Brave */
	BROWSERS_EDGE = 1 << 1,	    /* has other services behind some of Chromium's keys */
	BROWSERS_FIREFOX = 1 << 2,
};

enum browser_value {
	BROWSER_TRUE,
	BROWSER_FALSE,
	BROWSER_NUMBER, /* low to high */
	BROWSER_WORD,
	BROWSER_PREF_TRUE, /* of Firefox: a preference that is locked at this value */
	BROWSER_PREF_FALSE,
};

struct browser_rule {
	unsigned families;
	unsigned way;	 /* all rows of one way hold: kept. Way 0: any row that holds opens. */
	const char *key; /* members joined by '/' */
	enum browser_value value;
	int64_t low, high;
	const char *word;
};
#define BROWSER_WAYS_MAX 8

enum browser_answer {
	BROWSER_KEPT,	/* the policy says what is wanted, and the person cannot change it */
	BROWSER_UNSET,	/* it leaves the matter to the browser and the person */
	BROWSER_HIDDEN, /* no rule is known for this browser, or it is managed from elsewhere too */
	BROWSER_STRANGE, /* it says something that is not understood */
	BROWSER_OPEN,	 /* it says the contrary */
};

/* policies may be NULL: nothing is set. */
enum browser_answer browser_rules_answer(const struct browser_seen *seen,
	struct json_object *policies, const struct browser_rule *rules, size_t n);

/* Exactly this boolean, or this whole number */
bool browser_bool_is(struct json_object *value, bool wanted);
bool browser_int_is(struct json_object *value, int64_t wanted);
bool browser_text_is(struct json_object *value, const char *text);
/* 0 for anything but a list */
size_t browser_list_len(struct json_object *list);
/* Whether a list has this text; entries that are no text count for nothing. */
bool browser_list_has(struct json_object *list, struct span text);
/* As Firefox takes booleans: 0 and 1 too, and since some release the words */
bool browser_firefox_bool_is(
	const struct browser_seen *seen, struct json_object *value, bool wanted);
