/* SPDX-License-Identifier: Apache-2.0 */
#include "inputs.h"

#include "log.h"

#include <string.h>

/* Where package managers keep their lists */
static bool is_package_list(const struct check_input *input)
{
	return input->kind == CHECK_INPUT_FILE &&
	       strncmp(input->path, "var/lib/", strlen("var/lib/")) == 0;
}

bool inputs_read_packages(const struct check *check)
{
	for (size_t i = 0; i < check->n_inputs; i++) {
		if (is_package_list(&check->inputs[i])) {
			return true;
		}
	}
	return false;
}

static bool has_kind(const struct check *check, enum check_input_kind kind)
{
	for (size_t i = 0; i < check->n_inputs; i++) {
		if (check->inputs[i].kind == kind) {
			return true;
		}
	}
	return false;
}

bool inputs_name_people(const struct check *check)
{
	return has_kind(check, CHECK_INPUT_PEOPLE);
}

bool inputs_name_media(const struct check *check)
{
	return has_kind(check, CHECK_INPUT_MEDIA);
}

static bool kind_matches(enum watch_kind seen, enum check_input_kind input)
{
	switch (seen) {
	case WATCH_FILE:
		return false; /* told by its token */
	case WATCH_FIREWALL:
		return input == CHECK_INPUT_FIREWALL;
	case WATCH_WIFI:
		return input == CHECK_INPUT_WIFI;
	case WATCH_BLOCK:
		return input == CHECK_INPUT_BLOCK;
	case WATCH_LINK:
		return input == CHECK_INPUT_LINK;
	case WATCH_ROUTE:
		return input == CHECK_INPUT_NETWORK;
	case WATCH_CONFINEMENT:
		return input == CHECK_INPUT_CONFINEMENT;
	case WATCH_MEDIA:
		return false; /* told by judge_media_changed */
	}
	return false;
}

/* The file whose change tells of this input; NULL when another kind of event does */
static const char *path_of(const struct check_input *input)
{
	switch (input->kind) {
	case CHECK_INPUT_FILE:
		return input->path;
	case CHECK_INPUT_PEOPLE:
		/* told by judge_people_changed; here, that an account is no more */
		return "etc/passwd";
	case CHECK_INPUT_FIREWALL:
	case CHECK_INPUT_WIFI:
	case CHECK_INPUT_BLOCK:
	case CHECK_INPUT_LINK:
	case CHECK_INPUT_NETWORK:
	case CHECK_INPUT_CONFINEMENT:
	case CHECK_INPUT_MEDIA:
		break;
	}
	return NULL;
}

static bool names_path(const struct check_input *input, const char *path)
{
	const char *own = path_of(input);

	return own && strcmp(own, path) == 0;
}

bool inputs_concern(const struct check *check, enum watch_kind kind, const char *path)
{
	for (size_t i = 0; i < check->n_inputs; i++) {
		const struct check_input *input = &check->inputs[i];

		if (kind == WATCH_FILE ? names_path(input, path)
				       : kind_matches(kind, input->kind)) {
			return true;
		}
	}
	return false;
}

/* Whether an input before this one has the same path: many checks share theirs. */
static bool watched_before(const struct check_input *input, const char *path)
{
	for (size_t c = 0; c < check_registry_len; c++) {
		const struct check *check = check_registry[c];

		for (size_t i = 0; i < check->n_inputs; i++) {
			if (&check->inputs[i] == input) {
				return false;
			}
			if (names_path(&check->inputs[i], path)) {
				return true;
			}
		}
	}
	return false;
}

static int watch_input(struct watch *watch, const struct check_input *input)
{
	const char *path = path_of(input);

	if (path) {
		return watched_before(input, path) ? 0 : watch_add_file(watch, path, path);
	}
	switch (input->kind) {
	case CHECK_INPUT_FIREWALL:
		return watch_add_kind(watch, WATCH_FIREWALL);
	case CHECK_INPUT_WIFI:
		return watch_add_kind(watch, WATCH_WIFI);
	case CHECK_INPUT_BLOCK:
		return watch_add_kind(watch, WATCH_BLOCK);
	case CHECK_INPUT_LINK:
		return watch_add_kind(watch, WATCH_LINK);
	case CHECK_INPUT_NETWORK:
		return watch_add_kind(watch, WATCH_ROUTE);
	case CHECK_INPUT_CONFINEMENT:
		return watch_add_kind(watch, WATCH_CONFINEMENT);
	case CHECK_INPUT_MEDIA:
		return 0; /* agent/media watches it, and tells */
	case CHECK_INPUT_FILE:
	case CHECK_INPUT_PEOPLE:
		break;
	}
	return -EINVAL;
}

int inputs_watch(struct watch *watch, const struct check *check)
{
	for (size_t i = 0; i < check->n_inputs; i++) {
		int r = watch_input(watch, &check->inputs[i]);

		if (r == -ENOMEM) {
			return r;
		}
		if (r < 0) {
			log_warning("could not watch an input of %s: %s", check->id, strerror(-r));
		}
	}
	return 0;
}
