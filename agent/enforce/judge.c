/* SPDX-License-Identifier: Apache-2.0 */
#include "judge.h"

#include "accept.h"
#include "mandate.h"
#include "others.h"
#include "start.h"
#include "undo-file.h"

#include <string.h>

#define DCONF_LOCKS "locks" /* dconf(7) */

/* What is judged: one file of a profile */
struct asking {
	const struct enforce_place *place;
	const struct enforce_profile *profile;
	const struct enforce_file *file;
	const char *path;
	const bool *asked;
	const struct enforce_journal *journal; /* may be NULL */
};

void enforce_judgement_finish(struct enforce_judgement *judgement)
{
	enforce_target_finish(&judgement->target);
	enforce_document_finish(&judgement->document);
	enforce_compiled_finish(&judgement->compiled);
	free(judgement->start);
	json_object_put(judgement->defaults);
	for (size_t i = 0; i < ENFORCE_SETTINGS_MAX; i++) {
		json_object_put(judgement->settings[i].from);
		free(judgement->settings[i].path);
	}
	*judgement = (struct enforce_judgement){.target = {.dirfd = -1, .above = -1, .fd = -1}};
}

/* The file's text, or what a new one starts with */
static int read_document(const struct enforce_place *place, const struct enforce_file *file,
	struct enforce_judgement *judgement)
{
	int r;

	if (judgement->target.fd >= 0) {
		struct span text = {judgement->target.bytes, judgement->target.len};

		r = enforce_document_new(text, file->format, &judgement->document);
	} else {
		r = enforce_start_text(place, file, &judgement->start, &judgement->base);
		if (r == 0) {
			r = enforce_document_new(
				span_z(judgement->start), file->format, &judgement->document);
		}
	}
	return r == 0 ? enforce_document_check(&judgement->document) : r;
}

/*
 * A file that we began as a copy of a base, that nobody but us has edited since, and whose base is
 * another one now: it would hide what the system's update brought.
 */
static int judge_base(const struct enforce_place *place, const struct enforce_file *file,
	const char *path, const struct enforce_journal *journal,
	struct enforce_judgement *judgement)
{
	cleanup(free_ptr) char *start = NULL;
	struct enforce_journal_file known;
	struct json_object *object = journal ? enforce_journal_find(journal, path) : NULL;
	int r;

	if (!object || judgement->target.fd < 0 || file->role != ENFORCE_POLICIES) {
		return 0;
	}
	enforce_journal_read(object, &known);
	if (known.existed) {
		return 0;
	}
	r = enforce_start_text(place, file, &start, NULL);
	if (r != 0 || strcmp(start, known.start) == 0) {
		return r;
	}
	return enforce_undo_leaves_start(&judgement->document, object, &judgement->base_changed);
}

/* The file that says otherwise */
static int overrule(
	struct enforce_judgement *judgement, size_t i, enum enforce_error error, const char *path)
{
	char *copy = strdup(path);

	if (!copy) {
		return -ENOMEM;
	}
	free(judgement->settings[i].path);
	judgement->settings[i].path = copy;
	judgement->settings[i].standing = ENFORCE_OVERRULED;
	judgement->settings[i].error = error;
	return 0;
}

static int judge_value(const struct asking *asking, struct enforce_judgement *judgement, size_t i)
{
	cleanup(enforce_value_finish) struct enforce_value value = {0};
	const struct enforce_setting *setting = &asking->profile->settings[i];
	enum enforce_format format = judgement->document.format;
	bool stands = false;
	int r = enforce_document_get(&judgement->document, &setting->path, &value);

	if (r != 0) {
		return r;
	}
	judgement->settings[i].standing =
		enforce_accepts(setting, format, &value) &&
				enforce_compiled_has(&judgement->compiled, format, &setting->path,
					json_object_get_string(value.object))
			? ENFORCE_KEPT
			: ENFORCE_WANTS;
	if (judgement->settings[i].standing == ENFORCE_WANTS) {
		r = enforce_mandate_find(asking->file, asking->path, &judgement->document, setting,
			&value, asking->journal, &stands);
	}
	judgement->settings[i].from = TAKE_PTR(value.object);
	return r == 0 && stands ? overrule(judgement, i, ENFORCE_ERROR_MANAGED,
					  judgement->base ? judgement->base : asking->path)
				: r;
}

