/* SPDX-License-Identifier: Apache-2.0 */
/*
 * SANDBOX: how many sandboxed apps there are for this person, and how many of them may use the
 * camera though they are neither a meeting program nor a browser of the fixed lists
 * (media-program.h): by the devices that flatpak gives them, or by a yes to the portal. Which apps
 * these are is not kept. Snaps are the machine's: av.app-permissions itself reads them.
 */
#include "app-permissions.h"
#include "homefiles.h"
#include "media-program.h"
#include "personal-parts.h"
#include "str.h"

#include <stdio.h>
#include <string.h>

#define OWN ".local/share/flatpak"
#define SYSTEM "var/lib/flatpak"
#define STORE ".local/share/flatpak/db/devices"
#define FILE_MAX ((size_t)256 << 10)
#define STORE_MAX ((size_t)4 << 20)
#define PATH_LEN 512

struct look {
	const struct personal_place *place;
	struct sysroot home; /* of the person: links of an installation stay below it */
	int64_t apps, others;
	bool unseen;
};

static bool is_approved(const char *id)
{
	enum media_kind kind = media_program_name(span_z(id));

	return kind == MEDIA_KIND_CONFERENCING || kind == MEDIA_KIND_BROWSER;
}

/* What a file adds to what those before it said; one that is not there adds nothing. */
static int take_file(struct look *look, const struct sysroot *root, const char *folder,
	const char *name, const char *rest, bool *all)
{
	cleanup(free_ptr) char *text = NULL;
	char path[PATH_LEN];
	size_t len = 0;
	int n = snprintf(path, sizeof(path), "%s/%s%s", folder, name, rest);
	int r;

	if (n < 0 || (size_t)n >= sizeof(path)) {
		look->unseen = true;
		return 0;
	}
	r = sysroot_read(root, path, FILE_MAX, &text, &len);
	if (r == 0) {
		*all = app_permissions_all((struct span){text, len}, *all);
	} else if (r != FD_E_MISSING) {
		look->unseen = true;
	}
	return r == -ENOMEM ? r : 0;
}

/* In the order in which flatpak_run_app() puts them together: the later, the stronger */
static int take_overrides(struct look *look, const char *id, bool *all)
{
	const struct {
		const struct sysroot *root;
		const char *folder, *name;
	} rows[] = {
		{look->place->root, SYSTEM "/overrides", "global"},
		{look->place->root, SYSTEM "/overrides", id},
		{&look->home, OWN "/overrides", "global"},
		{&look->home, OWN "/overrides", id},
	};
	int r = 0;

	for (size_t i = 0; r == 0 && i < ARRAY_LEN(rows); i++) {
		r = take_file(look, rows[i].root, rows[i].folder, rows[i].name, "", all);
	}
	return r;
}

static int take_app(struct look *look, const struct sysroot *root, const char *apps, const char *id,
	bool *ret_all)
{
	bool all = false;
	int r = take_file(look, root, apps, id, "/current/active/metadata", &all);

	if (r == 0) {
		r = take_overrides(look, id, &all);
	}
	*ret_all = all;
	return r;
}

static int look_installation(struct look *look, const struct sysroot *root, const char *apps)
{
	cleanup(sysroot_names_finish) struct sysroot_names names = {0};
	int r = sysroot_list(root, apps, &names);

	if (r == FD_E_MISSING) {
		return 0;
	}
	look->unseen = look->unseen || r != 0;
	for (size_t i = 0; r == 0 && i < names.len; i++) {
		bool all = false;

		r = take_app(look, root, apps, names.names[i], &all);
		look->apps++;
		look->others += all && !is_approved(names.names[i]);
	}
	return r == -ENOMEM ? r : 0;
}

/* An app that was counted for its devices needs no portal. */
static int take_answer(const char *id, bool allowed, void *data)
{
	struct look *look = data;
	bool all_own = false, all_shared = false;
	int r;

	if (!allowed || is_approved(id) || strchr(id, '/')) {
		return 0;
	}
	r = take_app(look, &look->home, OWN "/app", id, &all_own);
	if (r == 0) {
		r = take_app(look, look->place->root, SYSTEM "/app", id, &all_shared);
	}
	look->others += r == 0 && !all_own && !all_shared;
	return r;
}

/* 1: it was read, 0: there is none */
static int look_store(struct look *look, int64_t *ret_store)
{
	cleanup(free_ptr) char *bytes = NULL;
	size_t len = 0;
	int r = homefiles_read(look->place->home, STORE, STORE_MAX, &bytes, &len);

	*ret_store = r == 0;
	if (r == FD_E_MISSING) {
		return 0;
	}
	if (r == 0) {
		r = app_permissions_camera((struct span){bytes, len}, take_answer, look);
	}
	look->unseen = look->unseen || r != 0;
	return r == -ENOMEM ? r : 0;
}

static int sandbox_read(const struct personal_place *place, struct personal *personal)
{
	struct look look = {.place = place, .home = {.fd = place->home, .live = false}};
	int64_t store = 0;
	int r = look_installation(&look, place->root, SYSTEM "/app");

	if (r == 0) {
		r = look_installation(&look, &look.home, OWN "/app");
	}
	if (r == 0) {
		r = look_store(&look, &store);
	}
	if (r == 0) {
		personal->values[PERSONAL_SANDBOX_APPS] = look.apps;
		personal->values[PERSONAL_SANDBOX_CAMERA_OTHERS] = look.others;
		personal->values[PERSONAL_SANDBOX_STORE] = store;
		personal->values[PERSONAL_SANDBOX_UNSEEN] = look.unseen;
	}
	return r;
}

static int sandbox_watch(const struct personal_place *place, personal_path_fn fn, void *data)
{
	static const char *const paths[] = {"~/" OWN "/.changed", "~/" OWN "/overrides/",
		"~/" STORE, "/" SYSTEM "/.changed", "/" SYSTEM "/overrides/"};
	int r = 0;

	(void)place;
	for (size_t i = 0; r == 0 && i < ARRAY_LEN(paths); i++) {
		r = fn(paths[i], data);
	}
	return r;
}

const struct personal_collector personal_sandbox = {.read = sandbox_read, .watch = sandbox_watch};
