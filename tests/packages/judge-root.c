/* SPDX-License-Identifier: Apache-2.0 */
/*
 * judge-root ROOT UNPACK ID [LINES]: one check on a system below ROOT, where LINES is a file with
 * what rpm said of it. Prints "STATE REASON" and each piece of evidence as "KEY VALUE".
 */
#include "check.h"

#include <fcntl.h>
#include <stdio.h>

#define LINES_MAX ((size_t)16 << 20)

static int lines_read(void *data, char **ret_lines, size_t *ret_len)
{
	cleanup(fd_close) int fd = open(data, O_RDONLY | O_CLOEXEC);

	return fd < 0 ? FACTS_E_NO_TOOL : fd_read_all(fd, LINES_MAX, ret_lines, ret_len);
}

int main(int argc, char **argv)
{
	static const char text[] = "{\"format\":1,\"name\":\"test\",\"version\":1,"
				   "\"not_before\":\"2000-01-01\",\"expires\":\"9999-12-31\","
				   "\"ownership\":\"school\",\"controls\":{}}";
	cleanup(policy_free_p) struct policy *policy = NULL;
	struct facts_live live = {.rpm_packages = lines_read};
	struct json_error error;
	struct sysroot root;
	struct check_ctx ctx = {.root = &root, .now = clock_read()};
	const struct check *check = argc > 3 ? check_find(argv[3]) : NULL;
	struct verdict v = {.state = POSTURE_UNKNOWN};

	if (!check || sysroot_open(argv[1], false, &root) != 0 ||
		policy_parse((struct span){text, sizeof(text) - 1}, &policy, &error) != 0) {
		fprintf(stderr, "judge-root ROOT UNPACK ID [LINES]\n");
		return 64;
	}
	ctx.policy = policy;
	ctx.unpack = argv[2];
	if (argc > 4) {
		live.data = argv[4];
		ctx.live = &live;
	}
	if (check->run(&ctx, &v) < 0) {
		return 1;
	}
	printf("%s %s\n", posture_state_name(v.state), posture_reason_code(v.reason));
	for (size_t i = 0; i < v.n_evidence; i++) {
		printf("%s %s\n", v.evidence[i].key, v.evidence[i].value);
	}
	sysroot_finish(&root);
	return 0;
}
