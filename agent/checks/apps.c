/* SPDX-License-Identifier: Apache-2.0 */
#include "apps-parts.h"
#include "apt-packages.h"
#include "deb-stanza.h"
#include "deb-version.h"

#include <stdio.h>
#include <string.h>

#define FLATPAK "var/lib/flatpak/app/"

const struct app apps_clients[] = {
	{"discord", {"snap/discord", FLATPAK "com.discordapp.Discord"}},
	{"element-desktop", {"snap/element-desktop", FLATPAK "im.riot.Riot"}},
	{"ferdium", {"snap/ferdium", FLATPAK "org.ferdium.Ferdium"}},
	{"jitsi-meet-electron", {FLATPAK "org.jitsi.jitsi-meet"}},
	{"mattermost-desktop", {"snap/mattermost-desktop", FLATPAK "com.mattermost.Desktop"}},
	{"rocketchat", {"snap/rocketchat-desktop", FLATPAK "chat.rocket.RocketChat"}},
	{"signal-desktop", {"snap/signal-desktop", FLATPAK "org.signal.Signal"}},
	{"skypeforlinux", {"snap/skype", FLATPAK "com.skype.Client"}},
	{"slack-desktop", {"snap/slack", FLATPAK "com.slack.Slack"}},
	{"teams", {NULL}},
	{"teams-for-linux",
		{"snap/teams-for-linux", FLATPAK "com.github.IsmaelMartinez.teams_for_linux"}},
	{"telegram-desktop", {"snap/telegram-desktop", FLATPAK "org.telegram.desktop"}},
	{"webex", {NULL}},
	{"zoom", {"snap/zoom-client", FLATPAK "us.zoom.Zoom"}},
};
const size_t apps_clients_len = ARRAY_LEN(apps_clients);

static struct app_seen *lookup_find(const struct apps_lookup *lookup, const char *package)
{
	for (size_t i = 0; i < lookup->n; i++) {
		if (strcmp(lookup->apps[i].package, package) == 0) {
			return &lookup->seen[i];
		}
	}
	return NULL;
}

/* Ubuntu has packages that hold nothing and only fetch the snap: "1:1snap1-0ubuntu5". */
static bool version_of_snap(const char *version)
{
	return strstr(version, "1snap1") != NULL;
}

void apps_version_take(struct app_seen *seen, struct span version)
{
	if (version.len < sizeof(seen->version) &&
		(seen->version[0] == '\0' ||
			deb_version_compare(version, span_z(seen->version)) < 0)) {
		memcpy(seen->version, version.p, version.len);
		seen->version[version.len] = '\0';
	}
}

static int installed_take(const struct deb_stanza *stanza, void *data)
{
	struct apps_lookup *lookup = data;
	struct app_seen *seen;

	if (stanza->damaged || !stanza->package[0] || !stanza->status[0]) {
		return -EBADMSG;
	}
	lookup->any = true;
	seen = lookup_find(lookup, stanza->package);
	if (!seen || !apt_status_installed(stanza->status) || version_of_snap(stanza->version)) {
		return 0;
	}
	if (!stanza->version[0]) {
		return -EBADMSG;
	}
	apps_version_take(seen, span_z(stanza->version));
	seen->packaged = true;
	return 0;
}

static int outcome_of(int r)
{
	switch (r) {
	case APT_PACKAGES_E_FORMAT:
		return APPS_E_FORMAT;
	case APT_PACKAGES_E_LIMIT:
		return APPS_E_LIMIT;
	case APT_PACKAGES_E_PERMITTED:
		return APPS_E_PERMITTED;
	default:
		return r;
	}
}

static int installed_look(const struct check_ctx *ctx, struct apps_lookup *lookup)
{
	cleanup(free_ptr) struct deb_reader *reader = calloc(1, sizeof(*reader));
	int r;

	if (!reader) {
		return -ENOMEM;
	}
	if (!sysroot_exists(ctx->root, APT_STATUS)) {
		return apps_look_others(ctx, lookup);
	}
	reader->fn = installed_take;
	reader->data = lookup;
	r = apt_stanzas_read(ctx->root, APT_STATUS, APT_STATUS_BYTES_MAX, NULL, reader);
	return r == 0 && !lookup->any ? APPS_E_FORMAT : outcome_of(r);
}

int apps_look(const struct check_ctx *ctx, const struct app *apps, size_t n, struct app_seen *seen)
{
	struct apps_lookup lookup = {.apps = apps, .n = n, .seen = seen};

	int r;

	memset(seen, 0, n * sizeof(*seen));
	for (size_t i = 0; i < n; i++) {
		for (size_t k = 0; k < APPS_PLACES_MAX; k++) {
			const char *path = apps[i].elsewhere[k];

			if (path && sysroot_exists(ctx->root, path)) {
				seen[i].elsewhere |= 1U << k;
			}
		}
	}
	r = installed_look(ctx, &lookup);
	return r == 0 ? apps_look_snaps(ctx, &lookup) : r;
}

/* Ends the reading once every name was seen. */
static int listed_take(const struct deb_stanza *stanza, void *data)
{
	struct apps_lookup *lookup = data;
	struct app_seen *seen = lookup_find(lookup, stanza->package);

	if (seen && seen->packaged && !seen->listed) {
		seen->listed = true;
		lookup->n_wanted--;
	}
	return lookup->n_wanted == 0 ? -ECANCELED : 0;
}

