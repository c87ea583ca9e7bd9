/* SPDX-License-Identifier: Apache-2.0 */
/* What caretakerd keeps of people's facts: over a restart, when a worker goes, when an account
 * goes. */
#include "claims.h"
#include "unit.h"

#include "claim-file.h"
#include "people.h"

#include <fcntl.h>
#include <ftw.h>
#include <sys/stat.h>

#define DESKTOP (1U << PERSONAL_GROUP_DESKTOP)
#define ANA 1000
#define LI 1001

struct fixture {
	char dir[32];
	struct sysroot root;
	int state_fd;
	struct loop *loop;
	struct claims *claims;
	int changes; /* counted by changed */
	int wanted;  /* the count that ends the loop */
};

static int changed(void *data)
{
	struct fixture *f = data;

	if (++f->changes == f->wanted) {
		loop_quit(f->loop, 0);
	}
	return 0;
}

static void claims_start(struct fixture *f)
{
	const struct claims_setup setup = {.loop = f->loop,
		.root = &f->root,
		.state_fd = f->state_fd,
		.settle_ms = 1,
		.changed = changed,
		.data = f};

	assert_int_equal(claims_new(&setup, &f->claims), 0);
	claims_want(f->claims, DESKTOP);
}

static void claims_restart(struct fixture *f)
{
	claims_free(f->claims);
	claims_start(f);
}

static void file_write(const struct fixture *f, const char *path, const char *text)
{
	int fd = openat(f->root.fd, path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);

	assert_true(fd >= 0 && write(fd, text, strlen(text)) == (ssize_t)strlen(text));
	close(fd);
}

static void dir_make(const struct fixture *f, const char *path)
{
	assert_int_equal(mkdirat(f->root.fd, path, 0755), 0);
}

