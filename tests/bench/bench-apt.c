/* SPDX-License-Identifier: Apache-2.0 */
/*
 * bench-apt all|fixes [ROOT]: what apt knows, read once. all: the candidate of every installed
 * package, from every list; fixes: only whether the lists with fixes have a higher version.
 */
#include "apt-policy.h"

#include <stdio.h>
#include <string.h>

static int all_read(struct apt_packages *packages, const struct check_ctx *ctx,
	const struct apt_index *index, size_t *ret_n)
{
	cleanup(apt_policy_finish) struct apt_policy policy = {.priorities = NULL};
	int r = apt_policy_read(ctx->root, index, packages, &policy);

	for (size_t i = 0; i < packages->len; i++) {
		packages->items[i].asked = true;
	}
	if (r == 0) {
		r = apt_packages_read_offers(packages, ctx, index);
	}
	for (size_t i = 0; i < packages->len && r == 0; i++) {
		struct apt_candidate candidate;

		r = apt_policy_choose(&policy, &packages->items[i], &candidate);
		*ret_n += r == 0 && candidate.version &&
			  strcmp(candidate.version, packages->items[i].version) != 0;
	}
	return r;
}

static int fixes_read(struct apt_packages *packages, const struct check_ctx *ctx,
	const struct apt_index *index, size_t *ret_n)
{
	int r = 0;

	for (size_t i = 0; i < index->n_judged && r == 0; i++) {
		r = apt_packages_compare(
			packages, ctx, index->lists.items[index->judged[i]].path, (unsigned)i);
	}
	for (size_t i = 0; i < packages->len; i++) {
		*ret_n += packages->items[i].lists != 0;
	}
	return r;
}

int main(int argc, char **argv)
{
	cleanup(sysroot_finish) struct sysroot root = {.fd = -1};
	cleanup(apt_index_finish) struct apt_index index = {.n_judged = 0};
	cleanup(apt_packages_finish) struct apt_packages packages = {0};
	struct check_ctx ctx = {.root = &root, .unpack = UNPACK_PATH};
	bool all = argc > 1 && strcmp(argv[1], "all") == 0;
	size_t n = 0;
	int r;

	if (argc < 2 || sysroot_open(argc > 2 ? argv[2] : "/", false, &root) != 0) {
		(void)fprintf(stderr, "usage: bench-apt all|fixes [ROOT]\n");
		return 64;
	}
	r = apt_index_read(&root, &index);
	if (r == 0) {
		r = apt_packages_read(&root, &packages);
	}
	if (r == 0) {
		r = all ? all_read(&packages, &ctx, &index, &n)
			: fixes_read(&packages, &ctx, &index, &n);
	}
	printf("%zu packages, %zu with a newer version, outcome %d\n", packages.len, n, r);
	return r != 0;
}
