/* SPDX-License-Identifier: Apache-2.0 */
/*
 * homes CLIENTS FOLDER...: walks tests/homes/CLIENT/NAME.VERDICT/ and prints TAP.
 *
 *	before/{root,home}/  what is there        setup   what git cannot hold (tree.h)
 *	after/{root,home}/   files once it was applied     error   the code when it is refused
 *	tier                 base when absent
 *
 * VERDICT: applied (each change was made), kept (nothing to do), refused (nothing was changed, with
 * that code), conflict (somebody decided otherwise, told with that code; the rest was applied),
 *absent (no such client), assessed (it is there, nothing can be set, nothing is claimed). Whatever
 *the verdict, undo gives back before/ byte for byte, modes and empty directories included. With
 *--write the after/ folders are written instead of compared, to be read before they are kept.
 */
#include "apply.h"
#include "dconf-update.h"
#include "fd.h"
#include "tree.h"

#include <dirent.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

struct scene {
	char folder[PATH_MAX / 4];
	char place_path[64];
	char verdict[32];
	char code[64];
	enum enforce_tier tier;
	struct enforce_profile *profile;
	struct enforce_place place;
	struct enforce_journal journal;
	int state;
	bool write;
};

static int numbers;

static bool say(bool good, const struct scene *scene, const char *why, const char *detail)
{
	printf("%s %d - %s%s%s\n", good ? "ok" : "not ok", ++numbers, scene->folder,
		good ? "" : ": ", good ? "" : why);
	if (!good && detail) {
		printf("# %s\n", detail);
	}
	return good;
}

static int read_text(const char *folder, const char *name, char *ret_text, size_t size)
{
	char path[PATH_MAX];
	cleanup(free_ptr) char *bytes = NULL;
	cleanup(fd_close) int fd = -1;
	size_t len;
	int r;

	snprintf(path, sizeof(path), "%s/%s", folder, name);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0) {
		return -errno;
	}
	r = fd_read_all(fd, size - 1, &bytes, &len);
	if (r == 0) {
		snprintf(ret_text, size, "%.*s", (int)strcspn(bytes, "\n"), bytes);
	}
	return r;
}

static int load_profile(
	const char *clients, const char *folder, struct enforce_profile **ret_profile)
{
	char name[PATH_MAX], parent[PATH_MAX / 4];
	cleanup(free_ptr) char *bytes = NULL;
	cleanup(fd_close) int fd = -1;
	size_t len;
	int r;

	snprintf(parent, sizeof(parent), "%.*s", (int)(strrchr(folder, '/') - folder), folder);
	snprintf(name, sizeof(name), "%s/%s.json", clients, strrchr(parent, '/') + 1);
	fd = open(name, O_RDONLY | O_CLOEXEC);
	if (fd < 0) {
		return -errno;
	}
	r = fd_read_all(fd, ENFORCE_PROFILE_MAX, &bytes, &len);
	return r != 0 ? r : enforce_profile_parse((struct span){bytes, len}, ret_profile, NULL);
}

static int make_dirs(const char *path)
{
	static const char *const names[] = {"", "/live", "/live/root", "/live/home", "/state"};
	char full[PATH_MAX];

	for (size_t i = 1; i < ARRAY_LEN(names); i++) {
		snprintf(full, sizeof(full), "%s%s", path, names[i]);
		if (mkdir(full, 0755) < 0 && errno != EEXIST) {
			return -errno;
		}
	}
	return 0;
}

static int open_scene(struct scene *scene)
{
	char path[PATH_MAX], setup[PATH_MAX];
	struct stat st;
	int r = make_dirs(scene->place_path);

	snprintf(path, sizeof(path), "%s/before", scene->folder);
	snprintf(setup, sizeof(setup), "%s/setup", scene->folder);
	if (r == 0 && stat(path, &st) == 0) {
		char live[PATH_MAX];

		snprintf(live, sizeof(live), "%s/live", scene->place_path);
		for (size_t i = 0; i < 2 && r == 0; i++) {
			snprintf(path, sizeof(path), "%s/before/%s", scene->folder,
				i ? "home" : "root");
			snprintf(live, sizeof(live), "%s/live/%s", scene->place_path,
				i ? "home" : "root");
			r = stat(path, &st) == 0 ? tree_copy(path, live) : 0;
		}
	}
	snprintf(path, sizeof(path), "%s/live", scene->place_path);
	scene->place.owner = geteuid();
	scene->place.compile = dconf_update;
	if (r == 0) {
		r = tree_set_up(path, setup);
	}
	if (r == 1) {
		/* nobody but root can give a file away: then everything is somebody else's */
		scene->place.owner++;
		r = 0;
	}
	snprintf(path, sizeof(path), "%s/live/root", scene->place_path);
	if (r == 0) {
		r = sysroot_open(path, false, &scene->place.root);
	}
	snprintf(path, sizeof(path), "%s/live/home", scene->place_path);
	scene->place.home = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	snprintf(path, sizeof(path), "%s/state", scene->place_path);
	scene->state = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	return r != 0 ? r : enforce_journal_open(scene->state, &scene->journal);
}

