/* SPDX-License-Identifier: Apache-2.0 */
/* firewall-verdict POLICY: what fw.inbound-default-deny says here and now, "STATE REASON". */
#include "check.h"
#include "fd.h"

#include <fcntl.h>
#include <stdio.h>

int main(int argc, char **argv)
{
	const struct check *check = check_find("fw.inbound-default-deny");
	cleanup(policy_free_p) struct policy *policy = NULL;
	cleanup(sysroot_finish) struct sysroot root = {.fd = -1};
	cleanup(free_ptr) char *bytes = NULL;
	cleanup(fd_close) int fd = argc > 1 ? open(argv[1], O_RDONLY | O_CLOEXEC) : -1;
	struct facts_live live;
	struct verdict verdict;
	size_t len = 0;

	if (!check || fd < 0 || fd_read_all(fd, POLICY_MAX, &bytes, &len) != 0 ||
		policy_parse((struct span){bytes, len}, &policy, NULL) != 0 ||
		sysroot_open("/", true, &root) != 0) {
		return 1;
	}
	facts_live_linux(&live);
	check_run(check,
		&(struct check_ctx){
			.root = &root, .live = &live, .policy = policy, .now = clock_read()},
		&verdict);
	printf("%s %s\n", posture_state_name(verdict.state), posture_reason_code(verdict.reason));
	return 0;
}
