/* SPDX-License-Identifier: Apache-2.0 */
#include "rpm-holds.h"

#include "ini.h"
#include "vec.h"

#include <ctype.h>
#include <fnmatch.h>
#include <stdio.h>
#include <string.h>

#define NEVRA_MAX 1024

void rpm_holds_finish(struct rpm_holds *holds)
{
	for (size_t i = 0; i < holds->len; i++) {
		free(holds->items[i].pattern);
	}
	free(holds->items);
	*holds = (struct rpm_holds){0};
}

static int hold_add(struct rpm_holds *holds, enum rpm_hold_kind kind, struct span pattern)
{
	VEC(struct rpm_hold) vec = {holds->items, holds->len, holds->cap};
	struct rpm_hold hold = {.kind = kind};
	int r;

	if (pattern.len == 0 || memchr(pattern.p, '\0', pattern.len)) {
		return pattern.len == 0 ? 0 : -EBADMSG;
	}
	hold.pattern = span_dup(pattern);
	if (!hold.pattern) {
		return -ENOMEM;
	}
	r = vec_push(&vec, hold, RPM_HOLDS_MAX);
	if (r != 0) {
		free(hold.pattern);
	}
	holds->items = vec.items;
	holds->len = vec.len;
	holds->cap = vec.cap;
	return r;
}

/* "excludepkgs=kernel*, bash": by commas or blanks, in [main] and for each repository */
int rpm_holds_parse_conf(struct span text, struct rpm_holds *holds)
{
	struct ini ini = {.rest = text};
	int r = 0;

	while (r == 0 && ini_next(&ini)) {
		struct span rest = ini.value, part;

		if (!span_eq(ini.key, "exclude") && !span_eq(ini.key, "excludepkgs")) {
			continue;
		}
		while (r == 0 && rest.len > 0) {
			size_t n = 0;

			while (n < rest.len && rest.p[n] != ',' && rest.p[n] != ' ' &&
				rest.p[n] != '\t') {
				n++;
			}
			part = (struct span){rest.p, n};
			r = hold_add(holds, RPM_HOLD_EXCLUDE, part);
			n += n < rest.len;
			rest = (struct span){rest.p + n, rest.len - n};
		}
	}
	return r;
}

/* A pattern of name, epoch, version, release and architecture in each line; "!" turns it round. */
int rpm_holds_parse_list(struct span text, struct rpm_holds *holds)
{
	struct span line;
	int r = 0;

	while (r == 0 && span_next(&text, '\n', &line)) {
		line = span_trim(line);
		if (line.len == 0 || line.p[0] == '#') {
			continue;
		}
		r = line.p[0] == '!' ? hold_add(holds, RPM_HOLD_EXCLUDE,
					       (struct span){line.p + 1, line.len - 1})
				     : hold_add(holds, RPM_HOLD_LOCK, line);
	}
	return r;
}

/* name = "bash" below [[packages]]; whatever its conditions are, it is held. */
int rpm_holds_parse_toml(struct span text, struct rpm_holds *holds)
{
	struct ini ini = {.rest = text};
	int r = 0;

	while (r == 0 && ini_next(&ini)) {
		struct span value = ini.value;

		if (!span_eq(ini.key, "name")) {
			continue;
		}
		if (value.len < 2 || (value.p[0] != '"' && value.p[0] != '\'') ||
			value.p[value.len - 1] != value.p[0]) {
			return -EBADMSG;
		}
		r = hold_add(holds, RPM_HOLD_NAME, (struct span){value.p + 1, value.len - 2});
	}
	return r;
}

/* Paragraphs of "key: value"; a patch that is locked holds its packages by no name of theirs. */
int rpm_holds_parse_zypp(struct span text, struct rpm_holds *holds)
{
	struct span line;
	int r = 0;

	while (r == 0 && span_next(&text, '\n', &line)) {
		struct span key;

		line = span_trim(line);
		if (line.len == 0 || line.p[0] == '#' || !span_next(&line, ':', &key) || !line.p) {
			continue;
		}
		if (span_eq(span_trim(key), "solvable_name")) {
			r = hold_add(holds, RPM_HOLD_NAME, span_trim(line));
		}
	}
	return r;
}