static void close_scene(struct scene *scene)
{
	enforce_journal_finish(&scene->journal);
	enforce_profile_free(scene->profile);
	sysroot_finish(&scene->place.root);
	fd_close(&scene->place.home);
	fd_close(&scene->state);
	tree_remove(scene->place_path);
}

static int describe_live(const struct scene *scene, bool contents_only, struct str *out)
{
	char path[PATH_MAX];

	snprintf(path, sizeof(path), "%s/live", scene->place_path);
	return tree_describe(path, contents_only, out);
}

static bool all_are(const struct enforce_changes *changes, enum enforce_result a,
	enum enforce_result b, const char *code)
{
	for (size_t i = 0; i < changes->len; i++) {
		const char *error = enforce_error_code(changes->items[i].error);

		if ((changes->items[i].result != a && changes->items[i].result != b) ||
			(code && (!error || strcmp(error, code) != 0))) {
			fprintf(stderr, "# %s: %s %s\n", changes->items[i].key,
				enforce_result_name(changes->items[i].result), error ? error : "");
			return false;
		}
	}
	return changes->len > 0;
}

/* code: "" for any */
static bool has_conflict(const struct enforce_changes *changes, const char *code)
{
	size_t n = 0;

	for (size_t i = 0; i < changes->len; i++) {
		if (changes->items[i].result == ENFORCE_CONFLICT) {
			const char *found = enforce_error_code(changes->items[i].error);

			if (*code && (!found || strcmp(found, code) != 0)) {
				return false;
			}
			n++;
		}
	}
	return n > 0;
}

static bool verdict_holds(const struct scene *scene, const struct enforce_plan *plan,
	const struct enforce_changes *changes)
{
	const char *v = scene->verdict;

	if (strcmp(v, "absent") == 0) {
		return !plan->installed && changes->len == 0;
	}
	if (strcmp(v, "assessed") == 0) {
		return plan->installed && plan->assessed && plan->kept == 0 && plan->drifted == 0 &&
		       changes->len == 0;
	}
	if (strcmp(v, "kept") == 0) {
		return plan->installed && plan->kept > 0 && plan->drifted == 0 && changes->len == 0;
	}
	if (strcmp(v, "applied") == 0) {
		return plan->drifted == changes->len &&
		       all_are(changes, ENFORCE_APPLIED, ENFORCE_APPLIED, NULL);
	}
	if (strcmp(v, "refused") == 0) {
		return all_are(&plan->changes, ENFORCE_REFUSED, ENFORCE_REFUSED, scene->code) &&
		       all_are(changes, ENFORCE_REFUSED, ENFORCE_FAILED, scene->code);
	}
	return strcmp(v, "conflict") == 0 &&
	       all_are(changes, ENFORCE_APPLIED, ENFORCE_CONFLICT, NULL) &&
	       has_conflict(changes, scene->code);
}

static bool same(const struct str *a, const struct str *b)
{
	return a->len == b->len && memcmp(a->p, b->p, a->len) == 0;
}

static bool after_holds(const struct scene *scene, const struct str *before)
{
	cleanup(str_finish) struct str wanted = {0};
	cleanup(str_finish) struct str live = {0};
	char path[PATH_MAX], after[PATH_MAX];
	struct stat st;

	snprintf(after, sizeof(after), "%s/after", scene->folder);
	if (scene->write && (strcmp(scene->verdict, "applied") == 0 ||
				    strcmp(scene->verdict, "conflict") == 0)) {
		snprintf(path, sizeof(path), "%s/live", scene->place_path);
		tree_remove(after);
		return mkdir(after, 0755) == 0 && tree_copy(path, after) == 0;
	}
	if (stat(after, &st) < 0) {
		return strcmp(scene->verdict, "applied") != 0 &&
		       describe_live(scene, false, &live) == 0 && same(&live, before);
	}
	return tree_describe(after, true, &wanted) == 0 && describe_live(scene, true, &live) == 0 &&
	       same(&wanted, &live);
}

static bool undo_holds(struct scene *scene, const struct str *before)
{
	cleanup(enforce_changes_finish) struct enforce_changes changes = {0};
	cleanup(str_finish) struct str live = {0};

	if (enforce_undo(&scene->place, NULL, NULL, &scene->journal, &changes) != 0 ||
		describe_live(scene, false, &live) != 0) {
		return false;
	}
	if (!same(&live, before)) {
		fprintf(stderr, "# wanted:\n%s# found:\n%s", before->p, live.p);
		return false;
	}
	return json_object_array_length(enforce_journal_files(&scene->journal)) == 0;
}

