/* SPDX-License-Identifier: Apache-2.0 */
#include "labels.h"

#include "tally.h"
#include "vec.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define NUMBER_TEXT_MAX 24
#define TEAMS_MAX 1000000
#define DIGITS "0123456789"
#define ROWS_OF_A_RUN 8 /* to count one run costs as much as to look at so many numbers */

bool labels_read(const char *text, struct label_part *ret_part)
{
	struct label_part part = {0};
	size_t len = strlen(text), tail;
	const char *dash;

	if (len > LABELS_PART_MAX) {
		return false;
	}
	for (size_t i = 0; i < len; i++) {
		char c = text[i];

		part.text[i] = c >= 'A' && c <= 'Z' ? (char)(c | 0x20) : c;
	}
	dash = strrchr(part.text, '-');
	tail = dash ? (size_t)(dash - part.text) + 1 : 0;
	if (part.text[tail] && strspn(part.text + tail, DIGITS) == len - tail) {
		memcpy(part.head, part.text, tail);
		memcpy(part.digits, part.text + tail, len - tail);
	}
	*ret_part = part;
	return true;
}

/* Nothing of the number is needed, or the part begins in the name and ends in the number. */
enum label_fit labels_fit(const struct label_part *part, const char *team)
{
	char name[DEVICE_TEAM_MAX + 2];
	size_t len, head = strlen(part->head);

	snprintf(name, sizeof(name), "%s-", team);
	len = strlen(name);
	if (strstr(name, part->text)) {
		return LABEL_ALL;
	}
	if (!part->digits[0] || head > len) {
		return LABEL_NONE;
	}
	return strcmp(name + len - head, part->head) == 0 ? LABEL_SOME : LABEL_NONE;
}

bool labels_number_fits(const struct label_part *part, int64_t number)
{
	char text[NUMBER_TEXT_MAX];

	snprintf(text, sizeof(text), "%03" PRId64, number);
	return part->head[0] ? strncmp(text, part->digits, strlen(part->digits)) == 0
			     : strstr(text, part->digits) != NULL;
}

void labels_finish(struct labels *labels)
{
	free(labels->teams);
	*labels = (struct labels){0};
}

struct finding {
	const struct label_part *part;
	VEC(struct label_team) list;
	int64_t last; /* the highest of those whose numbers count */
};

static int read_team(const struct store_value *row, void *data)
{
	struct finding *finding = data;
	struct label_team team = {.last = row[1].n, .devices = row[2].n};
	int r = store_copy(&row[0], team.name, DEVICE_TEAM_MAX);

	if (r < 0 || team.devices <= 0 || labels_fit(finding->part, team.name) == LABEL_NONE) {
		return r;
	}
	if (team.last > finding->last) {
		finding->last = team.last;
	}
	return vec_push(&finding->list, team, TEAMS_MAX);
}

/* counts[n]: how many of the numbers up to n fit */
static uint32_t *count_numbers(const struct label_part *part, int64_t last)
{
	uint32_t *counts = calloc((size_t)last + 1, sizeof(*counts));

	for (int64_t n = 1; counts && n <= last; n++) {
		counts[n] = counts[n - 1] + labels_number_fits(part, n);
	}
	return counts;
}

struct numbers {
	uint32_t *counts; /* NULL when none were worked out */
	struct label_run runs[LABELS_RUNS_MAX];
	size_t n_runs;
	bool all_runs; /* there are no more than these */
};

static void find_runs(struct numbers *numbers, int64_t last)
{
	const uint32_t *counts = numbers->counts;

	for (int64_t n = 1; n <= last; n++) {
		if (counts[n] == counts[n - 1]) {
			continue;
		}
		if (numbers->n_runs > 0 && numbers->runs[numbers->n_runs - 1].last == n - 1) {
			numbers->runs[numbers->n_runs - 1].last = n;
		} else if (numbers->n_runs == LABELS_RUNS_MAX) {
			return;
		} else {
			numbers->runs[numbers->n_runs++] = (struct label_run){n, n};
		}
	}
	numbers->all_runs = true;
}

static int work_out(const struct label_part *part, int64_t last, struct numbers *numbers)
{
	if (!part->digits[0] || last > LABELS_NUMBER_MAX) {
		return 0;
	}
	numbers->counts = count_numbers(part, last);
	if (!numbers->counts) {
		return -ENOMEM;
	}
	find_runs(numbers, last);
	return 0;
}

