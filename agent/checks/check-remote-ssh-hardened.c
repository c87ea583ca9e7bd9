/* SPDX-License-Identifier: Apache-2.0 */
/*
 * remote.ssh-hardened: nobody logs in over ssh by a password or as root. Read as sshd reads it:
 * the first value of a keyword holds, an Include is read where it stands, and what a Match block
 * says holds for those who match, so that each block counts for the worst.
 */
#include "check.h"
#include "sshd-config.h"
#include "units.h"
#include "vec.h"

#include <stdio.h>
#include <string.h>

#define DEPTH_MAX 16 /* servconf.c, SERVCONF_MAX_DEPTH */
#define FILES_MAX 256
#define PATH_LEN_MAX 512

static const struct check_input inputs[] = {
	{CHECK_INPUT_FILE, "etc/default/ssh"},
	{CHECK_INPUT_FILE, "etc/ssh/sshd_config"},
	{CHECK_INPUT_FILE, "etc/ssh/sshd_config.d"},
	{CHECK_INPUT_FILE, "etc/sysconfig/sshd"},
	{CHECK_INPUT_FILE, "etc/systemd/system"},
	{CHECK_INPUT_FILE, "etc/systemd/system/multi-user.target.wants"},
	{CHECK_INPUT_FILE, "etc/systemd/system/sockets.target.wants"},
	{CHECK_INPUT_FILE, "sys/fs/cgroup/system.slice"},
	{CHECK_INPUT_FILE, "usr/etc/ssh/sshd_config"},
	{CHECK_INPUT_FILE, "usr/etc/ssh/sshd_config.d"},
	{CHECK_INPUT_FILE, "usr/sbin/sshd"},
};

enum key { KEY_EMPTY, KEY_KEYBOARD, KEY_METHODS, KEY_PAM, KEY_PASSWORD, KEY_ROOT };
#define KEYS 6

static const struct {
	const char *word;
	enum key key;
} words[] = {
	{"authenticationmethods", KEY_METHODS},
	{"challengeresponseauthentication", KEY_KEYBOARD},
	{"kbdinteractiveauthentication", KEY_KEYBOARD},
	{"passwordauthentication", KEY_PASSWORD},
	{"permitemptypasswords", KEY_EMPTY},
	{"permitrootlogin", KEY_ROOT},
	{"skeyauthentication", KEY_KEYBOARD},
	{"usepam", KEY_PAM},
};

struct frame {
	char *text;
	struct span rest;
	bool in_match; /* when the file was entered */
};

struct look {
	struct frame frames[DEPTH_MAX];
	size_t depth;
	size_t n_files;
	bool in_match;
	bool set[KEYS];	  /* outside of blocks: the first value stands */
	bool bad[KEYS];	  /* by that value, else by what sshd does by itself */
	bool block[KEYS]; /* a block allows it */
	bool refused, damaged;
};

static void look_finish(struct look *look)
{
	while (look->depth > 0) {
		free(look->frames[--look->depth].text);
	}
}

/* Each list of methods must hold more than passwords: "publickey", "publickey,password". */
static bool methods_bad(struct span args)
{
	struct span list, method;
	bool any = false;

	while (sshd_arg_next(&args, &list) == 0) {
		bool key = false;

		any = true;
		while (span_next(&list, ',', &method)) {
			key = key || span_starts(method, "publickey") ||
			      span_starts(method, "gssapi-with-mic") ||
			      span_starts(method, "hostbased");
		}
		if (!key) {
			return true;
		}
	}
	return !any;
}

static bool value_bad(enum key key, struct span args)
{
	struct span value = {"", 0}, copy = args;

	if (key == KEY_METHODS) {
		return methods_bad(args);
	}
	if (sshd_arg_next(&copy, &value) != 0) {
		return true;
	}
	if (key == KEY_ROOT) {
		return !sshd_word_is(value, "no");
	}
	return !sshd_word_is(value, "no") && !sshd_word_is(value, "false");
}