/* What there is to do on both sides: the system's files, then the user's */
static int plan_both(struct scene *scene, struct enforce_plan *ret_plan)
{
	struct enforce_plan sum = {0};
	int r = 0;

	for (int side = ENFORCE_SYSTEM; side <= ENFORCE_USER && r == 0; side++) {
		cleanup(enforce_plan_finish) struct enforce_plan plan = {0};

		scene->place.edits = (enum enforce_scope)side;
		r = enforce_plan(
			&scene->place, scene->profile, scene->tier, &scene->journal, &plan);
		sum.installed = sum.installed || plan.installed;
		sum.assessed = sum.assessed || plan.assessed;
		sum.kept += plan.kept;
		sum.drifted += plan.drifted;
		for (size_t i = 0; i < plan.changes.len && r == 0; i++) {
			r = vec_push(&sum.changes, plan.changes.items[i], ENFORCE_CHANGES_MAX);
			plan.changes.items[i] = (struct enforce_change){0};
		}
	}
	*ret_plan = sum;
	return r;
}

static int keep_both(struct scene *scene, struct enforce_changes *changes)
{
	int r = 0;

	for (int side = ENFORCE_SYSTEM; side <= ENFORCE_USER && r == 0; side++) {
		scene->place.edits = (enum enforce_scope)side;
		r = enforce_keep(
			&scene->place, scene->profile, scene->tier, NULL, &scene->journal, changes);
	}
	return r;
}

static bool play(struct scene *scene)
{
	cleanup(enforce_plan_finish) struct enforce_plan plan = {0};
	cleanup(enforce_plan_finish) struct enforce_plan again = {0};
	cleanup(enforce_changes_finish) struct enforce_changes changes = {0};
	cleanup(str_finish) struct str before = {0};

	if (describe_live(scene, false, &before) != 0 || plan_both(scene, &plan) != 0 ||
		keep_both(scene, &changes) != 0) {
		return say(false, scene, "could not be played", NULL);
	}
	if (!verdict_holds(scene, &plan, &changes)) {
		return say(false, scene, "another verdict", NULL);
	}
	if (!after_holds(scene, &before)) {
		return say(false, scene, "another result than after/", NULL);
	}
	if (plan_both(scene, &again) != 0 ||
		(strcmp(scene->verdict, "applied") == 0 && again.drifted != 0)) {
		return say(false, scene, "a second plan still wants something", NULL);
	}
	return say(undo_holds(scene, &before), scene, "undo did not give back before/", NULL);
}

static bool run_scene(const char *clients, const char *folder, bool write)
{
	struct scene scene = {.tier = ENFORCE_BASE, .state = -1, .write = write};
	char tier[16];
	bool good;

	snprintf(scene.folder, sizeof(scene.folder), "%s", folder);
	snprintf(scene.place_path, sizeof(scene.place_path), "/tmp/caretaker-homes.XXXXXX");
	snprintf(scene.verdict, sizeof(scene.verdict), "%s", strrchr(folder, '.') + 1);
	scene.place.home = scene.place.root.fd = -1;
	if (!mkdtemp(scene.place_path)) {
		return say(false, &scene, "no temporary directory", NULL);
	}
	(void)chmod(scene.place_path, 0755);
	if (read_text(folder, "tier", tier, sizeof(tier)) == 0 &&
		enforce_tier_parse(tier, &scene.tier) != 0) {
		return say(false, &scene, "no such tier", tier);
	}
	if (read_text(folder, "error", scene.code, sizeof(scene.code)) != 0 &&
		strcmp(scene.verdict, "refused") == 0) {
		return say(false, &scene, "a refused scene names its error", NULL);
	}
	good = load_profile(clients, folder, &scene.profile) == 0 && open_scene(&scene) == 0;
	good = good ? play(&scene) : say(false, &scene, "could not be set up", NULL);
	close_scene(&scene);
	return good;
}

static bool run_client(const char *clients, const char *path, bool write)
{
	struct dirent **names;
	int n = scandir(path, &names, NULL, alphasort);
	bool good = n >= 0;

	for (int i = 0; i < n; i++) {
		char folder[PATH_MAX / 4];

		if (names[i]->d_name[0] != '.' && strchr(names[i]->d_name, '.')) {
			snprintf(folder, sizeof(folder), "%.*s/%.*s", PATH_MAX / 8, path,
				PATH_MAX / 16, names[i]->d_name);
			good = run_scene(clients, folder, write) && good;
		}
		free(names[i]);
	}
	if (n >= 0) {
		free(names);
	}
	return good;
}

int main(int argc, char **argv)
{
	bool write = argc > 1 && strcmp(argv[1], "--write") == 0;
	bool good = true;

	if (argc < 3 + write) {
		fprintf(stderr, "usage: homes [--write] CLIENTS FOLDER...\n");
		return 64;
	}
	for (int i = 2 + write; i < argc; i++) {
		good = run_client(argv[1 + write], argv[i], write) && good;
	}
	printf("1..%d\n", numbers);
	return good && numbers > 0 ? 0 : 1;
}
