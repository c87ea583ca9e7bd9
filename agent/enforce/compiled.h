/* SPDX-License-Identifier: Apache-2.0 */
/*
 * dconf's text files below /etc/dconf/db/local.d/ say nothing by themselves: what `dconf update`
 * made of them, /etc/dconf/db/local, does. A setting there counts once that database holds it.
 */
#pragma once

#include "document.h"
#include "place.h"

#include <sys/stat.h>

#define ENFORCE_COMPILED_DIR "/etc/dconf/db/" /* the databases of the system */

struct enforce_compiled {
	bool there;  /* the database could be read */
	char *bytes; /* owned */
	size_t len;
};
void enforce_compiled_finish(struct enforce_compiled *compiled);

bool enforce_compiled_needed(enum enforce_format format);
/*
 * Before anything is planned: NO_TOOL when dconf is not installed; OTHER_FILE when there is a
 * database without the texts it was made of, which an update would empty. The database of another
 * kind of file is an empty one. enum enforce_error, -ENOMEM
 */
must_check int enforce_compiled_open(const struct enforce_place *place, enum enforce_format format,
	struct enforce_compiled *ret_compiled);
/* value: as the keyfile has it, in the text form of GVariant; booleans, numbers, texts, "@as []" */
bool enforce_compiled_has(const struct enforce_compiled *compiled, enum enforce_format format,
	const struct json_path *path, const char *value);
/*
 * The database behind ours in the profile whose lock on this key overrules it with another value:
 * "/etc/dconf/db/NAME", heap. NULL: none. -ENOMEM
 */
must_check int enforce_compiled_overruled(const struct enforce_place *place,
	enum enforce_format format, const struct enforce_setting *setting, char **ret_database);
/* The database on disk at one moment: dconf lays each new one beside it and renames it. */
struct enforce_compiled_mark {
	ino_t ino; /* 0: there is none */
	struct timespec at;
};
struct enforce_compiled_mark enforce_compiled_mark(const struct enforce_place *place);
/*
 * Whether the database is the one of this mark, and says this of key still: what was put back in
 * the text does not count then, whatever dconf said. -ENOMEM
 */
must_check int enforce_compiled_keeps(const struct enforce_place *place, enum enforce_format format,
	const struct enforce_compiled_mark *mark, const char *key, const char *value,
	bool *ret_keeps);
/*
 * After a file was written or put back. NO_TOOL, TOOL_FAILED. gone: the file was removed and had
 * brought n_dirs directories with it; a database that is left without texts goes too.
 */
must_check int enforce_compiled_update(const struct enforce_place *place,
	enum enforce_format format, const char *path, bool gone, size_t n_dirs);
