/* SPDX-License-Identifier: Apache-2.0 */
#include "batch.h"

#include "moment.h"
#include "tally.h"

#include <string.h>

#define SLOTS ((size_t)2 * BATCH_COUNTS_MAX)
#define FNV_BASE 2166136261U
#define FNV_PRIME 16777619U

struct count {
	char subject[POSTURE_ID_MAX + 1];
	char state[BATCH_STATE_MAX + 1];
	char team[BATCH_TEAM_MAX + 1];
	int64_t n;
};

struct rank {
	enum policy_ownership owner;
	char control[POSTURE_ID_MAX + 1];
	int64_t rank;
};

struct step {
	uint16_t count;
	int64_t n;
};

struct batch {
	struct count counts[BATCH_COUNTS_MAX];
	uint16_t slots[SLOTS]; /* of counts, from 1; 0 is none */
	size_t n_counts;
	struct step steps[BATCH_COUNTS_MAX]; /* of the job that runs */
	size_t n_steps;
	struct rank ranks[BATCH_RANKS_MAX];
	size_t n_ranks;
	bool ranks_read;
	bool hooks_read, hooks;
	int error; /* of a count that was not written: this transaction cannot be kept */
};

int batch_new(struct batch **ret_batch)
{
	struct batch *batch = calloc(1, sizeof(*batch));

	if (!batch) {
		return -ENOMEM;
	}
	*ret_batch = batch;
	return 0;
}

void batch_free(struct batch *batch)
{
	free(batch);
}

static void clear_counts(struct batch *batch)
{
	if (batch->n_counts > 0) {
		memset(batch->slots, 0, sizeof(batch->slots));
	}
	batch->n_counts = 0;
	batch->n_steps = 0;
}

void batch_clear(struct batch *batch)
{
	clear_counts(batch);
	batch->ranks_read = false;
	batch->hooks_read = false;
	batch->error = 0;
}

void batch_mark(struct batch *batch)
{
	batch->n_steps = 0;
}

void batch_undo(struct batch *batch)
{
	for (size_t i = 0; i < batch->n_steps; i++) {
		batch->counts[batch->steps[i].count].n -= batch->steps[i].n;
	}
	batch->n_steps = 0;
}

static uint32_t hash_add(uint32_t hash, const char *text)
{
	for (; *text; text++) {
		hash = (hash ^ (uint8_t)*text) * FNV_PRIME;
	}
	return hash * FNV_PRIME;
}

/* The slot of this key, or the empty one in which it has its place; half of them are empty. */
static uint16_t *find_slot(
	struct batch *batch, const char *team, const char *subject, const char *state)
{
	size_t at = hash_add(hash_add(hash_add(FNV_BASE, team), subject), state) % SLOTS;

	for (; batch->slots[at] != 0; at = (at + 1) % SLOTS) {
		const struct count *count = &batch->counts[batch->slots[at] - 1];

		if (strcmp(count->subject, subject) == 0 && strcmp(count->team, team) == 0 &&
			strcmp(count->state, state) == 0) {
			break;
		}
	}
	return &batch->slots[at];
}

bool batch_count(
	struct batch *batch, const char *team, const char *subject, const char *state, int64_t n)
{
	struct count *count;
	uint16_t *slot;

	if (batch->n_steps == BATCH_COUNTS_MAX || strlen(team) > BATCH_TEAM_MAX ||
		strlen(subject) > POSTURE_ID_MAX || strlen(state) > BATCH_STATE_MAX) {
		return false;
	}
	slot = find_slot(batch, team, subject, state);
	if (*slot == 0) {
		if (batch->n_counts == BATCH_COUNTS_MAX) {
			return false;
		}
		count = &batch->counts[batch->n_counts++];
		memset(count, 0, sizeof(*count));
		memcpy(count->subject, subject, strlen(subject));
		memcpy(count->state, state, strlen(state));
		memcpy(count->team, team, strlen(team));
		*slot = (uint16_t)batch->n_counts;
	}
	batch->counts[*slot - 1].n += n;
	batch->steps[batch->n_steps++] = (struct step){(uint16_t)(*slot - 1), n};
	return true;
}

static int by_key(const void *a, const void *b)
{
	const struct count *x = a, *y = b;
	int order = strcmp(x->subject, y->subject);

	order = order != 0 ? order : strcmp(x->state, y->state);
	return order != 0 ? order : strcmp(x->team, y->team);
}

