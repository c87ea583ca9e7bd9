/* SPDX-License-Identifier: Apache-2.0 */
/* The log in larger pieces: others see a commit whole or not at all, and a killed writer loses none
 * that it was told of. */
#include "some-store.h"

#include <signal.h>
#include <sys/wait.h>

#define ROWS 300
#define VALUE_LEN 1000 /* so that a commit is several pieces */
#define COMMITS 150

static void fill(char text[VALUE_LEN + 1], int64_t n)
{
	memset(text, 'v', VALUE_LEN);
	text[snprintf(text, VALUE_LEN, "%08lld", (long long)n)] = 'v';
	text[VALUE_LEN] = 0;
}

static int begin_rows(struct store *store)
{
	char text[VALUE_LEN + 1], name[16];
	int r = store->ops->begin(store, true);

	fill(text, 0);
	for (int i = 0; r == 0 && i < ROWS; i++) {
		snprintf(name, sizeof(name), "row%04d", i);
		r = store_do(store, NULL,
			"INSERT INTO settings (site, name, value) VALUES ($1, $2, $3)",
			store_site(), store_text(name), store_text(text));
	}
	return r != 0 ? r : store->ops->commit(store);
}

static int change_rows(struct store *store, int64_t n)
{
	char text[VALUE_LEN + 1];
	int r = store->ops->begin(store, true);

	fill(text, n);
	return r != 0 ? r
		      : store_do(store, NULL, "UPDATE settings SET value = $2 WHERE site = $1",
				store_site(), store_text(text));
}

/* What every row says; -1 where they differ */
static int64_t rows_say(struct store *store)
{
	return some_number(store,
		"SELECT CASE WHEN COUNT(DISTINCT value) = 1 AND COUNT(*) = 300 "
		"THEN CAST(MAX(SUBSTR(value, 1, 8)) AS INTEGER) ELSE -1 END FROM settings "
		"WHERE site = $1");
}

static struct store *open_again(void **state, enum store_mode mode)
{
	const struct some_store_file *f = *state;
	struct store *store = NULL;
	const char *error = NULL;

	assert_int_equal(store_open_sqlite(f->path, mode, &store, &error), 0);
	return store;
}

/* Commits and takes back by turns, and says each number that is committed; from a process of its
 * own, which ends with its work or is killed. */
static void write_all(const char *path, int told)
{
	struct store *store = NULL;
	const char *error = NULL;
	int r = store_open_sqlite(path, STORE_WRITE, &store, &error);

	for (int64_t n = 1; r == 0 && n <= COMMITS; n++) {
		r = change_rows(store, COMMITS + n);
		store->ops->rollback(store);
		r = r != 0 ? r : change_rows(store, n);
		r = r != 0 ? r : store->ops->commit(store);
		if (r == 0 && write(told, &n, sizeof(n)) != sizeof(n)) {
			break;
		}
	}
	_exit(r != 0);
}

static pid_t begin_writer(void **state, int *ret_told)
{
	const struct some_store_file *f = *state;
	int ends[2];
	pid_t pid;

	assert_int_equal(pipe(ends), 0);
	pid = fork();
	assert_true(pid >= 0);
	if (pid == 0) {
		close(ends[0]);
		write_all(f->path, ends[1]);
	}
	close(ends[1]);
	*ret_told = ends[0];
	return pid;
}

static void others_see_each_commit_whole(void **state)
{
	int64_t last = 0, said, n;
	struct store *reader;
	int told, status;
	pid_t pid;

	assert_int_equal(begin_rows(some_store(state)), 0);
	reader = open_again(state, STORE_READ);
	pid = begin_writer(state, &told);
	while (read(told, &n, sizeof(n)) == sizeof(n)) {
		said = rows_say(reader);
		assert_in_range(said, n > last ? n : last, COMMITS);
		last = said;
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 0);
	assert_int_equal(rows_say(reader), COMMITS);
	close(told);
	store_close(reader);
}

static void a_killed_writer_loses_nothing(void **state)
{
	assert_int_equal(begin_rows(some_store(state)), 0);
	for (int64_t turn = 0; turn < 10; turn++) {
		int64_t last = 0, n;
		struct store *store;
		int told, status;
		pid_t pid = begin_writer(state, &told);

		for (int64_t i = 0; i <= turn * 7 && read(told, &n, sizeof(n)) == sizeof(n); i++) {
			last = n;
		}
		assert_int_equal(kill(pid, SIGKILL), 0);
		assert_int_equal(waitpid(pid, &status, 0), pid);
		while (read(told, &n, sizeof(n)) == sizeof(n)) {
			last = n;
		}
		close(told);
		store = open_again(state, STORE_WRITE);
		/* The one that it had no time to tell of may be there. */
		assert_in_range(rows_say(store), last, last + 1);
		store_close(store);
	}
}

static void a_commit_is_synced_before_it_is_shown(void **state)
{
	struct store *store = open_again(state, STORE_WRITE);

	assert_int_equal(some_number(store, "SELECT synchronous FROM pragma_synchronous"), 2);
	assert_int_equal(
		some_number(some_store(state), "SELECT synchronous FROM pragma_synchronous"), 2);
	store_close(store);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
			others_see_each_commit_whole, some_store_new, some_store_free),
		cmocka_unit_test_setup_teardown(
			a_killed_writer_loses_nothing, some_store_new, some_store_free),
		cmocka_unit_test_setup_teardown(
			a_commit_is_synced_before_it_is_shown, some_store_new, some_store_free),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
