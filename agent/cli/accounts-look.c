/* SPDX-License-Identifier: Apache-2.0 */
#include "accounts-look.h"

#include "accounts.h"
#include "people.h"

#include <stdio.h>

#define PASSWD "etc/passwd"
#define UID_PEOPLE 1000 /* login.defs(5), UID_MIN */
#define UID_PEOPLE_LAST 59999
#define HOME_PATH_MAX 512

struct look {
	const struct sysroot *root;
	unsigned groups;
	struct clock_now now;
	struct check_person *people; /* room for CHECK_PEOPLE_MAX */
	size_t n;
};

static bool may_look(const struct look *look, int home)
{
	struct stat st;

	if (geteuid() == 0 || fstat(home, &st) < 0) {
		return false;
	}
	return !look->root->live || st.st_uid == geteuid();
}

static int read_home(struct look *look, int home, struct check_person *person)
{
	const struct personal_place place = {
		.root = look->root, .home = home, .uid = person->uid, .now_s = look->now.wall_s};

	person->answering = true;
	person->said_s = look->now.wall_s;
	return personal_read(&place, look->groups, &person->facts);
}

static int take(struct look *look, const struct account *account)
{
	struct check_person person = {.uid = (uid_t)account->uid};
	cleanup(fd_close) int home = -1;
	char path[HOME_PATH_MAX];
	int n, r;

	if (account->home.len < 2 || account->home.p[0] != '/' || look->n == CHECK_PEOPLE_MAX) {
		return 0;
	}
	n = snprintf(path, sizeof(path), "%.*s", (int)account->home.len - 1, account->home.p + 1);
	if (n < 0 || (size_t)n >= sizeof(path)) {
		return 0;
	}
	personal_init(&person.facts);
	r = sysroot_open_dir(look->root, path, &home);
	if (r == FD_E_MISSING) {
		return 0; /* nobody ever signed in */
	}
	if (r == 0 && may_look(look, home)) {
		r = read_home(look, home, &person);
	} else {
		person.closed = true;
		r = r == -ENOMEM ? r : 0;
	}
	look->people[look->n++] = person;
	return r;
}

static bool is_person(const struct account *account)
{
	return account->uid >= UID_PEOPLE && account->uid <= UID_PEOPLE_LAST &&
	       accounts_shell_login(account->shell);
}

int accounts_look(const struct sysroot *root, const struct policy *policy, struct clock_now now,
	struct check_person **ret_people, size_t *ret_n)
{
	cleanup(free_ptr) struct check_person *people = calloc(CHECK_PEOPLE_MAX, sizeof(*people));
	cleanup(free_ptr) char *passwd = NULL;
	struct look look = {
		.root = root, .groups = people_groups(policy), .now = now, .people = people};
	struct account account;
	struct span text = {NULL, 0};
	int r = people ? sysroot_read(root, PASSWD, ACCOUNTS_FILE_MAX, &passwd, &text.len)
		       : -ENOMEM;
	int next = 0;

	if (r == -ENOMEM) {
		return r;
	}
	text.p = passwd;
	r = 0;
	while (passwd && r == 0 && (next = accounts_next(&text, &account)) != ACCOUNTS_E_END) {
		if (next == 0 && is_person(&account)) {
			r = take(&look, &account);
		}
	}
	if (r == 0) {
		*ret_people = TAKE_PTR(people);
		*ret_n = look.n;
	}
	return r;
}
