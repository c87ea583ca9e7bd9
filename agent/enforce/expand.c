/* SPDX-License-Identifier: Apache-2.0 */
#include "expand.h"

#include "document.h"
#include "origin.h"
#include "person.h"
#include "target.h"

#include <stdio.h>
#include <string.h>

#define EACH_LEN (sizeof(ENFORCE_EACH) - 1)

struct servers {
	char *items[ENFORCE_SERVERS_MAX]; /* owned */
	size_t n;
	bool more;
};

static void servers_finish(struct servers *servers)
{
	for (size_t i = 0; i < servers->n; i++) {
		free(servers->items[i]);
	}
}

void enforce_expansion_finish(struct enforce_expansion *expansion)
{
	json_object_put(expansion->held);
	expansion->held = NULL;
}

void enforce_expansion_free_p(struct enforce_expansion **expansion)
{
	if (*expansion) {
		enforce_expansion_finish(*expansion);
		free(*expansion);
	}
}

static int add_server(struct servers *servers, const char *url)
{
	char origin[ORIGIN_MAX + 1];

	if (!origin_of(url, origin, sizeof(origin))) {
		servers->more = true;
		return 0;
	}
	for (size_t i = 0; i < servers->n; i++) {
		if (strcmp(servers->items[i], origin) == 0) {
			return 0;
		}
	}
	if (servers->n == ENFORCE_SERVERS_MAX) {
		servers->more = true;
		return 0;
	}
	servers->items[servers->n] = strdup(origin);
	return servers->items[servers->n++] ? 0 : -ENOMEM;
}

/* The text of a file of this account as a value; NULL when there is none that can be read */
static int read_object(const struct enforce_place *place, const char *path,
	enum enforce_format format, struct json_object **ret_object)
{
	cleanup(enforce_target_finish) struct enforce_target target = {
		.dirfd = -1, .above = -1, .fd = -1};
	cleanup(enforce_document_finish) struct enforce_document document = {0};
	int r = enforce_target_open(place, path, &target);

	*ret_object = NULL;
	if (r == 0 && target.fd >= 0) {
		r = enforce_document_new(
			(struct span){target.bytes, target.len}, format, &document);
		r = r == 0 ? enforce_document_object(&document, ret_object) : r;
	}
	return r == -ENOMEM ? r : 0;
}

static int add_list(struct servers *servers, struct json_object *list)
{
	size_t n = json_object_is_type(list, json_type_array) ? json_object_array_length(list) : 0;
	int r = 0;

	for (size_t i = 0; i < n && r == 0; i++) {
		struct json_object *url = NULL;

		if (json_object_object_get_ex(json_object_array_get_idx(list, i), "url", &url) &&
			json_object_is_type(url, json_type_string)) {
			r = add_server(servers, json_object_get_string(url));
		}
	}
	return r;
}

/* {"servers": [{"url"}]} of the file beside; "teams" before Mattermost 5.3 */
static int add_known(const struct enforce_place *place, const struct enforce_file *file,
	const char *path, struct servers *servers)
{
	static const char *const lists[] = {"servers", "teams"};
	cleanup(str_finish) struct str beside = {0};
	cleanup(json_put) struct json_object *object = NULL;
	int r = str_append(&beside, path, (size_t)(strrchr(path, '/') - path) + 1);

	r = r == 0 ? str_append_z(&beside, file->names) : r;
	r = r == 0 ? read_object(place, beside.p, file->format, &object) : r;
	for (size_t i = 0; i < ARRAY_LEN(lists) && r == 0; i++) {
		struct json_object *list = NULL;

		if (json_object_object_get_ex(object, lists[i], &list)) {
			r = add_list(servers, list);
		}
	}
	return r;
}

static int find_servers(const struct enforce_place *place, const struct enforce_file *file,
	const char *path, struct json_object *now, struct servers *servers)
{
	int r = file->names ? add_known(place, file, path, servers) : 0;

	if (!json_object_is_type(now, json_type_object)) {
		return r;
	}
	json_object_object_foreach(now, name, value)
	{
		char origin[ORIGIN_MAX + 1];

		(void)value;
		if (r == 0 && origin_of(name, origin, sizeof(origin)) &&
			strcmp(origin, name) == 0) {
			r = add_server(servers, name);
		}
	}
	return r;
}

static int hold(struct enforce_expansion *expansion, struct json_object *value)
{
	if (!value || json_object_array_add(expansion->held, value) < 0) {
		json_object_put(value);
		return -ENOMEM;
	}
	return 0;
}

static void add_setting(struct enforce_expansion *expansion, const struct enforce_setting *setting)
{
	struct enforce_profile *profile = &expansion->profile;

	if (profile->n_settings == ENFORCE_SETTINGS_MAX) {
		expansion->more = true;
		return;
	}
	expansion->asked[profile->n_settings] = true;
	expansion->settings[profile->n_settings++] = *setting;
}

