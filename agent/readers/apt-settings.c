/* SPDX-License-Identifier: Apache-2.0 */
#include "apt-settings.h"
#include "apt-conf.h"
#include "apt-parts.h"

#include <string.h>
#include <strings.h>

#define MACHINE_ID "etc/machine-id"
#define MACHINE_ID_MAX 4096

enum flag {
	FLAG_ALWAYS, /* as update-manager(8) reads them, and apt where it says nothing itself */
	FLAG_IGNORE_HOLD,
	FLAG_MANAGER_ALWAYS,
	FLAG_MANAGER_NEVER,
	FLAG_NEVER,
	FLAG_PHASE_POLICY,
};
#define FLAG_COUNT 6

static const char *const flag_keys[FLAG_COUNT] = {
	[FLAG_ALWAYS] = "apt::get::always-include-phased-updates",
	[FLAG_IGNORE_HOLD] = "apt::ignore-hold",
	[FLAG_MANAGER_ALWAYS] = "update-manager::always-include-phased-updates",
	[FLAG_MANAGER_NEVER] = "update-manager::never-include-phased-updates",
	[FLAG_NEVER] = "apt::get::never-include-phased-updates",
	[FLAG_PHASE_POLICY] = "apt::get::phase-policy",
};

static const struct {
	const char *key;
	size_t offset;
	size_t size;
} word_keys[] = {
#define WORD(key, member)                                          \
	{                                                          \
		key, offsetof(struct apt_settings, member),        \
			sizeof(((struct apt_settings *)0)->member) \
	}
	WORD("apt::architecture", native),
	WORD("apt::default-release", default_release),
	WORD("apt::machine-id", machine_id),
#undef WORD
};

static const char *const place_keys[] = {
	"dir",
	"dir::etc",
	"dir::etc::main",
	"dir::etc::parts",
	"dir::etc::preferences",
	"dir::etc::preferencesparts",
	"dir::etc::sourcelist",
	"dir::etc::sourceparts",
	"dir::state",
	"dir::state::lists",
	"dir::state::status",
	"rootdir",
};

enum said { SAID_NOTHING, SAID_NO, SAID_YES };

struct look {
	struct apt_settings settings;
	enum said flags[FLAG_COUNT];
	bool damaged;
};

/* strutl.cc, StringToBool; anything else leaves the default, which is no for all of these. */
static enum said truth_of(const char *value)
{
	static const char *const yes[] = {"yes", "true", "with", "on", "enable", "1"};
	static const char *const no[] = {"no", "false", "without", "off", "disable", "0"};

	for (size_t i = 0; i < ARRAY_LEN(yes); i++) {
		if (strcasecmp(value, yes[i]) == 0) {
			return SAID_YES;
		}
		if (strcasecmp(value, no[i]) == 0) {
			return SAID_NO;
		}
	}
	return SAID_NOTHING;
}

/* "#clear KEY;" takes what lies below the key along. */
static bool key_clears(const char *key, const char *value, const char *wanted)
{
	size_t len = strlen(key);

	return !value && strncmp(key, wanted, len) == 0 &&
	       (wanted[len] == '\0' || wanted[len] == ':');
}

static void item_take(const char *key, const char *value, void *data)
{
	struct look *look = data;

	for (size_t i = 0; i < FLAG_COUNT; i++) {
		if (key_clears(key, value, flag_keys[i])) {
			look->flags[i] = SAID_NOTHING;
		} else if (value && strcmp(key, flag_keys[i]) == 0) {
			look->flags[i] = truth_of(value);
		}
	}
	for (size_t i = 0; i < ARRAY_LEN(word_keys); i++) {
		char *out = (char *)&look->settings + word_keys[i].offset;

		if (key_clears(key, value, word_keys[i].key)) {
			out[0] = '\0';
		} else if (value && strcmp(key, word_keys[i].key) == 0) {
			size_t len = strlen(value);

			look->damaged = look->damaged || len >= word_keys[i].size;
			if (len < word_keys[i].size) {
				memcpy(out, value, len + 1);
			}
		}
	}
	for (size_t i = 0; i < ARRAY_LEN(place_keys) && value; i++) {
		if (strcmp(key, place_keys[i]) == 0) {
			look->settings.elsewhere = true;
		}
	}
}

static int text_take(struct span text, const char *name, void *data)
{
	int r = apt_conf_parse(text, item_take, data);

	(void)name;
	return r > 0 ? APT_PARTS_E_FORMAT : r;
}

/* The first line; without a file no machine is put off. */
static int machine_id_read(const struct sysroot *root, char *id, size_t size)
{
	cleanup(free_ptr) char *text = NULL;
	size_t len = 0;
	int r = sysroot_read(root, MACHINE_ID, MACHINE_ID_MAX, &text, &len);

	if (r == 0) {
		len = strcspn(text, "\r\n");
		if (len < size) {
			memcpy(id, text, len);
			id[len] = '\0';
		}
	}
	return r == -ENOMEM ? r : 0;
}

/* Where the flag is not said, that of update-manager counts (policy.cc, upgrade.cc). */
static bool flag_on(const struct look *look, enum flag flag, enum flag otherwise)
{
	enum said said = look->flags[flag];

	return (said == SAID_NOTHING ? look->flags[otherwise] : said) == SAID_YES;
}

int apt_settings_read(const struct sysroot *root, struct apt_settings *ret_settings)
{
	static const struct apt_parts parts = {
		.file = "etc/apt/apt.conf",
		.dir = "etc/apt/apt.conf.d",
		.extensions = {"", "conf"},
		.file_last = true,
		.strict = true,
		.file_max = APT_CONF_FILE_MAX,
	};
	struct look look = {.damaged = false};
	struct apt_settings *s = &look.settings;
	int r = apt_parts_read(root, &parts, text_take, &look);

	if (r != 0 || look.damaged) {
		return r != 0 ? r : APT_PARTS_E_FORMAT;
	}
	s->phase_policy = flag_on(&look, FLAG_PHASE_POLICY, FLAG_PHASE_POLICY);
	s->phase_always = flag_on(&look, FLAG_ALWAYS, FLAG_MANAGER_ALWAYS);
	s->phase_never = flag_on(&look, FLAG_NEVER, FLAG_MANAGER_NEVER);
	s->ignore_hold = flag_on(&look, FLAG_IGNORE_HOLD, FLAG_IGNORE_HOLD);
	if (s->machine_id[0] == '\0') {
		r = machine_id_read(root, s->machine_id, sizeof(s->machine_id));
	}
	if (r == 0) {
		*ret_settings = *s;
	}
	return r;
}
