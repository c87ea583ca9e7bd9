/* SPDX-License-Identifier: Apache-2.0 */
#include "gates.h"

#include "gates-parts.h"
#include "json.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>

#define APPARMOR "sys/kernel/security/apparmor/"
#define ENABLED "sys/module/apparmor/parameters/enabled"
#define PROFILES APPARMOR "profiles"
#define POLICY APPARMOR "policy"
#define PROFILE_DIRS "profiles" /* below it */
#define FILE_BYTES_MAX ((size_t)256 << 10)
#define PROFILES_BYTES_MAX ((size_t)1 << 20)
#define WORD_BYTES_MAX ((size_t)8 << 10)
#define PATH_BYTES_MAX 512
#define GATES_MAX 64
#define CLIENT_MAX 48

const struct gate *gate_find(const char *client)
{
	for (size_t i = 0; i < gates_len; i++) {
		if (strcmp(gates[i].client, client) == 0) {
			return &gates[i];
		}
	}
	return NULL;
}

bool gate_installed(const struct sysroot *root, const struct gate *gate)
{
	for (size_t i = 0; i < GATE_NAMES_MAX && gate->detect[i]; i++) {
		if (sysroot_exists(root, gate->detect[i])) {
			return true;
		}
	}
	return false;
}

bool gate_wrote(const struct gate *gate, const char *text)
{
	for (size_t i = 0; i < GATE_DIALECT_COUNT; i++) {
		if (strcmp(text, gate->texts[i][GATE_DENIES]) == 0) {
			return true;
		}
	}
	return false;
}

struct record_wire {
	struct json_object *gates;
	int64_t format;
};
static const struct json_field record_fields[] = {
	{"format", JSON_WANT_INT, offsetof(struct record_wire, format), true, 1},
	{"gates", JSON_WANT_ARRAY, offsetof(struct record_wire, gates), true, GATES_MAX},
};

struct row_wire {
	const char *client, *denies, *lifted;
};
static const struct json_field row_fields[] = {
	{"client", JSON_WANT_STRING, offsetof(struct row_wire, client), true, CLIENT_MAX},
	{"denies", JSON_WANT_STRING, offsetof(struct row_wire, denies), true, GATE_HASH_MAX},
	{"lifted", JSON_WANT_STRING, offsetof(struct row_wire, lifted), true, GATE_HASH_MAX},
};

int gate_record_parse(struct span text, const char *client, struct gate_record *ret_record)
{
	cleanup(json_put) struct json_object *object = NULL;
	struct record_wire wire = {0};
	struct gate_record record = {0};
	bool found = false;
	int r = json_parse(text, &object, NULL);

	if (r == 0) {
		r = json_decode(object, record_fields, ARRAY_LEN(record_fields), &wire, NULL);
	}
	if (r == 0 && wire.format != 1) {
		r = -EBADMSG;
	}
	for (size_t i = 0; r == 0 && i < json_object_array_length(wire.gates); i++) {
		struct row_wire row = {0};

		r = json_decode(json_object_array_get_idx(wire.gates, i), row_fields,
			ARRAY_LEN(row_fields), &row, NULL);
		if (r == 0 && strcmp(row.client, client) == 0) {
			found = true;
			memcpy(record.hashes[GATE_DENIES], row.denies, strlen(row.denies) + 1);
			memcpy(record.hashes[GATE_LIFTED], row.lifted, strlen(row.lifted) + 1);
		}
	}
	if (r == 0 && !found) {
		r = -ENOENT;
	}
	if (r == 0) {
		*ret_record = record;
	}
	return r;
}

/* "NAME (MODE)" lines: the mode of this one, -1 when it is not there, 1 for enforce or kill */
int gates_mode_of(const char *profiles, const char *name)
{
	struct span text = span_z(profiles), line;
	size_t len = strlen(name);

	while (span_next(&text, '\n', &line)) {
		if (line.len > len + 2 && memcmp(line.p, name, len) == 0 &&
			memcmp(line.p + len, " (", 2) == 0) {
			struct span mode = {line.p + len + 1, line.len - len - 1};

			return span_eq(mode, "(enforce)") || span_eq(mode, "(kill)");
		}
	}
	return -1;
}

