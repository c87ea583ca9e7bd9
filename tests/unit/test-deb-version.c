/* SPDX-License-Identifier: Apache-2.0 */
#include "deb-version.h"
#include "str.h"
#include "unit.h"

#include <sys/wait.h>

/* Debian Policy 5.6.12, and what archives really hold; each is older than the next. */
static const char *const ascending[][2] = {
	{"1.0~rc1", "1.0"},
	{"1.0~~", "1.0~"},
	{"1.0~", "1.0"},
	{"~", ""},
	{"~~a", "~"},
	{"1.0~rc1-1", "1.0~rc1-2"},
	{"1.0", "1.0+b1"},
	{"1.0-1", "1.0-1+deb12u1"},
	{"1.0-1+deb12u1", "1.0-1+deb12u2"},
	{"1.0-1+deb12u9", "1.0-1+deb12u10"},
	{"1.9", "1.10"},
	{"1.2", "1.2.1"},
	{"1.2a", "1.2b"},
	{"1.2a", "1.2+"},
	{"1.a", "1.+"},
	{"9", "1:0"},
	{"1:9", "2:0"},
	{"1.0", "1.0-1"},
	{"1.0-1", "1.0-1.1"},
	{"1.0-1~bpo12+1", "1.0-1"},
	{"2.0-1", "10.0-1"},
	{"0.99", "1.0"},
	{"1.0-0ubuntu1", "1.0-1"},
	{"3.0.11-1~deb12u2", "3.0.17-1~deb12u2"},
	{"22.01+dfsg-8+deb12u1", "22.01+really26.02+dfsg-0+deb12u1"},
	{"1:9.2p1-2+deb12u6", "1:9.2p1-2+deb12u10"},
	{"99999999999999999998", "99999999999999999999"},
	{"1.0-a", "1.0-b"},
	{"1-1-1", "1-1-2"},
	{"a", "aa"},
	{"1.18446744073709551615", "1.18446744073709551616"},
};
static const char *const equal[][2] = {
	{"1.0", "1.0"},
	{"0:1.0", "1.0"},
	{"1.00", "1.0"},
	{"1.0-0", "1.0"},
	{"1.0-", "1.0"},
	{"001", "1"},
	{"1.0-01", "1.0-1"},
	{"", ""},
	{"1a0", "1a"},
};

static int compare(const char *a, const char *b)
{
	return deb_version_compare(span_z(a), span_z(b));
}

static void order_is_policys(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(ascending); i++) {
		if (compare(ascending[i][0], ascending[i][1]) >= 0 ||
			compare(ascending[i][1], ascending[i][0]) <= 0) {
			fail_msg("%s is not below %s", ascending[i][0], ascending[i][1]);
		}
	}
	for (size_t i = 0; i < ARRAY_LEN(equal); i++) {
		if (compare(equal[i][0], equal[i][1]) != 0) {
			fail_msg("%s is not %s", equal[i][0], equal[i][1]);
		}
	}
}

/* A small generator with a fixed seed: the same versions in each run */
static unsigned next(uint64_t *seed)
{
	*seed = *seed * UINT64_C(6364136223846793005) + 1442695040888963407U;
	return (unsigned)(*seed >> 33);
}

static void version_make(uint64_t *seed, char *text)
{
	static const char alphabet[] = "0019.+~-ab";
	size_t len = 1 + next(seed) % 8;

	*text++ = (char)('0' + next(seed) % 3); /* dpkg wants a digit first */
	if (next(seed) % 8 == 0) {
		*text++ = ':';
		*text++ = '1';
	}
	for (size_t i = 0; i < len; i++) {
		*text++ = alphabet[next(seed) % (sizeof(alphabet) - 1)];
	}
	*text++ = '1'; /* and no empty revision */
	*text = '\0';
}

static bool dpkg_below(const char *a, const char *b)
{
	pid_t pid = fork();
	int status = 0;

	if (pid == 0) {
		execl("/usr/bin/dpkg", "dpkg", "--compare-versions", a, "lt", b, (char *)NULL);
		_exit(127);
	}
	assert_true(pid > 0 && waitpid(pid, &status, 0) == pid && WIFEXITED(status));
	assert_true(WEXITSTATUS(status) == 0 || WEXITSTATUS(status) == 1);
	return WEXITSTATUS(status) == 0;
}

static void order_is_dpkgs(void **state)
{
	uint64_t seed = 20261122;

	(void)state;
	if (access("/usr/bin/dpkg", X_OK) != 0) {
		skip();
	}
	for (int i = 0; i < 300; i++) {
		char a[32], b[32];

		version_make(&seed, a);
		version_make(&seed, b);
		if ((compare(a, b) < 0) != dpkg_below(a, b)) {
			fail_msg("dpkg sees %s and %s in another order", a, b);
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(order_is_policys),
		cmocka_unit_test(order_is_dpkgs),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