static int setup(void **state)
{
	struct fixture *f = calloc(1, sizeof(*f));

	assert_non_null(f);
	snprintf(f->dir, sizeof(f->dir), "/tmp/claims-XXXXXX");
	assert_non_null(mkdtemp(f->dir));
	assert_int_equal(sysroot_open(f->dir, false, &f->root), 0);
	dir_make(f, "etc");
	dir_make(f, "run");
	dir_make(f, "run/systemd");
	dir_make(f, "run/systemd/users");
	dir_make(f, "state");
	file_write(f, "etc/passwd",
		"root:x:0:0::/root:/bin/sh\nana:x:1000:1000::/home/ana:/bin/sh\n"
		"li:x:1001:1001::/home/li:/bin/sh\n");
	f->state_fd = openat(f->root.fd, "state", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	assert_true(f->state_fd >= 0);
	assert_int_equal(loop_new(&f->loop), 0);
	claims_start(f);
	*state = f;
	return 0;
}

static int one_remove(const char *path, const struct stat *st, int kind, struct FTW *ftw)
{
	(void)st;
	(void)kind;
	(void)ftw;
	return remove(path);
}

static int teardown(void **state)
{
	struct fixture *f = *state;

	claims_free(f->claims);
	loop_free(f->loop);
	close(f->state_fd);
	sysroot_finish(&f->root);
	nftw(f->dir, one_remove, 16, FTW_DEPTH | FTW_PHYS);
	free(f);
	return 0;
}

static void tell(struct fixture *f, uid_t uid, int64_t seconds)
{
	struct personal facts;

	personal_init(&facts);
	facts.values[PERSONAL_LOCK_AFTER_S] = seconds;
	assert_int_equal(claims_take(f->claims, uid, &facts), 0);
}

/* The only person known; the values are copied. */
static struct check_person only(struct fixture *f)
{
	struct check_person *people = NULL, one = {0};
	size_t n = 0;

	assert_int_equal(claims_people(f->claims, &people, &n), 0);
	assert_int_equal(n, 1);
	one = people[0];
	free(people);
	return one;
}

static size_t count(struct fixture *f)
{
	struct check_person *people = NULL;
	size_t n = 0;

	assert_int_equal(claims_people(f->claims, &people, &n), 0);
	free(people);
	return n;
}

static void run_until(struct fixture *f, int changes)
{
	f->wanted = f->changes + changes;
	assert_int_equal(loop_run(f->loop), 0);
}

static void a_claim_is_known(void **state)
{
	struct fixture *f = *state;
	struct check_person person;

	assert_int_equal(count(f), 0);
	tell(f, ANA, 300);
	person = only(f);
	assert_int_equal(person.uid, ANA);
	assert_true(person.answering);
	assert_false(person.silent);
	assert_int_equal(person.facts.values[PERSONAL_LOCK_AFTER_S], 300);
	assert_int_equal(person.facts.values[PERSONAL_LOCK_FIXED], PERSONAL_NOT_SEEN);
	assert_int_equal(f->changes, 1);
}

static void a_claim_outlives_a_restart(void **state)
{
	struct fixture *f = *state;
	struct check_person person;
	struct stat st;

	tell(f, LI, 600);
	tell(f, ANA, 300);
	claims_restart(f);
	assert_int_equal(count(f), 2);
	assert_int_equal(fstatat(f->state_fd, CLAIM_FILE, &st, 0), 0);
	assert_int_equal(st.st_mode & 07777, 0600);
	file_write(f, "etc/passwd", "ana:x:1000:1000::/home/ana:/bin/sh\n");
	person = only(f);
	assert_int_equal(person.uid, ANA);
	assert_false(person.answering);
	assert_int_equal(person.facts.values[PERSONAL_LOCK_AFTER_S], 300);
	/* the day, and not the hour, is what was kept */
	assert_int_equal(person.said_s % CLOCK_DAY_S, 0);
}

static void an_account_of_a_directory_stays(void **state)
{
	struct fixture *f = *state;

	tell(f, 5000, 300);
	claims_restart(f);
	assert_int_equal(only(f).uid, 5000);
}

static void old_claims_go(void **state)
{
	struct fixture *f = *state;
	char text[256];
	int64_t day_s = clock_read().wall_s / CLOCK_DAY_S * CLOCK_DAY_S;

	snprintf(text, sizeof(text),
		"{\"format\":1,\"people\":[{\"day\":%lld,\"facts\":{},\"local\":true,"
		"\"uid\":1000}]}",
		(long long)(day_s - PEOPLE_FACTS_AGE_MAX_S - CLOCK_DAY_S));
	file_write(f, "state/" CLAIM_FILE, text);
	claims_restart(f);
	assert_int_equal(count(f), 0);
}

static void a_torn_file_is_forgotten(void **state)
{
	struct fixture *f = *state;

	tell(f, ANA, 300);
	claims_free(f->claims);
	file_write(f, "state/" CLAIM_FILE, "{\"format\":1,\"people\":[{\"day\"");
	claims_start(f);
	assert_int_equal(count(f), 0);
}

static void what_is_not_wanted_is_forgotten(void **state)
{
	struct fixture *f = *state;

	tell(f, ANA, 300);
	claims_want(f->claims, 0);
	assert_int_equal(only(f).facts.values[PERSONAL_LOCK_AFTER_S], PERSONAL_NOT_SEEN);
	claims_restart(f);
	assert_int_equal(only(f).facts.values[PERSONAL_LOCK_AFTER_S], PERSONAL_NOT_SEEN);
	claims_want(f->claims, 1U << PERSONAL_GROUP_BACKUP);
	tell(f, ANA, 300);
	assert_int_equal(only(f).facts.values[PERSONAL_LOCK_AFTER_S], PERSONAL_NOT_SEEN);
}

static void a_worker_that_goes_with_its_person_keeps_the_claim(void **state)
{
	struct fixture *f = *state;

	tell(f, ANA, 300);
	assert_int_equal(claims_worker_gone(f->claims, ANA), 0);
	assert_false(only(f).answering);
	assert_false(only(f).silent);
}

static void one_who_is_there_without_a_worker_is_silent(void **state)
{
	struct fixture *f = *state;

	dir_make(f, "run/systemd/users/1000");
	tell(f, ANA, 300);
	assert_int_equal(claims_worker_gone(f->claims, ANA), 0);
	assert_false(only(f).silent);
	run_until(f, 1);
	assert_true(only(f).silent);
	/* and no longer, once they are gone */
	assert_int_equal(unlinkat(f->root.fd, "run/systemd/users/1000", AT_REMOVEDIR), 0);
	run_until(f, 1);
	assert_false(only(f).silent);
	assert_int_equal(only(f).facts.values[PERSONAL_LOCK_AFTER_S], 300);
}

static void one_whose_worker_hangs_is_silent_until_it_tells(void **state)
{
	struct fixture *f = *state;

	dir_make(f, "run/systemd/users/1000");
	tell(f, ANA, 300);
	assert_int_equal(claims_worker_hangs(f->claims, ANA), 0);
	assert_true(only(f).silent);
	assert_false(only(f).answering);
	tell(f, ANA, 300);
	assert_false(only(f).silent);
	assert_true(only(f).answering);
	/* one that never told anything is known of from then on */
	assert_int_equal(claims_worker_hangs(f->claims, LI), 0);
	assert_int_equal(f->changes, 4);
}

static void the_shortest_time_is_somebodys(void **state)
{
	struct fixture *f = *state;

	assert_int_equal(claims_lock_shortest(f->claims), 0);
	tell(f, ANA, PERSONAL_ABSENT);
	assert_int_equal(claims_lock_shortest(f->claims), 0);
	tell(f, ANA, 300);
	tell(f, LI, 120);
	assert_int_equal(claims_lock_shortest(f->claims), 120);
}

static void one_who_never_answered_is_silent(void **state)
{
	struct fixture *f = *state;

	dir_make(f, "run/systemd/users/1001");
	dir_make(f, "run/systemd/users/115"); /* the sign-in screen's own */
	run_until(f, 1);
	assert_int_equal(only(f).uid, LI);
	assert_true(only(f).silent);
	assert_int_equal(only(f).said_s, 0);
	tell(f, LI, 300);
	assert_false(only(f).silent);
}

static void one_who_was_there_before_the_start_is_silent(void **state)
{
	struct fixture *f = *state;

	tell(f, ANA, 300);
	dir_make(f, "run/systemd/users/1000");
	claims_restart(f);
	run_until(f, 1);
	assert_true(only(f).silent);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
	const struct CMUnitTest tests[] = {
		TEST(a_claim_is_known),
		TEST(a_claim_outlives_a_restart),
		TEST(an_account_of_a_directory_stays),
		TEST(old_claims_go),
		TEST(a_torn_file_is_forgotten),
		TEST(what_is_not_wanted_is_forgotten),
		TEST(a_worker_that_goes_with_its_person_keeps_the_claim),
		TEST(one_who_is_there_without_a_worker_is_silent),
		TEST(one_whose_worker_hangs_is_silent_until_it_tells),
		TEST(the_shortest_time_is_somebodys),
		TEST(one_who_never_answered_is_silent),
		TEST(one_who_was_there_before_the_start_is_silent),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