/* Those of one subject and state, of all groups; ret_end: behind the last of them */
static int write_group(
	const struct batch *batch, struct store *store, size_t first, size_t *ret_end)
{
	const struct count *count = &batch->counts[first];
	int64_t total = 0;
	size_t i = first;
	int r = 0;

	for (; r == 0 && i < batch->n_counts &&
		strcmp(count->subject, batch->counts[i].subject) == 0 &&
		strcmp(count->state, batch->counts[i].state) == 0;
		i++) {
		total += batch->counts[i].n;
		r = batch->counts[i].n == 0
			    ? 0
			    : tally_put_team(store, batch->counts[i].team, count->subject,
				      count->state, batch->counts[i].n);
	}
	*ret_end = i;
	return r != 0 || total == 0 ? r
				    : tally_put_total(store, count->subject, count->state, total);
}

int batch_write(struct batch *batch, struct store *store)
{
	int r = batch->error;

	qsort(batch->counts, batch->n_counts, sizeof(batch->counts[0]), by_key);
	for (size_t i = 0; r == 0 && i < batch->n_counts;) {
		r = write_group(batch, store, i, &i);
	}
	clear_counts(batch);
	batch->ranks_read = false;
	batch->hooks_read = false;
	batch->error = r > 0 ? -EIO : r;
	return batch->error;
}

static int read_rank(const struct store_value *row, void *data)
{
	struct batch *batch = data;
	struct rank *rank = &batch->ranks[batch->n_ranks];
	int r = moment_parse_owner(row[0].text, &rank->owner);

	r = r < 0 ? r : store_copy(&row[1], rank->control, POSTURE_ID_MAX);
	rank->rank = row[2].n;
	batch->n_ranks += r == 0;
	return r;
}

static int compare_ranks(const void *a, const void *b)
{
	const struct rank *x = a, *y = b;

	return x->owner != y->owner ? (x->owner > y->owner) - (x->owner < y->owner)
				    : strcmp(x->control, y->control);
}

static int read_ranks(struct batch *batch, struct store *store)
{
	int r;

	batch->n_ranks = 0;
	r = store_query(store, read_rank, batch,
		"SELECT ownership, control, rank FROM severities WHERE site = $1 LIMIT $2",
		store_site(), store_int(BATCH_RANKS_MAX));
	if (r != 0) {
		return r < 0 ? r : -EIO;
	}
	qsort(batch->ranks, batch->n_ranks, sizeof(batch->ranks[0]), compare_ranks);
	batch->ranks_read = true;
	return 0;
}

int batch_hooks(struct batch *batch, struct store *store, bool *ret_hooks)
{
	int64_t n = 0;
	int r = batch->hooks_read
			? 0
			: store_query(store, store_row_int, &n,
				  "SELECT COUNT(*) FROM settings WHERE site = $1 AND name = "
				  "'webhook_url' AND value <> ''",
				  store_site());

	if (r != 0) {
		return r < 0 ? r : -EIO;
	}
	if (!batch->hooks_read) {
		batch->hooks = n > 0;
		batch->hooks_read = true;
	}
	*ret_hooks = batch->hooks;
	return 0;
}

static int ask_rank(
	struct store *store, enum policy_ownership owner, const char *control, int64_t *ret_rank)
{
	int r = store_query(store, store_row_int, ret_rank,
		"SELECT rank FROM severities WHERE site = $1 AND ownership = $2 AND control = $3",
		store_site(), store_text(moment_owner_name(owner)), store_text(control));

	return r > 0 ? -EIO : r;
}

int batch_rank(struct batch *batch, struct store *store, enum policy_ownership owner,
	const char *control, int64_t *ret_rank)
{
	struct rank key = {.owner = owner};
	const struct rank *rank;
	int r = !batch || batch->ranks_read ? 0 : read_ranks(batch, store);

	if (r != 0) {
		return r;
	}
	if (!batch || batch->n_ranks == BATCH_RANKS_MAX || strlen(control) > POSTURE_ID_MAX) {
		return ask_rank(store, owner, control, ret_rank);
	}
	memcpy(key.control, control, strlen(control));
	rank = batch->n_ranks == 0 ? NULL
				   : bsearch(&key, batch->ranks, batch->n_ranks,
					     sizeof(batch->ranks[0]), compare_ranks);
	if (rank) {
		*ret_rank = rank->rank;
	}
	return 0;
}
