/* SPDX-License-Identifier: Apache-2.0 */
#include "apply.h"

#include "expand.h"
#include "judge.h"
#include "plugs.h"
#include "undo-file.h"

#include <string.h>

struct apply {
	const struct enforce_place *place;
	const struct enforce_profile *profile;
	const struct enforce_selection *selection;
	struct enforce_journal *journal;
	struct enforce_changes *changes;
	struct enforce_judgement judgement;
	bool left;   /* the file as it was: it says what it is to say */
	bool insist; /* it is written all the same */
};

static const struct enforce_file *file_of(const struct apply *apply)
{
	return &apply->profile->files[apply->selection->file];
}

static int report(struct apply *apply, size_t i, enum enforce_result result, int error)
{
	const struct enforce_setting *setting = &apply->profile->settings[i];
	const char *other = apply->judgement.settings[i].path;

	return enforce_changes_add(apply->changes, apply->profile->id,
		other ? other : apply->selection->path, setting->key,
		apply->judgement.settings[i].from, setting->value, setting->why, result,
		(enum enforce_error)error);
}

static int judge(struct apply *apply)
{
	enforce_judgement_finish(&apply->judgement);
	return enforce_judge(apply->place, apply->profile, apply->selection->file,
		apply->selection->path, apply->selection->settings, apply->journal,
		&apply->judgement);
}

/* One change for each setting of this standing */
static int report_all(
	struct apply *apply, enum enforce_standing standing, enum enforce_result result, int error)
{
	int r = 0;

	for (size_t i = 0; i < apply->profile->n_settings && r == 0; i++) {
		if (apply->selection->settings[i] &&
			apply->judgement.settings[i].standing == standing) {
			r = report(apply, i, result, error);
		}
	}
	return r;
}

static int report_overruled(struct apply *apply)
{
	int r = 0;

	for (size_t i = 0; i < apply->profile->n_settings && r == 0; i++) {
		if (apply->judgement.settings[i].standing == ENFORCE_OVERRULED) {
			r = report(apply, i, ENFORCE_CONFLICT,
				(int)apply->judgement.settings[i].error);
		}
	}
	return r;
}

/* The FILE of the journal. One that we made and that is gone begins anew: it held nothing else. */
static int journal_file(struct apply *apply, struct json_object **ret_file)
{
	const struct enforce_judgement *judgement = &apply->judgement;
	struct json_object *known = enforce_journal_find(apply->journal, apply->selection->path);
	struct enforce_journal_file file;

	if (known) {
		enforce_journal_read(known, &file);
		if (file.existed || judgement->target.fd >= 0) {
			*ret_file = known;
			return 0;
		}
		enforce_journal_drop(apply->journal, known);
	}
	file = (struct enforce_journal_file){
		.client = apply->profile->id,
		.path = apply->selection->path,
		.format = file_of(apply)->format,
		.aside = file_of(apply)->role == ENFORCE_MANAGED_DIR,
		.existed = judgement->target.fd >= 0,
		.dirs = (int64_t)judgement->target.missing,
		.start = judgement->start,
	};
	return enforce_journal_add(apply->journal, &file, ret_file);
}

static int draft(struct apply *apply)
{
	struct enforce_judgement *judgement = &apply->judgement;
	struct enforce_templates templates = {apply->profile->complete, judgement->defaults};
	struct json_object *object;
	struct enforce_journal_file file;
	int r = journal_file(apply, &object);

	if (r != 0) {
		return r == -ENOMEM ? r : ENFORCE_ERROR_JOURNAL;
	}
	enforce_journal_read(object, &file);
	for (size_t i = 0; i < apply->profile->n_settings && r == 0; i++) {
		if (judgement->settings[i].standing == ENFORCE_WANTS) {
			r = enforce_draft_keep(&judgement->document, &apply->profile->settings[i],
				&templates, file.values, file.made);
		}
	}
	return r;
}

/* former: the journal as it is on disk. One that says nothing new is not saved. */
static int save_journal(const struct apply *apply, struct json_object *former)
{
	int r;

	if (json_equal(apply->journal->object, former)) {
		return 0;
	}
	r = enforce_journal_save(apply->journal);
	return r == 0 || r == -ENOMEM ? r : ENFORCE_ERROR_JOURNAL;
}

/* Texts of dconf's that say all of it, while its database does not: they need no writing. */
static bool only_compiles(const struct apply *apply)
{
	const struct enforce_judgement *judgement = &apply->judgement;
	const struct enforce_target *target = &judgement->target;

	return enforce_compiled_needed(file_of(apply)->format) && target->fd >= 0 &&
	       target->len == judgement->document.len &&
	       memcmp(target->bytes, judgement->document.bytes, target->len) == 0;
}

