/* SPDX-License-Identifier: Apache-2.0 */
/*
 * apt-candidates ROOT UNPACK: which version apt would take of every installed package below ROOT,
 * by the agent's own reading of files. A line each: NAME:ARCHITECTURE INSTALLED CANDIDATE STATE,
 * the candidate "-" where there is none, the state "held", "deferred" or "-". What is not to be
 * judged gives "refused STEP OUTCOME" and exit status 1.
 */
#include "apt-policy.h"

#include <stdio.h>
#include <string.h>

static int refuse(const char *step, int outcome)
{
	printf("refused %s %d\n", step, outcome);
	return 1;
}

static int candidates_print(const struct apt_policy *policy, const struct apt_packages *packages)
{
	for (size_t i = 0; i < packages->len; i++) {
		const struct apt_package *package = &packages->items[i];
		struct apt_candidate candidate;
		int r = apt_policy_choose(policy, package, &candidate);
		bool held = package->held && !policy->settings.ignore_hold;

		if (r != 0) {
			return refuse("choose", r);
		}
		printf("%s:%s %s %s %s\n", package->name,
			apt_packages_architecture(packages, package->architecture),
			package->version, candidate.version ? candidate.version : "-",
			held		     ? "held"
			: candidate.deferred ? "deferred"
					     : "-");
	}
	return 0;
}

int main(int argc, char **argv)
{
	cleanup(sysroot_finish) struct sysroot root = {.fd = -1};
	cleanup(apt_index_finish) struct apt_index index = {.n_judged = 0};
	cleanup(apt_packages_finish) struct apt_packages packages = {0};
	cleanup(apt_policy_finish) struct apt_policy policy = {.priorities = NULL};
	struct check_ctx ctx = {.root = &root};
	int r;

	if (argc != 3 || sysroot_open(argv[1], false, &root) != 0) {
		(void)fprintf(stderr, "usage: apt-candidates ROOT UNPACK\n");
		return 64;
	}
	ctx.unpack = argv[2];
	r = apt_index_read(&root, &index);
	if (r != 0) {
		return refuse("index", r);
	}
	r = apt_packages_read(&root, &packages);
	if (r != 0) {
		return refuse("packages", r);
	}
	r = apt_policy_read(&root, &index, &packages, &policy);
	if (r != 0) {
		return refuse("policy", r);
	}
	for (size_t i = 0; i < packages.len; i++) {
		packages.items[i].asked = true;
	}
	r = apt_packages_read_offers(&packages, &ctx, &index);
	return r != 0 ? refuse("offers", r) : candidates_print(&policy, &packages);
}
