/* SPDX-License-Identifier: Apache-2.0 */
#include "signed-in.h"

#include "local-accounts.h"
#include "watch.h"

#include <stdio.h>

#define USERS "run/systemd/users"
#define UID_LAST UINT32_C(4294967294)

struct signed_in {
	const struct sysroot *root;
	struct watch *watch;
	signed_in_fn fn;
	void *data;
};

static void on_change(enum watch_kind kind, const void *token, void *data)
{
	struct signed_in *signed_in = data;

	(void)kind;
	(void)token;
	signed_in->fn(signed_in->data);
}

int signed_in_new(struct loop *loop, const struct sysroot *root, signed_in_fn fn, void *data,
	struct signed_in **ret_signed_in)
{
	struct signed_in *signed_in = calloc(1, sizeof(*signed_in));
	int r;

	if (!signed_in) {
		return -ENOMEM;
	}
	*signed_in = (struct signed_in){.root = root, .fn = fn, .data = data};
	r = watch_new(loop, root, on_change, signed_in, &signed_in->watch);
	if (r == 0) {
		r = watch_add_file(signed_in->watch, USERS, NULL);
	}
	if (r < 0) {
		signed_in_free(signed_in);
		return r;
	}
	*ret_signed_in = signed_in;
	return 0;
}

void signed_in_free(struct signed_in *signed_in)
{
	if (signed_in) {
		watch_free(signed_in->watch);
		free(signed_in);
	}
}

int signed_in_each(const struct signed_in *signed_in, int (*fn)(uid_t uid, void *data), void *data)
{
	cleanup(sysroot_names_finish) struct sysroot_names names = {0};
	int r = sysroot_list(signed_in->root, USERS, &names);

	if (r != 0) {
		return r == -ENOMEM ? r : 0;
	}
	for (size_t i = 0; r == 0 && i < names.len; i++) {
		uint64_t uid;

		if (span_u64(span_z(names.names[i]), &uid) == 0 && uid <= UID_LAST &&
			local_accounts_is_person(signed_in->root, (uid_t)uid)) {
			r = fn((uid_t)uid, data);
		}
	}
	return r;
}

bool signed_in_has(const struct signed_in *signed_in, uid_t uid)
{
	char path[32];

	(void)snprintf(path, sizeof(path), USERS "/%u", (unsigned)uid);
	return sysroot_exists(signed_in->root, path);
}