static int write_file(struct apply *apply, struct json_object *former)
{
	struct enforce_judgement *judgement = &apply->judgement;
	struct span text = {judgement->document.bytes, judgement->document.len};
	int r = save_journal(apply, former);

	if (r != 0) {
		return r;
	}
	apply->left = !apply->insist && only_compiles(apply);
	if (apply->left) {
		return 0;
	}
	if (file_of(apply)->format == ENFORCE_PLUGS) {
		return enforce_plugs_write(apply->place,
			(struct span){judgement->target.bytes, judgement->target.len}, text);
	}
	if (judgement->target.missing > 0) {
		r = enforce_target_make_dirs(
			apply->place, apply->selection->path, &judgement->target);
		if (r == 0 && judgement->target.fd >= 0) {
			r = ENFORCE_ERROR_CHANGED_MEANWHILE;
		}
	}
	if (r == 0) {
		r = enforce_target_write(&judgement->target, apply->selection->path,
			file_of(apply)->role == ENFORCE_MANAGED_DIR, text);
	}
	return r;
}

/* What was there before it was written, by which a failed write is known to have left no trace. */
struct former {
	const char *bytes; /* of the file; NULL: there was none */
	size_t len;
	size_t missing; /* directories */
};

/* True when all is as before; when that cannot be seen it is not. */
static bool left_no_trace(const struct apply *apply, const struct former *former)
{
	cleanup(enforce_target_finish) struct enforce_target now = {
		.dirfd = -1, .above = -1, .fd = -1};
	const char *path = apply->selection->path;

	if (former->missing > 0 &&
		enforce_target_remove_dirs(apply->place, path, former->missing) != 0) {
		return false;
	}
	return enforce_target_open(apply->place, path, &now) == 0 &&
	       now.missing == former->missing && (now.fd >= 0) == (former->bytes != NULL) &&
	       (now.fd < 0 ||
		       (now.len == former->len && memcmp(now.bytes, former->bytes, now.len) == 0));
}

/* Nothing was written: the journal says again what it said. */
static void restore_journal(struct apply *apply, struct json_object **snapshot)
{
	cleanup(json_put) struct json_object *written = apply->journal->object;

	apply->journal->object = TAKE_PTR(*snapshot);
	/* should this fail, the journal on disk names values that undo finds unchanged */
	if (apply->journal->dirfd >= 0 && save_journal(apply, written) != 0) {
		return;
	}
}

/*
 * A write that failed after the file was in its place, or after directories were made, must be
 * undone some day: the journal then keeps what it says.
 */
static int write_draft(struct apply *apply, struct json_object **snapshot)
{
	const struct enforce_target *target = &apply->judgement.target;
	struct former former = {
		target->fd >= 0 ? target->bytes : NULL, target->len, target->missing};
	int r = draft(apply);
	bool drafted = r == 0;

	if (drafted) {
		r = write_file(apply, *snapshot);
	}
	if (r != 0 && (!drafted || r == ENFORCE_ERROR_CHANGED_MEANWHILE ||
			      left_no_trace(apply, &former))) {
		restore_journal(apply, snapshot);
	}
	return r;
}

/* 0 with ret_n 0: there was nothing to write. */
static int apply_once(struct apply *apply, size_t *ret_n)
{
	cleanup(json_put) struct json_object *snapshot = NULL;
	size_t n = 0;
	int r = judge(apply);

	if (r == 0 && apply->judgement.error == 0 && apply->judgement.base_changed) {
		/* back to how it was without us, then on top of the new base: each step can be
		 * interrupted and leaves a journal that tells the truth */
		r = enforce_undo_file(apply->place, apply->journal,
			enforce_journal_find(apply->journal, apply->selection->path), NULL, NULL);
		if (r == 0) {
			r = judge(apply);
		}
	}
	if (r != 0 || apply->judgement.error != 0) {
		return r != 0 ? r : apply->judgement.error;
	}
	for (size_t i = 0; i < apply->profile->n_settings; i++) {
		n += apply->judgement.settings[i].standing == ENFORCE_WANTS;
	}
	*ret_n = n;
	if (n == 0) {
		return 0;
	}
	if (json_object_deep_copy(apply->journal->object, &snapshot, NULL) < 0) {
		return -ENOMEM;
	}
	return write_draft(apply, &snapshot);
}