static int list_read(const struct check_ctx *ctx, const char *name, struct apps_lookup *lookup)
{
	cleanup(free_ptr) struct deb_reader *reader = calloc(1, sizeof(*reader));
	char path[512];
	int r;

	if (!reader) {
		return -ENOMEM;
	}
	reader->fn = listed_take;
	reader->data = lookup;
	snprintf(path, sizeof(path), APT_LISTS_DIR "/%s", name);
	r = apt_stanzas_read(ctx->root, path, APT_LIST_BYTES_MAX, ctx->unpack, reader);
	return r == -ECANCELED ? 0 : outcome_of(r);
}

int apps_look_listed(
	const struct check_ctx *ctx, const struct app *apps, size_t n, struct app_seen *seen)
{
	cleanup(sysroot_names_finish) struct sysroot_names names = {0};
	struct apps_lookup lookup = {.apps = apps, .n = n, .seen = seen};
	int r;

	for (size_t i = 0; i < n; i++) {
		lookup.n_wanted += seen[i].packaged;
	}
	if (lookup.n_wanted == 0) {
		return 0;
	}
	if (!sysroot_exists(ctx->root, APT_STATUS)) {
		return APPS_E_MANAGER; /* which source a package is of, rpm and pacman do not say */
	}
	r = sysroot_list(ctx->root, APT_LISTS_DIR, &names);
	if (r == -EACCES || r == -EPERM) {
		return APPS_E_PERMITTED;
	}
	if (r != 0) {
		return r == -ENOMEM ? r : APPS_E_LISTS;
	}
	for (size_t i = 0; r == 0 && lookup.n_wanted > 0 && i < names.len; i++) {
		if (strstr(names.names[i], "_Packages")) {
			lookup.any = true;
			r = list_read(ctx, names.names[i], &lookup);
		}
	}
	return r == 0 && !lookup.any ? APPS_E_LISTS : r;
}

int apps_explain(int outcome, struct verdict *v)
{
	switch (outcome) {
	case APPS_E_MANAGER:
		return verdict_set(v, POSTURE_UNKNOWN, POSTURE_MANAGER_UNKNOWN);
	case APPS_E_FORMAT:
		return verdict_set(v, POSTURE_UNKNOWN, POSTURE_FORMAT_UNKNOWN);
	case APPS_E_LIMIT:
		return verdict_set(v, POSTURE_UNKNOWN, POSTURE_EVALUATION_LIMIT);
	case APPS_E_PERMITTED:
		return verdict_set(v, POSTURE_UNKNOWN, POSTURE_NOT_PERMITTED);
	case APPS_E_LISTS:
		return verdict_set(v, POSTURE_UNKNOWN, POSTURE_INDEX_MISSING);
	case APPS_E_LIVE:
		return verdict_set(v, POSTURE_UNKNOWN, POSTURE_LIVE_ONLY);
	default:
		return outcome;
	}
}

bool apps_version_below(const char *version, const char *minimum)
{
	struct span have = span_z(version);
	const char *colon = strchr(version, ':'), *dash;

	if (colon && !strchr(minimum, ':')) {
		have = span_z(colon + 1);
	}
	dash = strrchr(have.p, '-');
	if (dash && !strchr(minimum, '-')) {
		have.len = (size_t)(dash - have.p);
	}
	return deb_version_compare(have, span_z(minimum)) < 0;
}

static const char *minimum_of(struct json_object *table, const char *package)
{
	struct json_object *value = NULL;

	if (!json_object_is_type(table, json_type_object) ||
		!json_object_object_get_ex(table, package, &value) ||
		!json_object_is_type(value, json_type_string) ||
		json_object_get_string_len(value) == 0) {
		return NULL;
	}
	return json_object_get_string(value);
}

void apps_judge_versions(const struct policy *policy, const char *id, const struct app *apps,
	size_t n, const struct app_seen *seen, struct apps_versions *ret_versions)
{
	struct json_object *table = policy_control_value(policy, id, "minimum");
	struct apps_versions versions = {0};

	for (size_t i = 0; i < n; i++) {
		const char *minimum = minimum_of(table, apps[i].package);

		versions.n_there += seen[i].packaged || seen[i].elsewhere;
		versions.hidden = versions.hidden || seen[i].elsewhere & ~seen[i].told;
		if (seen[i].packaged || seen[i].told) {
			versions.no_minimum = versions.no_minimum || !minimum;
			versions.n_below += minimum && apps_version_below(seen[i].version, minimum);
		}
	}
	*ret_versions = versions;
}

bool apps_versions_decide(const struct apps_versions *versions, enum posture_reason absent,
	const char *key, struct verdict *v)
{
	if (versions->n_there == 0) {
		verdict_set(v, POSTURE_NA, absent);
		return true;
	}
	verdict_note(v, key, "%zu", versions->n_there);
	if (versions->n_below > 0) {
		verdict_note(v, "below-minimum", "%zu", versions->n_below);
		verdict_set(v, POSTURE_FAIL, POSTURE_BELOW_MINIMUM);
		return true;
	}
	if (versions->no_minimum || versions->hidden) {
		verdict_set(v, POSTURE_UNKNOWN,
			versions->no_minimum ? POSTURE_MINIMUM_MISSING : POSTURE_MANAGER_UNKNOWN);
		return true;
	}
	return false;
}
