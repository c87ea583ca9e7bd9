/* SPDX-License-Identifier: Apache-2.0 */
#include "scenario.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define UID_FIRST 1000

static int person_read(const struct sysroot *root, const char *path, struct clock_now now,
	struct check_person *person)
{
	cleanup(fd_close) int home = openat(root->fd, path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	struct personal_place place = {
		.root = root, .home = home, .uid = geteuid(), .now_s = now.wall_s};

	if (home < 0) {
		return -errno;
	}
	person->said_s = now.wall_s;
	return personal_read(&place, (1U << PERSONAL_GROUP_COUNT) - 1, &person->facts);
}

/* A fact that no file of a fake root can give */
static void facts_amend(struct json_object *facts, struct check_person *person)
{
	if (!facts) {
		return;
	}
	json_object_object_foreach(facts, code, value)
	{
		for (int i = 0; i < PERSONAL_FACT_COUNT; i++) {
			if (strcmp(personal_fact_code((enum personal_fact)i), code) == 0) {
				person->facts.values[i] = json_object_get_int64(value);
			}
		}
	}
}

/* What people.json says of the account: {"NAME":{"said":false,"silent":true,"age_s":3600,
 * "answering":true,"facts":{"shown-bus":1}}} */
static void person_amend(struct json_object *people, const char *name, struct clock_now now,
	struct check_person *person)
{
	struct json_object *told = json_object_object_get(people, name);
	struct json_object *said = json_object_object_get(told, "said");

	person->silent = json_object_get_boolean(json_object_object_get(told, "silent"));
	person->said_s = now.wall_s - json_object_get_int64(json_object_object_get(told, "age_s"));
	person->answering = json_object_get_boolean(json_object_object_get(told, "answering"));
	person->since_s = person->said_s;
	facts_amend(json_object_object_get(told, "facts"), person);
	if (said && !json_object_get_boolean(said)) {
		person->said_s = 0;
		personal_init(&person->facts);
	}
}

int scenario_people(const struct sysroot *root, struct json_object *people, struct clock_now now,
	struct check_person **ret_people, size_t *ret_n)
{
	cleanup(sysroot_names_finish) struct sysroot_names names = {0};
	cleanup(free_ptr) struct check_person *list = calloc(CHECK_PEOPLE_MAX, sizeof(*list));
	size_t n = 0;
	int r = sysroot_list(root, "home", &names);

	if (!list) {
		return -ENOMEM;
	}
	r = r > 0 ? 0 : r;
	for (size_t i = 0; r == 0 && i < names.len && n < CHECK_PEOPLE_MAX; i++) {
		char path[512];

		snprintf(path, sizeof(path), "home/%s", names.names[i]);
		list[n].uid = UID_FIRST + (uid_t)n;
		r = person_read(root, path, now, &list[n]);
		person_amend(people, names.names[i], now, &list[n]);
		n++;
	}
	if (r == 0) {
		*ret_people = TAKE_PTR(list);
		*ret_n = n;
	}
	return r;
}