static int add_each(struct enforce_expansion *expansion, const struct enforce_setting *setting,
	const struct servers *servers)
{
	for (size_t i = 0; i < servers->n; i++) {
		struct enforce_setting one = *setting;
		char key[JSON_PATH_TEXT_MAX + ORIGIN_MAX];
		struct json_object *text;
		int r;

		snprintf(
			key, sizeof(key), "[\"%s\"]%s", servers->items[i], setting->key + EACH_LEN);
		if (json_path_parse(span_z(key), &one.path) < 0) {
			expansion->more = true;
			continue;
		}
		text = json_object_new_string(key);
		r = hold(expansion, text);
		if (r < 0) {
			return r;
		}
		one.key = json_object_get_string(text);
		add_setting(expansion, &one);
	}
	return 0;
}

static bool lies_inside(const char *path, const char *folder)
{
	size_t len = strlen(folder);

	return strncmp(path, folder, len) == 0 && (path[len] == '\0' || path[len] == '/') &&
	       !strstr(path, "/..");
}

/* The value at a path of an object; NULL when there is none */
static struct json_object *look_up(struct json_object *object, const struct json_path *path)
{
	for (size_t i = 0; i < path->n; i++) {
		if (!json_object_object_get_ex(object, json_path_name(path, i), &object)) {
			return NULL;
		}
	}
	return object;
}

/* Only where there is such a folder, and the client was told of another place */
static int add_folder(struct enforce_expansion *expansion, const struct enforce_place *place,
	const struct enforce_setting *setting, struct json_object *now)
{
	const char *folder = place->person ? place->person->folder : NULL;
	struct json_object *value = look_up(now, &setting->path);
	struct enforce_setting one = *setting;
	int r;

	if (!folder || !value) {
		return 0;
	}
	one.value = json_object_is_type(value, json_type_string) &&
				    lies_inside(json_object_get_string(value), folder)
			    ? json_object_get(value)
			    : json_object_new_string(folder);
	r = hold(expansion, one.value);
	if (r == 0) {
		add_setting(expansion, &one);
	}
	return r;
}

static bool is_folder(const struct enforce_setting *setting)
{
	return json_object_is_type(setting->value, json_type_string) &&
	       strcmp(json_object_get_string(setting->value), ENFORCE_FOLDER) == 0;
}

static bool is_each(const struct enforce_setting *setting)
{
	return strncmp(setting->key, ENFORCE_EACH, EACH_LEN) == 0;
}

static int fill(struct enforce_expansion *expansion, const struct enforce_place *place, size_t file,
	const char *path, const bool *asked, const struct enforce_profile *profile)
{
	cleanup(json_put) struct json_object *now = NULL;
	cleanup(servers_finish) struct servers servers = {0};
	const struct enforce_file *f = &profile->files[file];
	bool looked = false;
	int r = 0;

	for (size_t i = 0; i < profile->n_settings && r == 0; i++) {
		const struct enforce_setting *setting = &profile->settings[i];

		if (!asked[i]) {
			continue;
		}
		if (!looked && (is_each(setting) || is_folder(setting))) {
			r = read_object(place, path, f->format, &now);
			r = r == 0 && is_each(setting) ? find_servers(place, f, path, now, &servers)
						       : r;
			looked = true;
		}
		if (r == 0 && is_each(setting)) {
			r = add_each(expansion, setting, &servers);
		} else if (r == 0 && is_folder(setting)) {
			r = add_folder(expansion, place, setting, now);
		} else if (r == 0) {
			add_setting(expansion, setting);
		}
	}
	expansion->more = expansion->more || servers.more;
	return r;
}

static bool is_plain(const struct enforce_profile *profile, const bool *asked)
{
	for (size_t i = 0; i < profile->n_settings; i++) {
		if (asked[i] &&
			(is_each(&profile->settings[i]) || is_folder(&profile->settings[i]))) {
			return false;
		}
	}
	return true;
}

int enforce_expand(const struct enforce_place *place, const struct enforce_profile *profile,
	size_t file, const char *path, const bool *asked, struct enforce_expansion **ret_expansion)
{
	cleanup(enforce_expansion_free_p) struct enforce_expansion *expansion = NULL;
	int r;

	if (is_plain(profile, asked)) {
		*ret_expansion = NULL;
		return 0;
	}
	expansion = calloc(1, sizeof(*expansion));
	if (!expansion) {
		return -ENOMEM;
	}
	expansion->profile = *profile;
	expansion->profile.settings = expansion->settings;
	expansion->profile.n_settings = 0;
	expansion->held = json_object_new_array();
	r = expansion->held ? fill(expansion, place, file, path, asked, profile) : -ENOMEM;
	if (r == 0) {
		*ret_expansion = TAKE_PTR(expansion);
	}
	return r;
}

bool enforce_key_covers(const char *pattern, const char *key)
{
	struct json_path wide, narrow;

	if (strncmp(pattern, ENFORCE_EACH, EACH_LEN) != 0) {
		return strcmp(pattern, key) == 0;
	}
	if (json_path_parse(span_z(pattern), &wide) < 0 ||
		json_path_parse(span_z(key), &narrow) < 0 || wide.n != narrow.n) {
		return false;
	}
	for (size_t i = 1; i < wide.n; i++) {
		if (strcmp(json_path_name(&wide, i), json_path_name(&narrow, i)) != 0) {
			return false;
		}
	}
	return true;
}
