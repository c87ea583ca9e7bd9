/* SPDX-License-Identifier: Apache-2.0 */
#include "at-rest.h"

#include "fd.h"
#include "unit.h"

#include <fcntl.h>
#include <ftw.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

/* As /sys/dev/block shows it: NUMBER/dm/uuid, NUMBER/slaves/NAME/dev */
struct blocks {
	char path[64];
	int fd;
};

static int begin(void **state)
{
	struct blocks *blocks = calloc(1, sizeof(*blocks));

	if (!blocks) {
		return -1;
	}
	snprintf(blocks->path, sizeof(blocks->path), "/tmp/at-rest-XXXXXX");
	assert_non_null(mkdtemp(blocks->path));
	blocks->fd = open(blocks->path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	*state = blocks;
	return blocks->fd < 0;
}

static int one_remove(const char *path, const struct stat *st, int kind, struct FTW *ftw)
{
	(void)st;
	(void)kind;
	(void)ftw;
	return remove(path);
}

static int end(void **state)
{
	struct blocks *blocks = *state;

	close(blocks->fd);
	(void)nftw(blocks->path, one_remove, 16, FTW_DEPTH | FTW_PHYS);
	free(blocks);
	return 0;
}

static void put(const struct blocks *blocks, const char *path, const char *text)
{
	char copy[128];
	int fd;

	snprintf(copy, sizeof(copy), "%s", path);
	for (char *slash = strchr(copy, '/'); slash; slash = strchr(slash + 1, '/')) {
		*slash = 0;
		(void)mkdirat(blocks->fd, copy, 0700);
		*slash = '/';
	}
	fd = openat(blocks->fd, path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	assert_true(fd >= 0);
	assert_int_equal(write(fd, text, strlen(text)), (ssize_t)strlen(text));
	close(fd);
}

static enum at_rest look(const struct blocks *blocks, unsigned major, unsigned minor)
{
	return at_rest_of_device(blocks->fd, major, minor);
}

static void a_partition_is_plain(void **state)
{
	const struct blocks *blocks = *state;

	put(blocks, "8:1/size", "1000\n");
	assert_int_equal(look(blocks, 8, 1), AT_REST_PLAIN);
	assert_int_equal(look(blocks, 8, 2), AT_REST_UNSEEN);
}

static void luks_below_a_volume(void **state)
{
	const struct blocks *blocks = *state;

	put(blocks, "8:1/size", "1000\n");
	put(blocks, "254:0/dm/uuid", "CRYPT-LUKS2-0123456789abcdef0123456789abcdef-data\n");
	put(blocks, "254:0/slaves/sda1/dev", "8:1\n");
	put(blocks, "254:1/dm/uuid", "LVM-abcdefghijklmnopqrstuvwxyz012345\n");
	put(blocks, "254:1/slaves/dm-0/dev", "254:0\n");
	assert_int_equal(look(blocks, 254, 0), AT_REST_ENCRYPTED);
	assert_int_equal(look(blocks, 254, 1), AT_REST_ENCRYPTED);
}

static void one_plain_part_makes_it_plain(void **state)
{
	const struct blocks *blocks = *state;

	put(blocks, "8:1/size", "1000\n");
	put(blocks, "254:0/dm/uuid", "CRYPT-PLAIN-data\n");
	put(blocks, "9:0/slaves/dm-0/dev", "254:0\n");
	assert_int_equal(look(blocks, 9, 0), AT_REST_ENCRYPTED);
	put(blocks, "9:0/slaves/sda1/dev", "8:1\n");
	assert_int_equal(look(blocks, 9, 0), AT_REST_PLAIN);
	put(blocks, "9:1/slaves/dm-0/dev", "254:0\n");
	put(blocks, "9:1/slaves/gone/dev", "8:77\n");
	assert_int_equal(look(blocks, 9, 1), AT_REST_UNSEEN);
}

/* Nothing in the kernel does this; it must end all the same. */
static void a_circle_and_nonsense(void **state)
{
	const struct blocks *blocks = *state;

	put(blocks, "9:0/slaves/md0/dev", "9:0\n");
	assert_int_equal(look(blocks, 9, 0), AT_REST_UNSEEN);
	put(blocks, "9:1/slaves/x/dev", "nothing\n");
	assert_int_equal(look(blocks, 9, 1), AT_REST_UNSEEN);
	put(blocks, "9:2/slaves/x/other", "8:1\n");
	assert_int_equal(look(blocks, 9, 2), AT_REST_UNSEEN);
	put(blocks, "254:9/dm/uuid", "XCRYPT-LUKS2-\n");
	assert_int_equal(look(blocks, 254, 9), AT_REST_PLAIN);
}

static void what_is_no_disk_is_not_judged(void **state)
{
	int fd = open("/proc", O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	(void)state;
	assert_int_equal(at_rest_of(fd), AT_REST_UNSEEN);
	close(fd);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(a_partition_is_plain, begin, end),
		cmocka_unit_test_setup_teardown(luks_below_a_volume, begin, end),
		cmocka_unit_test_setup_teardown(one_plain_part_makes_it_plain, begin, end),
		cmocka_unit_test_setup_teardown(a_circle_and_nonsense, begin, end),
		cmocka_unit_test(what_is_no_disk_is_not_judged),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