static int other_path(const struct asking *asking, const char *name, struct str *out)
{
	const char *path = asking->path;
	size_t dir = (size_t)(strrchr(path, '/') - path);
	bool above = span_starts(span_z(name), ENFORCE_OTHER_ABOVE);
	int r;

	if (above || asking->file->format == ENFORCE_DCONF_LOCKS) {
		name += above ? strlen(ENFORCE_OTHER_ABOVE) : 0;
		while (dir > 0 && path[dir - 1] != '/') {
			dir--;
		}
		dir -= dir > 0;
	}
	r = str_append(out, path, dir + 1);
	return r < 0 ? r : str_append_z(out, name);
}

/* Ours is as it should be, and a database that comes after it has the last word. */
static int judge_databases(const struct enforce_place *place, const struct enforce_setting *setting,
	struct enforce_judgement *judgement, size_t i)
{
	char **other = &judgement->settings[i].path;
	int r = enforce_compiled_overruled(place, judgement->document.format, setting, other);

	if (r == 0 && *other) {
		judgement->settings[i].error = ENFORCE_ERROR_OTHER_FILE;
		judgement->settings[i].standing = ENFORCE_OVERRULED;
	}
	return r;
}

/*
 * Another file says something about it. One that is stricter than we would be is left to count;
 * the same value is no reason to leave ours out.
 */
static int judge_other(const struct asking *asking, const struct enforce_others *others,
	struct enforce_judgement *judgement, size_t i)
{
	cleanup(enforce_value_finish) struct enforce_value value = {0};
	cleanup(str_finish) struct str path = {0};
	const struct enforce_setting *setting = &asking->profile->settings[i];
	const struct enforce_other *other;
	int r = enforce_others_find(others, &setting->path, &other, &value);

	if (r != 0 || !other) {
		return r;
	}
	if (enforce_accepts(setting, other->document.format, &value)) {
		if (!enforce_format_same(other->document.format, &value, setting->value)) {
			judgement->settings[i].standing = ENFORCE_KEPT;
		}
		return 0;
	}
	r = other_path(asking, other->name, &path);
	if (r == 0) {
		r = overrule(judgement, i,
			other->later ? ENFORCE_ERROR_OTHER_FILE : ENFORCE_ERROR_MANAGED, path.p);
	}
	if (r == 0) {
		json_object_put(judgement->settings[i].from);
		judgement->settings[i].from = TAKE_PTR(value.object);
	}
	return r;
}

static const char *base_name(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? slash + 1 : path;
}

/* A link below "UNIT.wants/" enables nothing while the unit itself is masked beside that folder. */
static int find_mask(const struct enforce_place *place, const char *path, char **ret_mask)
{
	cleanup(free_ptr) char *target = NULL;
	cleanup(str_finish) struct str mask = {0};
	const char *wants = strstr(path, ".wants/");
	int r;

	if (!wants) {
		return 0;
	}
	while (wants > path && wants[-1] != '/') {
		wants--;
	}
	r = str_append(&mask, path, (size_t)(wants - path));
	r = r < 0 ? r : str_append_z(&mask, base_name(path));
	r = r < 0 ? r : sysroot_readlink(&place->root, mask.p + 1, &target);
	if (r == 0 && strcmp(base_name(target), "null") == 0) {
		*ret_mask = TAKE_PTR(mask.p);
	}
	return r == -ENOMEM ? r : 0;
}

/* What leads elsewhere was laid by somebody else; to the same unit by another path is the same. */
static int judge_link(const struct enforce_place *place, const struct enforce_setting *setting,
	const char *path, struct enforce_judgement *judgement, size_t i)
{
	const char *wanted = json_object_get_string(setting->value);
	const char *found = judgement->document.bytes;
	char **other = &judgement->settings[i].path;
	int r = find_mask(place, path, other);

	if (r != 0 || (!*other && found[0] == '\0')) {
		return r;
	}
	if (!*other && wanted && strcmp(base_name(wanted), base_name(found)) == 0) {
		judgement->settings[i].standing = ENFORCE_KEPT;
		return 0;
	}
	if (!*other) {
		*other = strdup(path);
	}
	judgement->settings[i].error = ENFORCE_ERROR_OTHER_FILE;
	judgement->settings[i].standing = ENFORCE_OVERRULED;
	return *other ? 0 : -ENOMEM;
}

