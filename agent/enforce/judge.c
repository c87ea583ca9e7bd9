/* SPDX-License-Identifier: Apache-2.0 */
#include "judge.h"

#include "start.h"
#include "others.h"
#include "undo-file.h"

#include <string.h>

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
		r = enforce_start_text(place, file, &judgement->start);
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
	r = enforce_start_text(place, file, &start);
	if (r != 0 || strcmp(start, known.start) == 0) {
		return r;
	}
	return enforce_undo_leaves_start(&judgement->document, object, &judgement->base_changed);
}

static int judge_value(
	const struct enforce_setting *setting, struct enforce_judgement *judgement, size_t i)
{
	cleanup(enforce_value_finish) struct enforce_value value = {0};
	enum enforce_format format = judgement->document.format;
	int r = enforce_document_get(&judgement->document, &setting->path, &value);

	if (r != 0) {
		return r;
	}
	judgement->settings[i].standing =
		enforce_format_same(format, &value, setting->value) &&
				enforce_compiled_has(&judgement->compiled, format, &setting->path,
					json_object_get_string(setting->value))
			? ENFORCE_KEPT
			: ENFORCE_WANTS;
	judgement->settings[i].from = TAKE_PTR(value.object);
	return 0;
}

static int other_path(const char *path, const char *name, struct str *out)
{
	size_t dir = (size_t)(strrchr(path, '/') - path);
	int r;

	if (span_starts(span_z(name), ENFORCE_OTHER_ABOVE)) {
		name += strlen(ENFORCE_OTHER_ABOVE);
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
	int r = enforce_compiled_overruled(place, judgement->document.format, &setting->path,
		json_object_get_string(setting->value), other);

	if (r == 0 && *other) {
		judgement->settings[i].standing = ENFORCE_OVERRULED;
	}
	return r;
}

static int judge_other(const struct enforce_setting *setting, const struct enforce_others *others,
	const char *path, struct enforce_judgement *judgement, size_t i)
{
	cleanup(enforce_value_finish) struct enforce_value value = {0};
	cleanup(str_finish) struct str name = {0};
	const struct enforce_other *other;
	int r = enforce_others_find(others, &setting->path, &other, &value);

	if (r != 0 || !other ||
		enforce_format_same(other->document.format, &value, setting->value)) {
		return r;
	}
	r = other_path(path, other->name, &name);
	if (r != 0) {
		return r;
	}
	json_object_put(judgement->settings[i].from);
	judgement->settings[i].from = TAKE_PTR(value.object);
	judgement->settings[i].path = TAKE_PTR(name.p);
	judgement->settings[i].standing = ENFORCE_OVERRULED;
	return 0;
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
	judgement->settings[i].standing = ENFORCE_OVERRULED;
	return *other ? 0 : -ENOMEM;
}

static int judge_settings(const struct enforce_place *place, const struct enforce_profile *profile,
	const struct enforce_file *file, const char *path, const bool *asked,
	struct enforce_judgement *judgement)
{
	cleanup(enforce_others_finish) struct enforce_others others = {0};
	int r = 0;

	if (file->role == ENFORCE_MANAGED_DIR && judgement->target.dirfd >= 0) {
		r = enforce_others_read(
			judgement->target.dirfd, strrchr(path, '/') + 1, file->format, &others);
	}
	for (size_t i = 0; i < profile->n_settings && r == 0; i++) {
		if (!asked[i]) {
			continue;
		}
		r = judge_value(&profile->settings[i], judgement, i);
		if (r == 0 && judgement->settings[i].standing == ENFORCE_KEPT) {
			r = judge_databases(place, &profile->settings[i], judgement, i);
		}
		if (r == 0 && file->format == ENFORCE_LINK) {
			r = judge_link(place, &profile->settings[i], path, judgement, i);
		}
		if (r == 0 && others.len > 0 && !judgement->settings[i].path) {
			r = judge_other(&profile->settings[i], &others, path, judgement, i);
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
		r = judge_settings(place, profile, f, path, asked, &judgement);
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
