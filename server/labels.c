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

static int count_team(struct store *store, const struct label_part *part,
	const struct label_team *team, const uint32_t *counts, int64_t *total)
{
	struct counting counting = {part, 0};
	int r;

	if (labels_fit(part, team->name) == LABEL_ALL) {
		*total += team->devices;
		return 0;
	}
	if (counts && (team->devices == team->last || counts[team->last] == 0)) {
		*total += counts[team->last];
		return 0;
	}
	r = store_query(store, read_number, &counting,
		"SELECT number FROM devices WHERE site = $1 AND team = $2", store_site(),
		store_text(team->name));
	*total += counting.n;
	return r;
}

int labels_find(struct store *store, const struct label_part *part, const char *team,
	const char *reach, struct labels *ret_labels)
{
	struct finding finding = {.part = part};
	cleanup(free_ptr) uint32_t *counts = NULL;
	int64_t total = 0;
	size_t kept = 0;
	int r = store_query(store, read_team, &finding,
		"SELECT t.name, t.last_number, COALESCE((SELECT SUM(n.devices) FROM tallies n "
		"WHERE n.site = $1 AND n.subject = '' AND n.team = t.name), 0) FROM teams t "
		"WHERE t.site = $1 AND ($2 = '' OR t.name = $2) "
		"AND ($3 = '' OR $3 LIKE '%,' || t.name || ',%') ORDER BY t.name",
		store_site(), store_text(team ? team : ""), store_text(reach ? reach : ""));

	if (r == 0 && part->digits[0] && finding.last <= LABELS_NUMBER_MAX) {
		counts = count_numbers(part, finding.last);
		r = counts ? 0 : -ENOMEM;
	}
	for (size_t i = 0; r == 0 && i < finding.list.len; i++) {
		int64_t n = 0;

		r = count_team(store, part, &finding.list.items[i], counts, &n);
		total += n;
		if (n > 0) {
			finding.list.items[kept++] = finding.list.items[i];
		}
	}
	if (r != 0) {
		vec_free(&finding.list);
		return r < 0 ? r : -EIO;
	}
	*ret_labels = (struct labels){finding.list.items, kept, total};
	return 0;
}
