/* SPDX-License-Identifier: Apache-2.0 */
/* What a caretaker-hand that stays holds against the machine as it is now. */
#include "surroundings.h"

#include "unit.h"

/* The unit is the source of the paths: what it opens or closes only where it is there. */
static void test_its_paths_are_the_units(void **state)
{
	static char unit[16384];
	FILE *file = fopen(UNIT, "re");
	size_t len, n = 0;
	const char *at = unit;

	(void)state;
	assert_non_null(file);
	len = fread(unit, 1, sizeof(unit) - 1, file);
	assert_int_equal(fclose(file), 0);
	unit[len] = '\0';
	for (const char *line = unit; line; line = at) {
		const char *end = line + strcspn(line, "\n");
		bool paths = strncmp(line, "ReadWritePaths=", 15) == 0 ||
			     strncmp(line, "ReadOnlyPaths=", 14) == 0;

		for (const char *word = line + strcspn(line, "="); paths && word < end;
			word += strcspn(word, " \n")) {
			word++;
			if (word[0] == '-') {
				const char *path;

				assert_true(n < surroundings_n_optional);
				path = surroundings_optional[n++];
				assert_int_equal(strcspn(word + 1, " \n"), strlen(path));
				assert_memory_equal(word + 1, path, strlen(path));
			}
		}
		at = *end == '\n' ? end + 1 : NULL;
	}
	assert_int_equal(n, surroundings_n_optional);
}

static uint64_t mark(const char *text)
{
	return surroundings_mark(text, strlen(text));
}

/* Lines as proc(5) shows them: a mount more of the settings counts, one elsewhere does not. */
static void test_only_mounts_of_the_settings_count(void **state)
{
	static const char plain[] = "30 1 8:1 / / ro - ext4 /dev/a rw\n"
				    "31 30 8:1 /etc /etc rw,relatime - ext4 /dev/a rw\n";
	static const char closed[] = "30 1 8:1 / / ro - ext4 /dev/a rw\n"
				     "31 30 8:1 /etc /etc rw,relatime - ext4 /dev/a rw\n"
				     "32 31 8:1 /etc/passwd /etc/passwd ro - ext4 /dev/a rw\n";
	static const char stick[] = "30 1 8:1 / / ro - ext4 /dev/a rw\n"
				    "31 30 8:1 /etc /etc rw,relatime - ext4 /dev/a rw\n"
				    "33 30 8:2 / /media/etc rw - vfat /dev/b rw\n"
				    "34 30 8:1 /etc /etcetera rw - ext4 /dev/a rw\n";

	(void)state;
	assert_int_equal(mark(plain), mark(plain));
	assert_true(mark(plain) != mark(closed));
	assert_int_equal(mark(plain), mark(stick));
	assert_int_equal(mark(""), mark("no mount at all"));
	assert_int_equal(mark("1 2 3 4 "), mark(""));
}

static void test_nothing_changed_since_it_was_opened(void **state)
{
	struct surroundings surroundings;

	(void)state;
	assert_int_equal(surroundings_open(&surroundings), 0);
	assert_false(surroundings_changed(&surroundings));
	surroundings.marks ^= 1;
	assert_true(surroundings_changed(&surroundings));
	surroundings.marks ^= 1;
	surroundings.closed ^= 1;
	assert_true(surroundings_changed(&surroundings));
	surroundings_finish(&surroundings);
	assert_int_equal(surroundings.mounts, -1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_its_paths_are_the_units),
		cmocka_unit_test(test_only_mounts_of_the_settings_count),
		cmocka_unit_test(test_nothing_changed_since_it_was_opened),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
