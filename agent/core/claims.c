/* SPDX-License-Identifier: Apache-2.0 */
#include "claims.h"

#include "accounts.h"
#include "claim-file.h"
#include "log.h"
#include "people.h"
#include "personal-json.h"
#include "signed-in.h"

#include <string.h>

#define PASSWD "etc/passwd"

struct claims {
	struct claims_setup setup;
	struct claims_list list;
	unsigned groups;
	struct signed_in *signed_in;
	struct loop_source *settle;
	bool settling;
	bool gone; /* a worker is, since people were last judged */
};

static void save(struct claims *claims)
{
	cleanup(str_finish) struct str text = {.max = CLAIM_FILE_MAX};
	int r = claim_file_write(&claims->list, &text);

	if (r == 0) {
		r = fd_write_atomic(claims->setup.state_fd, CLAIM_FILE, text.p, text.len, 0600);
	}
	if (r < 0) {
		log_error("could not save " CLAIM_FILE ": %s", strerror(-r));
	}
}

static int load(struct claims *claims)
{
	cleanup(free_ptr) char *bytes = NULL;
	size_t len;
	int r = fd_read_regular(claims->setup.state_fd, CLAIM_FILE, CLAIM_FILE_MAX, &bytes, &len);

	if (r == FD_E_MISSING) {
		return 0;
	}
	if (r == 0) {
		r = claim_file_parse((struct span){bytes, len}, &claims->list);
	}
	if (r != 0 && r != -ENOMEM) {
		log_warning("could not read " CLAIM_FILE ": starting anew");
		r = 0;
	}
	return r;
}

/* passwd: NULL when it cannot be read, which says nothing of anybody. */
static bool is_local(const char *passwd, size_t len, uid_t uid)
{
	struct span text = {passwd, len};
	struct account account;
	int r = 0;

	while (passwd && r != ACCOUNTS_E_END) {
		r = accounts_next(&text, &account);
		if (r == 0 && account.uid == uid) {
			return true;
		}
	}
	return false;
}

static bool is_over(const struct claim *claim, int64_t now_s)
{
	const struct check_person *person = &claim->person;

	return !person->answering && !person->silent &&
	       (person->said_s == 0 || now_s - person->said_s > PEOPLE_FACTS_AGE_MAX_S);
}

/* Whether any went */
static bool prune(struct claims *claims)
{
	cleanup(free_ptr) char *passwd = NULL;
	int64_t now_s = clock_read().wall_s;
	size_t len = 0, kept = 0, before = claims->list.rows.len;

	if (sysroot_read(claims->setup.root, PASSWD, ACCOUNTS_FILE_MAX, &passwd, &len) != 0) {
		passwd = NULL;
	}
	for (size_t i = 0; i < before; i++) {
		struct claim *claim = &claims->list.rows.items[i];
		bool gone = claim->local && passwd && !is_local(passwd, len, claim->person.uid);

		if (!gone && !is_over(claim, now_s)) {
			claims->list.rows.items[kept++] = *claim;
		}
	}
	claims->list.rows.len = kept;
	return kept != before;
}

static struct claim *find_or_add(struct claims *claims, uid_t uid)
{
	struct claim claim = {.person = {.uid = uid}};
	struct claim *found = claims_list_find(&claims->list, uid);

	if (found) {
		return found;
	}
	personal_init(&claim.person.facts);
	if (vec_push(&claims->list.rows, claim, CHECK_PEOPLE_MAX) < 0) {
		return NULL;
	}
	return &claims->list.rows.items[claims->list.rows.len - 1];
}

struct look {
	struct claims *claims;
	bool any; /* somebody is there for whom no worker answers */
	bool mark;
	bool changed;
};

static int look_at(uid_t uid, void *data)
{
	struct look *look = data;
	struct claim *claim = claims_list_find(&look->claims->list, uid);

	if (claim && (claim->person.answering || claim->person.silent)) {
		return 0;
	}
	look->any = true;
	if (!look->mark) {
		return 0;
	}
	claim = find_or_add(look->claims, uid);
	if (claim) {
		claim->person.silent = true;
		look->changed = true;
	}
	return 0;
}

static int arm(struct claims *claims)
{
	struct look look = {.claims = claims};
	int r = signed_in_each(claims->signed_in, look_at, &look);

	if (r == 0 && look.any) {
		claims->settling = true;
		r = loop_timer_set(claims->settle, claims->setup.settle_ms);
	}
	return r;
}

static int on_settled(struct loop_source *source, void *data)
{
	struct claims *claims = data;
	struct look look = {.claims = claims, .mark = true};
	int r = signed_in_each(claims->signed_in, look_at, &look);

	(void)source;
	/* who is gone for good is no longer told of as somebody who is there */
	look.changed = look.changed || claims->gone;
	claims->settling = claims->gone = false;
	return r == 0 && look.changed ? claims->setup.changed(claims->setup.data) : r;
}

/* A silent person who signs out: their last facts hold again. */
static void on_signed(void *data)
{
	struct claims *claims = data;
	bool changed = false;
	int r;

	vec_for_each (claim, &claims->list.rows) {
		if (claim->person.silent && !signed_in_has(claims->signed_in, claim->person.uid)) {
			claim->person.silent = false;
			changed = true;
		}
	}
	r = arm(claims);
	if (r == 0 && changed) {
		r = claims->setup.changed(claims->setup.data);
	}
	if (r < 0) {
		log_error("could not see who is signed in: %s", strerror(-r));
	}
}

