/* SPDX-License-Identifier: Apache-2.0 */
/* What the journal's parser takes can be read by what relies on it. */
#include "fuzz.h"
#include "journal.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
	cleanup(enforce_journal_finish) struct enforce_journal journal = {.dirfd = -1};
	struct json_object *files;

	if (enforce_journal_parse((struct span){(const char *)bytes, len}, &journal.object) != 0) {
		return 0;
	}
	files = enforce_journal_files(&journal);
	for (size_t i = 0; i < json_object_array_length(files); i++) {
		struct enforce_journal_file file;

		enforce_journal_read(json_object_array_get_idx(files, i), &file);
		FUZZ_REQUIRE(file.client && file.path && file.existed == !file.start);
		FUZZ_REQUIRE(enforce_journal_find(&journal, file.path));
		for (size_t j = 0; j < json_object_array_length(file.values); j++) {
			struct enforce_journal_note note;

			enforce_journal_note_read(json_object_array_get_idx(file.values, j), &note);
			FUZZ_REQUIRE(note.key && note.why);
		}
	}
	return 0;
}