/* ".../local.d/locks/NAME" fixes what ".../local.d/NAME" and its like say. */
static int read_keyfiles(
	const struct asking *asking, const char *ours, struct enforce_others *others)
{
	size_t len = (size_t)(ours - asking->path) - strlen("/" DCONF_LOCKS "/");
	cleanup(free_ptr) char *above = span_dup((struct span){asking->path + 1, len - 1});
	cleanup(fd_close) int fd = -1;
	int r = above ? sysroot_open_dir(&asking->place->root, above, &fd) : -ENOMEM;

	if (r != 0) {
		return r == -ENOMEM ? r : 0;
	}
	return enforce_others_read(fd, ours, ENFORCE_DCONF, others);
}

/* The files that say something of the same settings; those of the locks are the keyfiles' above. */
static int read_others(const struct asking *asking, const struct enforce_target *target,
	struct enforce_others *others)
{
	const char *ours = strrchr(asking->path, '/') + 1;

	if (asking->file->role == ENFORCE_MANAGED_DIR && target->dirfd >= 0) {
		return enforce_others_read(target->dirfd, ours, asking->file->format, others);
	}
	return asking->file->format == ENFORCE_DCONF_LOCKS ? read_keyfiles(asking, ours, others)
							   : 0;
}

/* What an administrator decided in part is left as a whole. */
static int judge_together(
	const struct asking *asking, struct enforce_judgement *judgement, size_t i)
{
	const struct enforce_setting *settings = asking->profile->settings;

	for (size_t j = 0; j < asking->profile->n_settings; j++) {
		if (asking->asked[j] && judgement->settings[j].standing == ENFORCE_OVERRULED &&
			enforce_mandate_together(
				asking->file, &settings[i].path, &settings[j].path)) {
			return overrule(judgement, i, judgement->settings[j].error,
				judgement->settings[j].path);
		}
	}
	return 0;
}

static int judge_setting(const struct asking *asking, const struct enforce_others *others,
	struct enforce_judgement *judgement, size_t i)
{
	const struct enforce_setting *setting = &asking->profile->settings[i];
	int r = judge_value(asking, judgement, i);

	if (r == 0 && judgement->settings[i].standing == ENFORCE_KEPT) {
		r = judge_databases(asking->place, setting, judgement, i);
	}
	if (r == 0 && asking->file->format == ENFORCE_LINK) {
		r = judge_link(asking->place, setting, asking->path, judgement, i);
	}
	if (r == 0 && others->len > 0 && !judgement->settings[i].path) {
		r = judge_other(asking, others, judgement, i);
	}
	return r;
}

static int judge_settings(const struct asking *asking, struct enforce_judgement *judgement)
{
	cleanup(enforce_others_finish) struct enforce_others others = {0};
	size_t n = asking->profile->n_settings;
	int r = read_others(asking, &judgement->target, &others);

	for (size_t i = 0; i < n && r == 0; i++) {
		r = asking->asked[i] ? judge_setting(asking, &others, judgement, i) : 0;
	}
	for (size_t i = 0; i < n && r == 0; i++) {
		if (judgement->settings[i].standing == ENFORCE_WANTS) {
			r = judge_together(asking, judgement, i);
		}
	}
	return r;
}

int enforce_judge(const struct enforce_place *place, const struct enforce_profile *profile,
	size_t file, const char *path, const bool *asked, const struct enforce_journal *journal,
	struct enforce_judgement *ret_judgement)
{
	struct enforce_judgement judgement = {.target = {.dirfd = -1, .above = -1, .fd = -1}};
	const struct enforce_file *f = &profile->files[file];
	int r = enforce_target_open_as(place, path, f->format, &judgement.target);

	if (r == 0) {
		r = read_document(place, f, &judgement);
	}
	if (r == 0) {
		r = enforce_compiled_open(place, f->format, &judgement.compiled);
	}
	if (r == 0) {
		r = judge_base(place, f, path, journal, &judgement);
	}
	if (r == 0) {
		r = enforce_start_defaults(place, f, &judgement.defaults);
	}
	if (r == 0) {
		struct asking asking = {place, profile, f, path, asked, journal};

		r = judge_settings(&asking, &judgement);
	}
	if (r != 0) {
		enforce_judgement_finish(&judgement);
		judgement.error = r;
	}
	if (r < 0) {
		return r == -ENOMEM ? r : -ENOMEM;
	}
	*ret_judgement = judgement;
	return 0;
}