static int not_kept_error(const struct apply *apply)
{
	return enforce_compiled_needed(file_of(apply)->format) ? ENFORCE_ERROR_TOOL_FAILED
							       : ENFORCE_ERROR_CHANGED_MEANWHILE;
}

/* Reads back: a value counts as applied when it is in the file, and in what is made of that. */
static int verify(struct apply *apply, int compiling)
{
	struct enforce_judgement after = {.target = {.dirfd = -1, .above = -1, .fd = -1}};
	int r = enforce_judge(apply->place, apply->profile, apply->selection->file,
		apply->selection->path, apply->selection->settings, NULL, &after);

	for (size_t i = 0; i < apply->profile->n_settings && r == 0; i++) {
		bool kept = after.settings[i].standing == ENFORCE_KEPT;

		if (apply->judgement.settings[i].standing == ENFORCE_WANTS) {
			r = report(apply, i, kept ? ENFORCE_APPLIED : ENFORCE_FAILED,
				kept	      ? ENFORCE_NO_ERROR
				: after.error ? after.error
				: compiling   ? compiling
					      : not_kept_error(apply));
		}
	}
	enforce_judgement_finish(&after);
	return r;
}

/* What was wanted holds now. */
static bool holds(const struct apply *apply)
{
	struct enforce_judgement now = {.target = {.dirfd = -1, .above = -1, .fd = -1}};
	bool all = enforce_judge(apply->place, apply->profile, apply->selection->file,
			   apply->selection->path, apply->selection->settings, NULL, &now) == 0;

	for (size_t i = 0; i < apply->profile->n_settings && all; i++) {
		all = apply->judgement.settings[i].standing != ENFORCE_WANTS ||
		      now.settings[i].standing == ENFORCE_KEPT;
	}
	enforce_judgement_finish(&now);
	return all;
}

static int compile(const struct apply *apply)
{
	return enforce_compiled_update(
		apply->place, file_of(apply)->format, apply->selection->path, false, 0);
}

/*
 * A compiler may leave a database that is younger than its texts, as make(1) would (dconf 0.40 does
 * not): then these are written after all.
 */
static int make_count(struct apply *apply, size_t *n)
{
	int r = compile(apply);

	if (r != 0 || !apply->left || holds(apply)) {
		return r;
	}
	apply->insist = true;
	r = apply_once(apply, n);
	return r == 0 ? compile(apply) : r;
}

static int report_error(struct apply *apply, int error)
{
	enum enforce_result result = enforce_error_result(error);
	int r = 0;

	if (apply->judgement.error == 0) {
		return report_all(apply, ENFORCE_WANTS, result, error);
	}
	for (size_t i = 0; i < apply->profile->n_settings && r == 0; i++) {
		if (apply->selection->settings[i]) {
			r = report(apply, i, result, error);
		}
	}
	return r;
}

static int apply_expanded(const struct enforce_place *place, const struct enforce_profile *profile,
	const struct enforce_selection *selection, struct enforce_journal *journal,
	struct enforce_changes *changes)
{
	struct apply apply = {.place = place,
		.profile = profile,
		.selection = selection,
		.journal = journal,
		.changes = changes,
		.judgement = {.target = {.dirfd = -1, .above = -1, .fd = -1}}};
	size_t n = 0;
	int r = apply_once(&apply, &n);

	if (r == ENFORCE_ERROR_CHANGED_MEANWHILE) {
		r = apply_once(&apply, &n);
	}
	if (r > 0) {
		r = report_error(&apply, r);
	} else if (r == 0 && n > 0) {
		r = make_count(&apply, &n);
		r = r < 0 ? r : verify(&apply, r);
	}
	if (r == 0) {
		r = report_overruled(&apply);
	}
	enforce_judgement_finish(&apply.judgement);
	return r;
}

int enforce_apply(const struct enforce_place *place, const struct enforce_profile *profile,
	const struct enforce_selection *selection, struct enforce_journal *journal,
	struct enforce_changes *changes)
{
	cleanup(enforce_expansion_free_p) struct enforce_expansion *expansion = NULL;
	struct enforce_selection expanded = {.file = selection->file, .path = selection->path};
	int r = enforce_expand(
		place, profile, selection->file, selection->path, selection->settings, &expansion);

	if (r != 0 || !expansion) {
		return r != 0 ? r : apply_expanded(place, profile, selection, journal, changes);
	}
	memcpy(expanded.settings, expansion->asked, sizeof(expanded.settings));
	r = apply_expanded(place, &expansion->profile, &expanded, journal, changes);
	if (r == 0 && expansion->more) {
		r = enforce_add_unlisted(profile, selection->file, changes);
	}
	return r;
}