static void keyword_take(struct look *look, const struct sshd_line *line)
{
	for (size_t i = 0; i < ARRAY_LEN(words); i++) {
		enum key key = words[i].key;

		if (!sshd_word_is(line->keyword, words[i].word)) {
			continue;
		}
		if (look->in_match) {
			look->block[key] = look->block[key] || value_bad(key, line->args);
		} else if (!look->set[key]) {
			look->set[key] = true;
			look->bad[key] = value_bad(key, line->args);
		}
		return;
	}
}

static int file_enter(const struct sysroot *root, struct look *look, const char *path)
{
	char *text = NULL;
	size_t len = 0;
	int r;

	if (look->depth == DEPTH_MAX || look->n_files == FILES_MAX) {
		look->damaged = true;
		return 0;
	}
	r = sysroot_read(root, path, SSHD_CONFIG_MAX, &text, &len);
	if (r != 0) {
		look->refused = look->refused || r == -EACCES || r == -EPERM;
		look->damaged = true;
		return r == -ENOMEM ? r : 0;
	}
	look->n_files++;
	look->frames[look->depth++] =
		(struct frame){.text = text, .rest = {text, len}, .in_match = look->in_match};
	return 0;
}

/* Last first, since the frame on top is read next */
static int pattern_enter(const struct sysroot *root, struct look *look, struct span arg)
{
	cleanup(sysroot_names_finish) struct sysroot_names names = {0};
	char dir[PATH_LEN_MAX], full[PATH_LEN_MAX + NAME_MAX + 2];
	char *base;
	bool absolute = arg.len > 0 && arg.p[0] == '/';
	int r;

	snprintf(dir, sizeof(dir), "%s%.*s", absolute ? "" : "etc/ssh/", (int)arg.len - absolute,
		arg.p + absolute);
	base = strrchr(dir, '/');
	if (arg.len > 300 || !base || strpbrk(dir, "[]{}\\~")) {
		look->damaged = true;
		return 0;
	}
	*base++ = '\0';
	if (strpbrk(dir, "*?")) {
		look->damaged = true;
		return 0;
	}
	r = sysroot_list(root, dir, &names);
	if (r != 0) {
		look->refused = look->refused || r == -EACCES || r == -EPERM;
		return r == -ENOMEM ? r : 0;
	}
	r = 0;
	for (size_t i = names.len; i > 0 && r == 0; i--) {
		if (sshd_name_fits(base, names.names[i - 1])) {
			snprintf(full, sizeof(full), "%s/%s", dir, names.names[i - 1]);
			r = file_enter(root, look, full);
		}
	}
	return r;
}

static int include_take(const struct sysroot *root, struct look *look, struct span args)
{
	struct span list[8], arg;
	size_t n = 0;
	int r = 0;

	while (sshd_arg_next(&args, &arg) == 0) {
		if (n == ARRAY_LEN(list)) {
			look->damaged = true;
			return 0;
		}
		list[n++] = arg;
	}
	while (n > 0 && r == 0) {
		r = pattern_enter(root, look, list[--n]);
	}
	return r;
}

static int files_walk(const struct sysroot *root, struct look *look)
{
	int r = 0;

	while (look->depth > 0 && r == 0) {
		struct frame *frame = &look->frames[look->depth - 1];
		struct sshd_line line;

		r = sshd_line_next(&frame->rest, &line);
		if (r == SSHD_E_END) { /* a block ends with the file that it began in */
			look->in_match = frame->in_match;
			free(frame->text);
			look->depth--;
			r = 0;
		} else if (r == SSHD_E_FORMAT) {
			look->damaged = true;
			r = 0;
		} else if (sshd_word_is(line.keyword, "match")) {
			look->in_match = true; /* "all" too: it overrides what stands before */
		} else if (sshd_word_is(line.keyword, "include")) {
			r = include_take(root, look, line.args);
		} else {
			keyword_take(look, &line);
		}
	}
	return r;
}

static bool allowed(const struct look *look, enum key key)
{
	return look->bad[key] || look->block[key];
}

