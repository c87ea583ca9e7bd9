/* SPDX-License-Identifier: Apache-2.0 */
/* A database of dconf's or GLib's that anybody may have written: looked up as readers do. */
#include "fuzz.h"
#include "gvdb.h"

#include "str.h"

static void try_value(const struct gvariant *value, struct span file)
{
	struct gvariant member, inner, found;
	struct span text;
	int64_t number;

	FUZZ_REQUIRE(value->bytes.len == 0 ||
		     (value->bytes.p >= file.p && value->bytes.len <= file.len &&
			     value->bytes.p + value->bytes.len <= file.p + file.len));
	FUZZ_TRY(gvariant_number(value, &number));
	FUZZ_TRY(gvariant_string(value, &text));
	FUZZ_TRY(gvariant_lookup(value, span_z("GNOME"), &found));
	for (size_t i = 0; gvariant_member(value, i, &member) == 0; i++) {
		FUZZ_TRY(gvariant_number(&member, &number));
		FUZZ_TRY(gvariant_string(&member, &text));
		FUZZ_TRY(gvariant_unbox(&member, &inner));
		FUZZ_TRY(gvariant_member(&member, 0, &inner));
		if (gvariant_member(&member, 1, &inner) == 0) {
			FUZZ_TRY(gvariant_lookup(&inner, span_z("GNOME"), &found));
		}
	}
}

static void try_table(const struct gvdb *table)
{
	static const char *const keys[] = {"/org/gnome/desktop/session/idle-delay", "idle-delay",
		".path", "lock-enabled", "/org/gnome/desktop/screensaver/lock-enabled"};
	struct gvariant value;

	for (size_t i = 0; i < ARRAY_LEN(keys); i++) {
		if (gvdb_value(table, keys[i], &value) == 0) {
			FUZZ_REQUIRE(gvdb_has_value(table, keys[i]));
			try_value(&value, table->file);
		}
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
	static const char *const tables[] = {
		".locks", "org.gnome.desktop.session", "org.gnome.desktop.screensaver"};
	struct gvdb file, table;

	if (len > GVDB_FILE_MAX || gvdb_open((struct span){(const char *)bytes, len}, &file) != 0) {
		return 0;
	}
	try_table(&file);
	for (size_t i = 0; i < ARRAY_LEN(tables); i++) {
		if (gvdb_table(&file, tables[i], &table) == 0) {
			try_table(&table);
		}
	}
	return 0;
}
