/* SPDX-License-Identifier: Apache-2.0 */
/* An audit starts rpm once, however many of its checks ask what is installed. */
#include "rpm-installed.h"
#include "some-policy.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define DATABASE "usr/lib/sysimage/rpm/rpmdb.sqlite"

struct fake_rpm {
	unsigned asked;
	const char *says; /* NULL: it is not there */
};

static int lines_read(void *data, char **ret_lines, size_t *ret_len)
{
	struct fake_rpm *rpm = data;

	rpm->asked++;
	if (!rpm->says) {
		return FACTS_E_NO_TOOL;
	}
	*ret_lines = strdup(rpm->says);
	*ret_len = strlen(rpm->says);
	return *ret_lines ? 0 : -ENOMEM;
}

static int root_make(void **state)
{
	char path[] = "/tmp/caretaker-rpm-XXXXXX";
	struct sysroot *root = calloc(1, sizeof(*root));

	if (!root || !mkdtemp(path) || sysroot_open(path, false, root) != 0) {
		return -1;
	}
	assert_int_equal(mkdirat(root->fd, "usr", 0755), 0);
	assert_int_equal(mkdirat(root->fd, "usr/lib", 0755), 0);
	assert_int_equal(mkdirat(root->fd, "usr/lib/sysimage", 0755), 0);
	assert_int_equal(mkdirat(root->fd, "usr/lib/sysimage/rpm", 0755), 0);
	close(openat(root->fd, DATABASE, O_CREAT | O_WRONLY | O_CLOEXEC, 0644));
	assert_int_equal(faccessat(root->fd, DATABASE, F_OK, 0), 0);
	*state = root;
	return 0;
}

static int root_remove(void **state)
{
	static const char *const dirs[] = {
		"usr/lib/sysimage/rpm", "usr/lib/sysimage", "usr/lib", "usr"};
	struct sysroot *root = *state;
	char link[32], path[128];
	ssize_t len;

	snprintf(link, sizeof(link), "/proc/self/fd/%d", root->fd);
	len = readlink(link, path, sizeof(path) - 1);
	unlinkat(root->fd, DATABASE, 0);
	for (size_t i = 0; i < ARRAY_LEN(dirs); i++) {
		unlinkat(root->fd, dirs[i], AT_REMOVEDIR);
	}
	sysroot_finish(root);
	free(root);
	path[len < 0 ? 0 : len] = '\0';
	return rmdir(path);
}

static unsigned audit(const struct sysroot *root, struct fake_rpm *rpm, bool once)
{
	cleanup(policy_free_p) struct policy *policy = some_policy("\"controls\":{}");
	cleanup(rpm_installed_finish) struct rpm_installed installed = {.asked = false};
	const struct facts_live live = {.data = rpm, .rpm_packages = lines_read};
	const struct check_ctx ctx = {.root = root,
		.live = &live,
		.policy = policy,
		.now = {.wall_s = 1800000000},
		.rpm = once ? &installed : NULL};
	static const char *const asking[] = {"conf.approved-clients", "patch.browser",
		"patch.conferencing-client", "rec.screen-recorders"};

	for (size_t i = 0; i < ARRAY_LEN(asking); i++) {
		struct verdict v = {.state = POSTURE_UNKNOWN};

		assert_int_equal(check_find(asking[i])->run(&ctx, &v), 0);
	}
	return rpm->asked;
}

static void rpm_is_asked_once(void **state)
{
	struct fake_rpm rpm = {.says = "bash\t0:5.2-1\tx86_64\n"};
	struct fake_rpm again = rpm;

	assert_int_equal(audit(*state, &rpm, true), 1);
	assert_true(audit(*state, &again, false) > 1);
}

static void a_missing_rpm_is_looked_for_once(void **state)
{
	struct fake_rpm rpm = {.says = NULL}, talks = {.says = "in another language"};

	assert_int_equal(audit(*state, &rpm, true), 1);
	assert_int_equal(audit(*state, &talks, true), 1);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, root_make, root_remove)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(rpm_is_asked_once),
		TEST(a_missing_rpm_is_looked_for_once),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
