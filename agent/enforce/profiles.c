/* SPDX-License-Identifier: Apache-2.0 */
/* Several profiles: from the package's directory, or from a policy. */
#include "fd.h"
#include "profile.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#define NAME_LEN_MAX 255

void enforce_profiles_finish(struct enforce_profiles *profiles)
{
	for (size_t i = 0; i < profiles->len; i++) {
		enforce_profile_free(profiles->items[i]);
	}
	free(profiles->items);
	*profiles = (struct enforce_profiles){0};
}

const struct enforce_profile *enforce_profiles_find(
	const struct enforce_profiles *profiles, const char *id)
{
	for (size_t i = 0; i < profiles->len; i++) {
		if (strcmp(profiles->items[i]->id, id) == 0) {
			return profiles->items[i];
		}
	}
	return NULL;
}

static int compare_ids(const void *a, const void *b)
{
	const struct enforce_profile *const *x = a, *const *y = b;

	return strcmp((*x)->id, (*y)->id);
}

static int profiles_new(size_t n, struct enforce_profiles *profiles)
{
	profiles->items = calloc(n + 1, sizeof(*profiles->items));
	return profiles->items ? 0 : -ENOMEM;
}

static int profiles_settle(struct enforce_profiles *profiles, struct enforce_profiles *ret_profiles,
	struct json_error *error)
{
	qsort(profiles->items, profiles->len, sizeof(*profiles->items), compare_ids);
	for (size_t i = 1; i < profiles->len; i++) {
		if (strcmp(profiles->items[i - 1]->id, profiles->items[i]->id) == 0) {
			if (error) {
				snprintf(error->where, sizeof(error->where), "%s",
					profiles->items[i]->id);
				error->what = "two profiles with this id";
			}
			return JSON_E_TYPE;
		}
	}
	*ret_profiles = *profiles;
	*profiles = (struct enforce_profiles){0};
	return 0;
}

static bool is_profile_name(const char *name)
{
	size_t len = strlen(name);

	return name[0] != '.' && len > 5 && strcmp(name + len - 5, ".json") == 0;
}

static int load_one(
	int dirfd, const char *name, struct enforce_profile **ret_profile, struct json_error *error)
{
	cleanup(free_ptr) char *bytes = NULL;
	struct json_error inner = {0};
	size_t len;
	int r = fd_read_regular(dirfd, name, ENFORCE_PROFILE_MAX, &bytes, &len);

	if (r > 0) {
		inner.what = "not a regular file of a profile's size";
		r = JSON_E_SYNTAX;
	} else if (r == 0) {
		r = enforce_profile_parse((struct span){bytes, len}, ret_profile, &inner);
	}
	if (r > 0 && error) {
		snprintf(error->where, sizeof(error->where), "%.40s: %.50s", name, inner.where);
		error->what = inner.what;
	}
	return r;
}

int enforce_profiles_load(
	int dirfd, struct enforce_profiles *ret_profiles, struct json_error *error)
{
	cleanup(enforce_profiles_finish) struct enforce_profiles profiles = {0};
	struct sysroot root = {.fd = dirfd, .live = false};
	struct sysroot_names names = {0};
	int r = sysroot_list(&root, ".", &names);

	if (r != 0) {
		return r > 0 ? -ENOENT : r;
	}
	r = profiles_new(names.len, &profiles);
	for (size_t i = 0; i < names.len && r == 0; i++) {
		if (!is_profile_name(names.names[i])) {
			continue;
		}
		if (profiles.len == ENFORCE_PROFILES_MAX) {
			r = -E2BIG;
			break;
		}
		r = load_one(dirfd, names.names[i], &profiles.items[profiles.len], error);
		if (r == 0) {
			profiles.len++;
		}
	}
	sysroot_names_finish(&names);
	return r != 0 ? r : profiles_settle(&profiles, ret_profiles, error);
}

int enforce_profiles_of_one(struct enforce_profile *profile, struct enforce_profiles *ret_profiles)
{
	struct enforce_profiles profiles = {0};
	int r = profiles_new(1, &profiles);

	if (r < 0) {
		enforce_profile_free(profile);
		return r;
	}
	profiles.items[profiles.len++] = profile;
	*ret_profiles = profiles;
	return 0;
}

int enforce_profiles_load_one(
	int dirfd, const char *id, struct enforce_profiles *ret_profiles, struct json_error *error)
{
	cleanup(enforce_profile_free_p) struct enforce_profile *profile = NULL;
	char name[NAME_LEN_MAX + 1];
	struct stat st;
	int r, n = snprintf(name, sizeof(name), "%s.json", id);

	if (n < 0 || (size_t)n >= sizeof(name) || !is_profile_name(name) || strchr(id, '/') ||
		fstatat(dirfd, name, &st, AT_SYMLINK_NOFOLLOW) < 0) {
		*ret_profiles = (struct enforce_profiles){0};
		return 0;
	}
	r = load_one(dirfd, name, &profile, error);
	if (r != 0) {
		return r;
	}
	if (strcmp(profile->id, id) != 0) {
		*ret_profiles = (struct enforce_profiles){0};
		return 0;
	}
	return enforce_profiles_of_one(TAKE_PTR(profile), ret_profiles);
}

int enforce_profiles_decode(
	struct json_object *array, struct enforce_profiles *ret_profiles, struct json_error *error)
{
	cleanup(enforce_profiles_finish) struct enforce_profiles profiles = {0};
	size_t n;
	int r;

	if (!json_object_is_type(array, json_type_array) ||
		json_object_array_length(array) > ENFORCE_PROFILES_MAX) {
		if (error) {
			snprintf(error->where, sizeof(error->where), "profiles");
			error->what = "not a list, or too long";
		}
		return JSON_E_TYPE;
	}
	n = json_object_array_length(array);
	r = profiles_new(n, &profiles);
	for (size_t i = 0; i < n && r == 0; i++) {
		r = enforce_profile_decode(
			json_object_array_get_idx(array, i), &profiles.items[i], error);
		if (r == 0) {
			profiles.len++;
		}
	}
	return r != 0 ? r : profiles_settle(&profiles, ret_profiles, error);
}