static void numbers_finish(struct numbers *numbers)
{
	free(numbers->counts);
}

/* How many runs begin in a group */
static size_t runs_in(const struct numbers *numbers, int64_t last)
{
	size_t n = 0;

	while (n < numbers->n_runs && numbers->runs[n].first <= last) {
		n++;
	}
	return n;
}

static int count_runs(struct store *store, const struct numbers *numbers, size_t runs,
	const char *state, const struct label_team *team, int64_t *total)
{
	int r = 0;

	for (size_t i = 0; r == 0 && i < runs; i++) {
		int64_t n = 0;

		r = store_query(store, store_row_int, &n,
			state ? "SELECT COUNT(*) FROM devices WHERE site = $1 AND team = $2 AND "
				"number >= $4 AND number <= $5 AND shown = $3"
			      : "SELECT COUNT(*) FROM devices WHERE site = $1 AND team = $2 AND "
				"number >= $4 AND number <= $5",
			store_site(), store_text(team->name), store_text(state ? state : ""),
			store_int(numbers->runs[i].first), store_int(numbers->runs[i].last));
		*total += n;
	}
	return r;
}

struct counting {
	const struct label_part *part;
	int64_t n;
};

static int read_number(const struct store_value *row, void *data)
{
	struct counting *counting = data;

	counting->n += labels_number_fits(counting->part, row[0].n);
	return 0;
}

static int count_team(struct store *store, const struct label_part *part, const char *state,
	const struct label_team *team, const struct numbers *numbers, int64_t *total)
{
	struct counting counting = {part, 0};
	const uint32_t *counts = numbers->counts;
	size_t runs = runs_in(numbers, team->last);
	int r;

	if (labels_fit(part, team->name) == LABEL_ALL) {
		*total += team->devices;
		return 0;
	}
	if (counts && (team->devices == team->last || counts[team->last] == 0)) {
		*total += counts[team->last];
		return 0;
	}
	if (counts && numbers->all_runs && (int64_t)runs * ROWS_OF_A_RUN < team->devices) {
		return count_runs(store, numbers, runs, state, team, total);
	}
	r = store_query(store, read_number, &counting,
		state ? "SELECT number FROM devices WHERE site = $1 AND team = $2 AND shown = $3"
		      : "SELECT number FROM devices WHERE site = $1 AND team = $2",
		store_site(), store_text(team->name), store_text(state ? state : ""));
	*total += counting.n;
	return r;
}

int labels_find(struct store *store, const struct label_part *part,
	const struct fleet_filter *filter, struct labels *ret_labels)
{
	const char *team = filter->team, *reach = filter->reach, *state = filter->state;
	struct finding finding = {.part = part};
	cleanup(numbers_finish) struct numbers numbers = {0};
	int64_t total = 0;
	size_t kept = 0;
	int r = store_query(store, read_team, &finding,
		"SELECT t.name, t.last_number, COALESCE((SELECT SUM(n.devices) FROM tallies n "
		"WHERE n.site = $1 AND n.subject = '' AND n.team = t.name "
		"AND ($4 = '' OR n.state = $4)), 0) FROM teams t "
		"WHERE t.site = $1 AND ($2 = '' OR t.name = $2) "
		"AND ($3 = '' OR $3 LIKE '%,' || t.name || ',%') ORDER BY t.name",
		store_site(), store_text(team ? team : ""), store_text(reach ? reach : ""),
		store_text(state ? state : ""));

	r = r != 0 ? r : work_out(part, finding.last, &numbers);
	for (size_t i = 0; r == 0 && i < finding.list.len; i++) {
		int64_t n = 0;

		r = count_team(store, part, state, &finding.list.items[i], &numbers, &n);
		total += n;
		if (n > 0) {
			finding.list.items[kept++] = finding.list.items[i];
		}
	}
	if (r != 0) {
		vec_free(&finding.list);
		return r < 0 ? r : -EIO;
	}
	*ret_labels = (struct labels){.teams = finding.list.items, .n = kept, .total = total};
	if (numbers.all_runs) {
		memcpy(ret_labels->runs, numbers.runs, sizeof(numbers.runs));
		ret_labels->n_runs = numbers.n_runs;
	}
	return 0;
}
