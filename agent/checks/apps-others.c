/* SPDX-License-Identifier: Apache-2.0 */
#include "apps-parts.h"

#include "alpm.h"
#include "facts.h"
#include "packages.h"
#include "rpm-installed.h"

#include <stdio.h>
#include <string.h>

#define SNAP_YAML_MAX ((size_t)256 << 10)

/* Those that rpm or pacman know by another name than dpkg does; the same one where they do not */
static const char *name_elsewhere(const char *package)
{
	static const char *const rows[][2] = {
		{"brave-browser", "brave-bin"},
		{"google-chrome-stable", "google-chrome"},
		{"jitsi-meet-electron", "jitsi-meet-desktop"},
		{"microsoft-edge-stable", "microsoft-edge-stable-bin"},
		{"slack-desktop", "slack"},
		{"webex", "webex-bin"},
	};

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		if (strcmp(rows[i][0], package) == 0) {
			return rows[i][1];
		}
	}
	return package;
}

/* A package of the list's row i that is installed, by either name */
static void installed_take(struct apps_lookup *lookup, size_t i, struct span version)
{
	apps_version_take(&lookup->seen[i], version);
	lookup->seen[i].packaged = true;
}

static int facts_outcome(int r)
{
	switch (r) {
	case FACTS_E_ABSENT:
	case FACTS_E_NO_TOOL:
		return APPS_E_MANAGER;
	case FACTS_E_NOT_PERMITTED:
		return APPS_E_PERMITTED;
	case FACTS_E_LIMIT:
		return APPS_E_LIMIT;
	case RPM_INSTALLED_E_LIVE:
		return APPS_E_LIVE;
	case -EBADMSG:
		return APPS_E_FORMAT;
	case -ENOSPC:
		return APPS_E_LIMIT;
	default:
		return r;
	}
}

static int rpm_look(const struct check_ctx *ctx, struct apps_lookup *lookup)
{
	cleanup(rpm_installed_finish) struct rpm_installed installed = {.asked = false};
	const struct rpm_list *list = NULL;
	int r = rpm_installed_read(ctx, &installed, &list);

	for (size_t i = 0; r == 0 && i < lookup->n; i++) {
		const char *name = lookup->apps[i].package;
		const struct rpm_package *package = rpm_list_find(list, span_z(name), NULL);

		package =
			package ? package : rpm_list_find(list, span_z(name_elsewhere(name)), NULL);
		if (package) {
			installed_take(lookup, i, package->evr);
		}
	}
	return facts_outcome(r);
}

static int pacman_look(const struct check_ctx *ctx, struct apps_lookup *lookup)
{
	cleanup(alpm_local_finish) struct alpm_local local = {0};
	int r = alpm_local_read(ctx->root, &local);

	for (size_t i = 0; r == 0 && i < lookup->n; i++) {
		const char *name = lookup->apps[i].package;
		const struct alpm_installed *installed = alpm_local_find(&local, span_z(name));

		installed = installed ? installed
				      : alpm_local_find(&local, span_z(name_elsewhere(name)));
		if (installed) {
			installed_take(lookup, i, installed->version);
		}
	}
	if (r == -EACCES || r == -EPERM) {
		return APPS_E_PERMITTED;
	}
	return r == 0 || r == -ENOMEM ? r : APPS_E_FORMAT;
}

int apps_look_others(const struct check_ctx *ctx, struct apps_lookup *lookup)
{
	const struct package_reader *reader = package_reader_find(ctx->root);

	if (reader == &package_reader_rpm) {
		return rpm_look(ctx, lookup);
	}
	return reader == &package_reader_pacman ? pacman_look(ctx, lookup) : APPS_E_MANAGER;
}

/* "version: '128.0-2'" at the beginning of a line (snapcraft's snap.yaml) */
static struct span yaml_version(struct span text)
{
	struct span line;

	while (span_next(&text, '\n', &line)) {
		if (!span_starts(line, "version:")) {
			continue;
		}
		line = span_trim((struct span){line.p + 8, line.len - 8});
		if (line.len >= 2 && (line.p[0] == '\'' || line.p[0] == '"') &&
			line.p[line.len - 1] == line.p[0]) {
			line = (struct span){line.p + 1, line.len - 2};
		}
		return line;
	}
	return (struct span){NULL, 0};
}

static int snap_look(
	const struct check_ctx *ctx, const char *place, unsigned bit, struct app_seen *seen)
{
	cleanup(free_ptr) char *text = NULL;
	struct span version;
	char path[256];
	size_t len = 0;
	int r;

	snprintf(path, sizeof(path), "%s/current/meta/snap.yaml", place);
	r = sysroot_read(ctx->root, path, SNAP_YAML_MAX, &text, &len);
	if (r != 0) {
		return r == -ENOMEM ? r : 0;
	}
	version = yaml_version((struct span){text, len});
	/* Words such as "latest" have no order. */
	if (version.len > 0 && version.len <= APPS_VERSION_MAX && version.p[0] >= '0' &&
		version.p[0] <= '9' && !memchr(version.p, '\0', version.len)) {
		apps_version_take(seen, version);
		seen->told |= bit;
	}
	return 0;
}

int apps_look_snaps(const struct check_ctx *ctx, struct apps_lookup *lookup)
{
	int r = 0;

	for (size_t i = 0; i < lookup->n; i++) {
		for (size_t k = 0; k < APPS_PLACES_MAX && r == 0; k++) {
			const char *place = lookup->apps[i].elsewhere[k];

			if (place && strncmp(place, "snap/", 5) == 0 &&
				lookup->seen[i].elsewhere & 1U << k) {
				r = snap_look(ctx, place, 1U << k, &lookup->seen[i]);
			}
		}
	}
	return r;
}