/*
 * The kernel's "policy" is a magic link into a file system that is mounted nowhere
 * (security/apparmor/apparmorfs.c, policy_get_link), and a look-up that stays below a root follows
 * none. On the live system nobody but the kernel can have put it there.
 */
static int open_policy(const struct sysroot *root, struct sysroot *ret_policy)
{
	int fd = -1;
	int r = sysroot_open_dir(root, POLICY, &fd);

	if ((r == -ELOOP || r == -EXDEV) && root->live) {
		fd = openat(root->fd, POLICY, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
		r = fd < 0 ? -errno : 0;
	}
	if (r == 0) {
		*ret_policy = (struct sysroot){.fd = fd};
	}
	return r;
}

/* Without what ends the line; NULL when it is not there or not to be read. -ENOMEM */
static int word_read(
	const struct sysroot *policy, const char *entry, const char *name, char **ret_word)
{
	cleanup(free_ptr) char *text = NULL;
	char path[PATH_BYTES_MAX];
	size_t len = 0;
	int r;

	snprintf(path, sizeof(path), PROFILE_DIRS "/%.255s/%s", entry, name);
	r = sysroot_read(policy, path, WORD_BYTES_MAX, &text, &len);
	if (r == 0) {
		text[strcspn(text, "\n")] = '\0';
		*ret_word = TAKE_PTR(text);
	}
	return r == -ENOMEM ? r : 0;
}

/* An entry is called NAME.NUMBER, and NAME may hold dots. */
static bool entry_is(const char *entry, const char *name)
{
	size_t len = strlen(name);

	return strncmp(entry, name, len) == 0 && entry[len] == '.' &&
	       strspn(entry + len + 1, "0123456789") == strlen(entry + len + 1);
}

void gates_lower(char *text)
{
	for (; *text; text++) {
		*text = (char)(*text >= 'A' && *text <= 'Z' ? *text - 'A' + 'a' : *text);
	}
}

/* What a profile attaches to is a pattern, or its name when it has none: a path has a slash. */
static bool attaches(char *attach, const struct gate *gate)
{
	gates_lower(attach);
	return strchr(attach, '/') && strstr(attach, gate->word);
}

static int entry_take(const struct sysroot *policy, const struct gate *gate, const char *entry,
	struct gate_state *state)
{
	cleanup(free_ptr) char *attach = NULL;
	cleanup(free_ptr) char *sha1 = NULL;
	cleanup(free_ptr) char *sha256 = NULL;
	const char *hash;
	int r;

	if (!entry_is(entry, gate->profile)) {
		r = word_read(policy, entry, "attach", &attach);
		if (r == 0 && attach && attaches(attach, gate)) {
			state->hold = GATE_HOLD_OTHERS;
			snprintf(state->other, sizeof(state->other),
				"/" POLICY "/" PROFILE_DIRS "/%.*s",
				(int)(strrchr(entry, '.') ? strrchr(entry, '.') - entry : 0),
				entry);
		}
		return r;
	}
	r = word_read(policy, entry, "sha1", &sha1);
	if (r == 0) {
		r = word_read(policy, entry, "sha256", &sha256); /* since Linux 6.8 */
	}
	hash = sha256 ? sha256 : sha1;
	if (r == 0 && hash && strlen(hash) <= GATE_HASH_MAX) {
		memcpy(state->hash, hash, strlen(hash) + 1);
	}
	return r;
}

static int look_entries(
	const struct sysroot *root, const struct gate *gate, struct gate_state *state)
{
	cleanup(sysroot_names_finish) struct sysroot_names names = {0};
	cleanup(sysroot_finish) struct sysroot policy = {.fd = -1};
	int r = open_policy(root, &policy);

	if (r == 0) {
		r = sysroot_list(&policy, PROFILE_DIRS, &names);
	}
	if (r == -ENOMEM) {
		return r;
	}
	if (r == -EACCES || r == -EPERM) {
		state->hold = GATE_HOLD_REFUSED;
		return 0;
	}
	r = 0;
	for (size_t i = 0; r == 0 && i < names.len; i++) {
		r = entry_take(&policy, gate, names.names[i], state);
	}
	return r;
}

/*
 * What stands before the brace that opens a profile. One in the middle of a word is a pattern; the
 * brace may come on a line of its own, or with the rules behind it (apparmor.d(5)).
 */
static struct span head_of(struct span line)
{
	for (size_t i = 1; i < line.len; i++) {
		if (line.p[i] == '{' && memchr(" \t)", line.p[i - 1], 3)) {
			return (struct span){line.p, i};
		}
	}
	if (line.p[line.len - 1] == '{') {
		line.len--;
	} else if (!span_starts(line, "profile ")) {
		line.len = 0; /* a rule */
	}
	return line;
}

/* "profile NAME PATH flags=(...) {", or its path alone */
static bool is_head(struct span line, const struct gate *gate)
{
	cleanup(free_ptr) char *text = NULL;

	line = span_trim(line);
	if (line.len < 2 || line.p[0] == '#' ||
		!(span_starts(line, "profile ") || memchr("/\"@", line.p[0], 3))) {
		return false;
	}
	line = head_of(line);
	text = line.len > 0 ? span_dup(line) : NULL;
	return text && attaches(text, gate);
}

/*
 * The kernel tells what a profile attaches to only where the parser gave it the text, which that of
 * Debian 12 does not do: so the folder that is loaded from is looked through as well.
 */
static int look_folder(
	const struct sysroot *root, const struct gate *gate, struct gate_state *state)
{
	cleanup(sysroot_names_finish) struct sysroot_names names = {0};
	int r = sysroot_list(root, GATES_FOLDER, &names);

	for (size_t i = 0; r == 0 && i < names.len; i++) {
		cleanup(free_ptr) char *text = NULL;
		char path[PATH_BYTES_MAX];
		struct span rest, line;
		size_t len = 0;

		snprintf(path, sizeof(path), GATES_FOLDER "/%.255s", names.names[i]);
		if (strcmp(path, gate->path + 1) == 0) {
			continue;
		}
		r = sysroot_read(root, path, FILE_BYTES_MAX, &text, &len);
		rest = r == 0 ? (struct span){text, len} : (struct span){NULL, 0};
		while (span_next(&rest, '\n', &line)) {
			if (is_head(line, gate)) {
				state->hold = GATE_HOLD_OTHERS;
				snprintf(state->other, sizeof(state->other),
					"/" GATES_FOLDER "/%.120s", names.names[i]);
			}
		}
		r = r == -ENOMEM ? r : 0; /* a folder, or not to be read */
	}
	return r == -ENOMEM ? r : 0;
}

static void take_mode(const char *profiles, const struct gate *gate, struct gate_state *state)
{
	int mode = gates_mode_of(profiles, gate->profile);

	state->loaded = mode >= 0;
	state->enforced = mode == 1;
	state->hold = state->enforced ? GATE_HOLD_ENFORCED
		      : state->loaded ? GATE_HOLD_COMPLAINS
				      : GATE_HOLD_NONE;
}

int gate_look(const struct sysroot *root, const struct gate *gate, struct gate_state *ret_state)
{
	cleanup(free_ptr) char *enabled = NULL;
	cleanup(free_ptr) char *profiles = NULL;
	struct gate_state state = {.hold = GATE_HOLD_IMPOSSIBLE};
	size_t len = 0;
	int r = sysroot_read(root, ENABLED, WORD_BYTES_MAX, &enabled, &len);

	if (r == 0 && enabled[0] == 'Y') {
		r = sysroot_read(root, PROFILES, PROFILES_BYTES_MAX, &profiles, &len);
		if (r == 0) {
			take_mode(profiles, gate, &state);
			r = look_entries(root, gate, &state);
			if (r == 0) {
				r = look_folder(root, gate, &state);
			}
		} else if (r != FD_E_MISSING) {
			state.hold = GATE_HOLD_REFUSED;
		}
	}
	if (r == -ENOMEM) {
		return r;
	}
	*ret_state = state;
	return 0;
}
