/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Who answers this computer's questions for names, by the files that say so: resolv.conf(5), behind
 * a local stub systemd-resolved's (run/systemd/resolve/resolv.conf, its own list of servers of
 * every link) or NetworkManager's (run/NetworkManager/no-stub-resolv.conf). Only compared, never
 * asked, and no address is kept.
 */
#pragma once

#include "check.h"

#define RESOLVERS_MAX 32
#define RESOLVERS_GLIBC_MAX 3 /* MAXNS of resolv.h: later lines are not used */
#define RESOLVERS_FILE_MAX ((size_t)64 << 10)

struct resolver {
	unsigned char bytes[16];
	int family; /* AF_INET or AF_INET6 */
};
struct resolvers {
	struct resolver items[RESOLVERS_MAX];
	size_t n;
	bool damaged; /* a line that names no address, or too many */
};
/* Pure: the "nameserver" lines of resolv.conf(5). */
void resolvers_parse(struct span text, struct resolvers *ret_resolvers);

enum resolvers_answer {
	RESOLVERS_APPROVED, /* all of them are on the list */
	RESOLVERS_OTHER,    /* none is */
	RESOLVERS_PARTLY,   /* some are: which one answers is chance */
	RESOLVERS_HIDDEN,   /* a program of this computer asks others that are not known */
	RESOLVERS_MISSING,  /* no file says */
	RESOLVERS_REFUSED,
	RESOLVERS_STRANGE,
};
/* approved: a list of addresses as texts, or NULL. -ENOMEM alone is an error. */
must_check int resolvers_judge(const struct sysroot *root, struct json_object *approved,
	enum resolvers_answer *ret_answer);
/* The words of an answer that leaves things open, else false */
bool resolvers_explain(enum resolvers_answer answer, struct verdict *v);

#define RESOLVERS_INPUTS                                                                \
	{CHECK_INPUT_FILE, "etc/nsswitch.conf"}, {CHECK_INPUT_FILE, "etc/resolv.conf"}, \
		{CHECK_INPUT_FILE, "run/NetworkManager/no-stub-resolv.conf"},           \
	{                                                                               \
		CHECK_INPUT_FILE, "run/systemd/resolve/resolv.conf"                     \
	}