static int judge(const struct look *look, struct verdict *v)
{
	/* Without UsePAM nobody answers at the keyboard (session asks come from PAM). */
	bool keyboard = allowed(look, KEY_KEYBOARD) && allowed(look, KEY_PAM);
	bool methods = look->set[KEY_METHODS] && !allowed(look, KEY_METHODS);
	bool password = !methods && (allowed(look, KEY_PASSWORD) || keyboard);

	if (allowed(look, KEY_ROOT)) {
		return verdict_set(v, POSTURE_FAIL, POSTURE_SSH_ROOT);
	}
	if (password || allowed(look, KEY_EMPTY)) {
		return verdict_set(v, POSTURE_FAIL, POSTURE_SSH_PASSWORD);
	}
	if (look->refused) {
		return verdict_set(v, POSTURE_UNKNOWN, POSTURE_NOT_PERMITTED);
	}
	if (look->damaged) {
		return verdict_set(v, POSTURE_UNKNOWN, POSTURE_FORMAT_UNKNOWN);
	}
	return verdict_set(v, POSTURE_PASS, POSTURE_SSH_HARDENED);
}

/* Debian calls the unit ssh, others sshd; newer releases start it by its socket. */
static int started_look(const struct check_ctx *ctx, bool *ret_started)
{
	static const char *const units[] = {
		"ssh.service", "ssh.socket", "sshd.service", "sshd.socket"};
	bool started = false;

	for (size_t i = 0; i < ARRAY_LEN(units); i++) {
		enum unit_state state = UNIT_ABSENT;
		int r = units_look(ctx->root, units[i], ctx->live != NULL, &state);

		if (r != 0) {
			return r;
		}
		started = started || state == UNIT_ENABLED || state == UNIT_RUNNING;
	}
	*ret_started = started;
	return 0;
}

/* Options of the command line come before the file; they are not followed. */
static int options_look(const struct sysroot *root, struct look *look)
{
	static const char *const paths[] = {"etc/default/ssh", "etc/sysconfig/sshd"};

	for (size_t i = 0; i < ARRAY_LEN(paths); i++) {
		cleanup(free_ptr) char *text = NULL;
		struct span rest, line, name;
		size_t len = 0;
		int r = sysroot_read(root, paths[i], SSHD_CONFIG_MAX, &text, &len);

		if (r == -ENOMEM) {
			return r;
		}
		rest = (struct span){text, r == 0 ? len : 0};
		while (span_next(&rest, '\n', &line)) {
			line = span_trim(line);
			if (!span_next(&line, '=', &name) || !line.p ||
				(!span_eq(name, "SSHD_OPTS") && !span_eq(name, "OPTIONS"))) {
				continue;
			}
			look->damaged = look->damaged || (line.len > 0 && !span_eq(line, "\"\"") &&
								 !span_eq(line, "''"));
		}
	}
	return 0;
}

static int config_judge(const struct sysroot *root, struct verdict *v)
{
	cleanup(look_finish) struct look look = {.in_match = false};
	int r;

	/* sshd by itself: passwords and keyboard yes, root by a key */
	look.bad[KEY_PASSWORD] = look.bad[KEY_KEYBOARD] = look.bad[KEY_ROOT] = true;
	r = file_enter(root, &look,
		sysroot_exists(root, "etc/ssh/sshd_config") ? "etc/ssh/sshd_config"
							    : "usr/etc/ssh/sshd_config");
	if (r == 0 && look.n_files == 0) {
		return verdict_set(v, POSTURE_UNKNOWN,
			look.refused ? POSTURE_NOT_PERMITTED : POSTURE_SOURCE_MISSING);
	}
	if (r == 0) {
		r = options_look(root, &look);
	}
	if (r == 0) {
		r = files_walk(root, &look);
	}
	return r != 0 ? r : judge(&look, v);
}

static int run(const struct check_ctx *ctx, struct verdict *v)
{
	bool started = false;
	int r;

	if (!sysroot_exists(ctx->root, "usr/sbin/sshd") &&
		!sysroot_exists(ctx->root, "usr/bin/sshd")) {
		return verdict_set(v, POSTURE_NA, POSTURE_NO_SSH);
	}
	r = started_look(ctx, &started);
	if (r != 0) {
		return r;
	}
	return started ? config_judge(ctx->root, v) : verdict_set(v, POSTURE_PASS, POSTURE_SSH_OFF);
}

const struct check check_remote_ssh_hardened = {
	.id = "remote.ssh-hardened",
	.inputs = inputs,
	.n_inputs = ARRAY_LEN(inputs),
	.run = run,
};
