/* SPDX-License-Identifier: Apache-2.0 */
/* Rows of devices as the API shows them, and a page of them under way: what the lists share. */
#pragma once

#include "fleet.h"
#include "labels.h"

/* One row as openapi's Device, and what it is sorted by; $1 site */
#define FLEET_COLUMNS                                                                          \
	"SELECT d.id, d.team, d.number, d.ownership, d.shown, d.failing, d.unknown, d.worst, " \
	"d.heard, d.enrolled, d.policy, d.heard_day "
#define FLEET_OF_ALL "FROM devices d WHERE d.site = $1 "
/* From the few of which the control is so to their devices: the order of a CROSS JOIN is SQLite's.
 */
#define FLEET_OF_FEW                                                                     \
	"FROM findings f CROSS JOIN devices d WHERE f.site = $1 AND f.control = $3 AND " \
	"f.state = $4 AND d.site = f.site AND d.id = f.device AND NOT "                  \
	"(d.shown = 'silent' AND f.state IN ('na', 'exempt')) "
#define FLEET_DEVICE_ROW FLEET_COLUMNS FLEET_OF_ALL
must_check int fleet_fill_device(struct json_object *item, const struct store_value *row);

/*
 * $2 state, $3 control, $4 its state, $5 team, $6 part of a label, $7 teams that may be seen; ''
 * leaves a filter out. A team's name has no sign that LIKE takes for another.
 */
#define FLEET_LABEL                                           \
	"d.team || '-' || CASE WHEN d.number < 10 THEN '00' " \
	"WHEN d.number < 100 THEN '0' ELSE '' END || CAST(d.number AS TEXT)"
#define FLEET_FILTER_REST                                      \
	"AND ($5 = '' OR d.team = $5) "                        \
	"AND ($6 = '' OR " FLEET_LABEL " LIKE $6 ESCAPE '!') " \
	"AND ($7 = '' OR $7 LIKE '%,' || d.team || ',%') "
/* With d a device: what a row says of it and of control $3, and what its text does (held-text.h) */
#define FLEET_FINDING(states)                                                            \
	"EXISTS (SELECT 1 FROM findings c WHERE c.site = d.site AND c.control = $3 AND " \
	"c.state " states " AND c.device = d.id)"
#define FLEET_PASSES                                                                             \
	"EXISTS (SELECT 1 FROM held h WHERE h.site = d.site AND h.device = d.id AND h.controls " \
	"LIKE '%\n' || $3 || ' p%')"
#define FLEET_FILTER_CONTROL                                                                                                            \
	"AND ($3 = '' OR CASE WHEN $4 = 'unknown' THEN " FLEET_FINDING(                                                                 \
		"= 'unknown'") " OR (d.shown = 'silent' AND (" FLEET_FINDING("IN ('exempt', "                                           \
									     "'na')") " OR"                                             \
										      " " FLEET_PASSES                                  \
										      ")) WHEN "                                        \
										      "$4 = "                                           \
										      "'pass' "                                         \
										      "THEN "                                           \
										      "d.shown "                                        \
										      "<> "                                             \
										      "'silent' "                                       \
										      "AND"                                             \
										      " " FLEET_PASSES                                  \
										      " WHEN $4 "                                       \
										      "IN "                                             \
										      "('exempt',"                                      \
										      " 'na') "                                         \
										      "THEN "                                           \
										      "d.shown "                                        \
										      "<> "                                             \
										      "'silent' "                                       \
										      "AND"                                             \
										      " " FLEET_FINDING("= $4") " ELSE " FLEET_FINDING( \
											      "= "                                      \
											      "$"                                       \
											      "4") " END) "
#define FLEET_FILTER_ANY "AND ($2 = '' OR d.shown = $2) " FLEET_FILTER_CONTROL FLEET_FILTER_REST
/* By the index of what devices are shown as, in the order of the list */
#define FLEET_FILTER_STATE "AND d.shown = $2 " FLEET_FILTER_CONTROL FLEET_FILTER_REST
#define FLEET_FEW_ROW FLEET_COLUMNS FLEET_OF_FEW FLEET_FILTER_FEW
#define FLEET_FILTER_FEW "AND ($2 = '' OR d.shown = $2) " FLEET_FILTER_REST
/*
 * Devices that a control or a label is asked of are few where looking all of them up costs less
 * than walking down the list until a page is full: n rows against a page's share of the fleet.
 */
#define FLEET_FEW_MAX 10000
#define FLEET_FEW_IN_TEAM 500 /* else the group's own list is shorter */
#define FLEET_FEW(n, fleet) ((n) <= FLEET_FEW_MAX && (n) * (n) <= (int64_t)FLEET_PAGE * (fleet))

#define FLEET_SORT_MAX 2000 /* devices found by a label that are sorted in memory */

#define FLEET_CURSOR_MAX (FLEET_LABEL_MAX + 21)
struct fleet_page {
	struct json_object *list;
	enum fleet_sort sort;
	size_t n;
	bool more;
	char next[FLEET_CURSOR_MAX + 1]; /* of the last device on the page */
};
/* A store_row_fn: rows past a full page say only that there are more. */
int fleet_page_read(const struct store_value *row, void *data);

/* What a list is asked for, with the text as LIKE takes it and with the devices it is about */
struct fleet_asked {
	const struct fleet_filter *filter;
	const char *like; /* "" for none */
	int64_t total;
	int64_t few_of; /* the control's own number, where one is asked for */
	int64_t fleet;	/* devices of it all */
};
/* Whether the control that is asked for makes it few */
bool fleet_few(const struct fleet_asked *asked);

/* By labels, upwards */
must_check int fleet_label_page(
	struct store *store, const struct fleet_asked *asked, struct fleet_page *page);
/* In any order of filter->sort and filter->down */
must_check int fleet_sort_page(
	struct store *store, const struct fleet_asked *asked, struct fleet_page *page);
/* The same of few devices, whose labels have a text in them */
must_check int fleet_sort_labels(struct store *store, const struct fleet_asked *asked,
	const struct label_part *part, const struct labels *labels, struct fleet_page *page);

/* In the order of FLEET_BY_STATE; NULL behind the last */
const char *fleet_state_at(size_t rank);
size_t fleet_state_rank(struct span state);