int claims_new(const struct claims_setup *setup, struct claims **ret_claims)
{
	cleanup(claims_free_p) struct claims *claims = calloc(1, sizeof(*claims));
	int r;

	if (!claims) {
		return -ENOMEM;
	}
	claims->setup = *setup;
	r = load(claims);
	if (r == 0) {
		r = loop_add_timer(setup->loop, on_settled, claims, &claims->settle);
	}
	if (r == 0) {
		r = signed_in_new(setup->loop, setup->root, on_signed, claims, &claims->signed_in);
	}
	if (r == 0) {
		r = arm(claims);
	}
	if (r == 0) {
		*ret_claims = TAKE_PTR(claims);
	}
	return r;
}

/* Nobody's hours are written down: the day is what a claim's age is counted by. */
static bool stamp(struct claim *claim)
{
	int64_t now_s = clock_read().wall_s;
	bool other = now_s / CLOCK_DAY_S != claim->person.said_s / CLOCK_DAY_S;

	claim->person.said_s = now_s;
	return other;
}

void claims_free(struct claims *claims)
{
	bool other = false;

	if (!claims) {
		return;
	}
	vec_for_each (claim, &claims->list.rows) {
		other = (claim->person.answering && stamp(claim)) || other;
	}
	if (other) {
		save(claims);
	}
	signed_in_free(claims->signed_in);
	loop_source_free(claims->settle);
	claims_list_finish(&claims->list);
	free(claims);
}

void claims_free_p(struct claims **claims)
{
	claims_free(*claims);
}

void claims_want(struct claims *claims, unsigned groups)
{
	bool other = false;

	claims->groups = groups;
	vec_for_each (claim, &claims->list.rows) {
		struct personal before = claim->person.facts;

		personal_keep_groups(&claim->person.facts, groups);
		other = other || memcmp(&before, &claim->person.facts, sizeof(before)) != 0;
	}
	if (other) {
		save(claims);
	}
}

unsigned claims_wanted(const struct claims *claims)
{
	return claims->groups;
}

int claims_take(struct claims *claims, uid_t uid, const struct personal *facts)
{
	cleanup(free_ptr) char *passwd = NULL;
	struct claim *claim = find_or_add(claims, uid);
	struct personal wanted = *facts;
	size_t len = 0;
	bool other;

	if (!claim) {
		return -ENOSPC;
	}
	if (sysroot_read(claims->setup.root, PASSWD, ACCOUNTS_FILE_MAX, &passwd, &len) != 0) {
		passwd = NULL;
	}
	personal_keep_groups(&wanted, claims->groups);
	other = memcmp(&wanted, &claim->person.facts, sizeof(wanted)) != 0;
	claim->local = is_local(passwd, len, uid);
	claim->person.facts = wanted;
	if (!claim->person.answering) {
		claim->person.answering = true;
		claim->person.since_s = clock_read().wall_s;
	}
	claim->person.silent = false;
	if (stamp(claim) || other) {
		save(claims);
	}
	return claims->setup.changed(claims->setup.data);
}

int claims_worker_gone(struct claims *claims, uid_t uid)
{
	struct claim *claim = claims_list_find(&claims->list, uid);

	if (!claim || !claim->person.answering) {
		return 0;
	}
	claim->person.answering = false;
	if (stamp(claim)) {
		save(claims);
	}
	claims->gone = true;
	if (claims->settling) {
		return 0;
	}
	claims->settling = true;
	return loop_timer_set(claims->settle, claims->setup.settle_ms);
}

int claims_worker_hangs(struct claims *claims, uid_t uid)
{
	struct claim *claim = find_or_add(claims, uid);

	if (!claim) {
		return 0; /* as many as are judged are known already */
	}
	if (claim->person.answering && stamp(claim)) {
		save(claims);
	}
	claim->person.answering = false;
	claim->person.silent = true;
	return claims->setup.changed(claims->setup.data);
}

int64_t claims_lock_shortest(const struct claims *claims)
{
	int64_t shortest = 0;

	vec_for_each (claim, &claims->list.rows) {
		int64_t after_s = claim->person.facts.values[PERSONAL_LOCK_AFTER_S];

		if (after_s > 0 && (shortest == 0 || after_s < shortest)) {
			shortest = after_s;
		}
	}
	return shortest;
}

static int compare_uids(const void *a, const void *b)
{
	uid_t x = ((const struct check_person *)a)->uid, y = ((const struct check_person *)b)->uid;

	return x < y ? -1 : x > y;
}

int claims_people(struct claims *claims, struct check_person **ret_people, size_t *ret_n)
{
	struct check_person *people;
	size_t n = 0;

	if (prune(claims)) {
		save(claims);
	}
	people = calloc(claims->list.rows.len + 1, sizeof(*people));
	if (!people) {
		return -ENOMEM;
	}
	vec_for_each (claim, &claims->list.rows) {
		people[n++] = claim->person;
	}
	qsort(people, n, sizeof(*people), compare_uids);
	*ret_people = people;
	*ret_n = n;
	return 0;
}