static int file_read(const struct sysroot *root, const char *path,
	int (*parse)(struct span, struct rpm_holds *), struct rpm_holds *holds)
{
	cleanup(free_ptr) char *text = NULL;
	size_t len = 0;
	int r = sysroot_read(root, path, INI_FILE_MAX, &text, &len);

	if (r == FD_E_MISSING) {
		return 0;
	}
	return r != 0 ? r : parse((struct span){text, len}, holds);
}

static int repo_files_read(const struct sysroot *root, struct rpm_holds *holds)
{
	static const char dir[] = "etc/yum.repos.d";
	cleanup(sysroot_names_finish) struct sysroot_names names = {0};
	int r = sysroot_list(root, dir, &names);

	for (size_t i = 0; r == 0 && i < names.len; i++) {
		char path[300];

		snprintf(path, sizeof(path), "%s/%.255s", dir, names.names[i]);
		r = file_read(root, path, rpm_holds_parse_conf, holds);
	}
	return r == FD_E_MISSING ? 0 : r;
}

int rpm_holds_read(const struct sysroot *root, bool zypp, struct rpm_holds *ret_holds)
{
	static const struct {
		const char *path;
		int (*parse)(struct span, struct rpm_holds *);
		bool zypp;
	} rows[] = {
		{"etc/dnf/dnf.conf", rpm_holds_parse_conf, false},
		{"etc/dnf/plugins/versionlock.list", rpm_holds_parse_list, false},
		{"etc/dnf/versionlock.toml", rpm_holds_parse_toml, false},
		{"etc/zypp/locks", rpm_holds_parse_zypp, true},
	};
	cleanup(rpm_holds_finish) struct rpm_holds holds = {0};
	int r = zypp ? 0 : repo_files_read(root, &holds);

	for (size_t i = 0; r == 0 && i < ARRAY_LEN(rows); i++) {
		if (rows[i].zypp == zypp) {
			r = file_read(root, rows[i].path, rows[i].parse, &holds);
		}
	}
	if (r == 0) {
		*ret_holds = holds;
		holds = (struct rpm_holds){0};
	}
	return r;
}

/* Whether "TEXT" or "TEXT.ARCH" is meant */
static bool text_matches(const char *pattern, const char *text, const char *arch)
{
	char whole[NEVRA_MAX];

	snprintf(whole, sizeof(whole), "%s.%s", text, arch);
	return fnmatch(pattern, text, 0) == 0 || fnmatch(pattern, whole, 0) == 0;
}

/* The ways in which dnf lets a package be written; an epoch of 0 may be left out. */
static bool nevra_matches(const char *pattern, const char *name, const char *evr, const char *arch)
{
	char text[NEVRA_MAX];

	if (text_matches(pattern, name, arch)) {
		return true;
	}
	snprintf(text, sizeof(text), "%s-%s", name, evr);
	if (text_matches(pattern, text, arch)) {
		return true;
	}
	snprintf(text, sizeof(text), "%s-%s", name, evr + (strncmp(evr, "0:", 2) == 0 ? 2 : 0));
	return text_matches(pattern, text, arch);
}

/* "bash-0:5.1-2.*" and "bash" name bash; "bash-completion-..." does not. */
static bool lock_names(const char *pattern, const char *name)
{
	size_t len = strlen(name);

	return strncmp(pattern, name, len) == 0 &&
	       (pattern[len] == '\0' ||
		       (pattern[len] == '-' && (isdigit((unsigned char)pattern[len + 1]) ||
						       pattern[len + 1] == '*')));
}

bool rpm_holds_match(
	const struct rpm_holds *holds, const char *name, const char *evr, const char *arch)
{
	bool locked = false, allowed = false;

	for (size_t i = 0; i < holds->len; i++) {
		const struct rpm_hold *hold = &holds->items[i];

		switch (hold->kind) {
		case RPM_HOLD_EXCLUDE:
			if (nevra_matches(hold->pattern, name, evr, arch)) {
				return true;
			}
			break;
		case RPM_HOLD_LOCK:
			if (lock_names(hold->pattern, name)) {
				locked = true;
				allowed = allowed || nevra_matches(hold->pattern, name, evr, arch);
			}
			break;
		case RPM_HOLD_NAME:
			if (fnmatch(hold->pattern, name, 0) == 0) {
				return true;
			}
			break;
		}
	}
	return locked && !allowed;
}
