/* SPDX-License-Identifier: Apache-2.0 */
#include "apt-policy.h"
#include "apt-phase.h"
#include "deb-version.h"

#include <limits.h>
#include <string.h>

#define PRIORITY_SOURCE 500
#define PRIORITY_UPGRADES 100
#define PRIORITY_NOT_AUTOMATIC 1
#define PRIORITY_INSTALLED 100
#define PRIORITY_DEFAULT_RELEASE 990
#define PRIORITY_DOWNGRADES 1000 /* and above: also to a lower version than the installed one */

void apt_policy_finish(struct apt_policy *policy)
{
	apt_pins_finish(&policy->pins);
	free(policy->priorities);
	*policy = (struct apt_policy){.priorities = NULL};
}

static const char *said(const char *word)
{
	return word[0] ? word : NULL;
}

static struct apt_match_file file_of_list(const struct apt_index *index, size_t list)
{
	const struct apt_list *l = &index->lists.items[list];
	const struct apt_archive *archive = &index->archives.items[l->archive];
	const struct apt_release *release = &archive->release;

	return (struct apt_match_file){.properties = {
					       [APT_MATCH_ARCHIVE] = said(release->suite),
					       [APT_MATCH_ARCH] = said(l->architecture),
					       [APT_MATCH_COMPONENT] = said(l->component),
					       [APT_MATCH_LABEL] = said(release->label),
					       [APT_MATCH_CODENAME] = said(release->codename),
					       [APT_MATCH_ORIGINATOR] = said(release->origin),
					       [APT_MATCH_NUMBER] = said(release->version),
					       [APT_MATCH_SITE] = archive->site,
				       }};
}

/* dpkg's status is an archive called "now". */
static const struct apt_match_file file_of_status = {
	.status = true,
	.properties = {[APT_MATCH_ARCHIVE] = "now", [APT_MATCH_COMPONENT] = "now"},
};

static int priority_default(const struct apt_index *index, size_t list)
{
	const struct apt_release *release =
		&index->archives.items[index->lists.items[list].archive].release;

	if (release->but_automatic_upgrades) {
		return PRIORITY_UPGRADES;
	}
	return release->not_automatic ? PRIORITY_NOT_AUTOMATIC : PRIORITY_SOURCE;
}

/* The first pin that fits counts, save that "never" always does. */
static int priority_pinned(
	const struct apt_policy *policy, const struct apt_match_file *file, int priority)
{
	bool fixed = false;

	for (size_t i = 0; i < policy->pins.list.len; i++) {
		const struct apt_pin *pin = &policy->pins.list.items[i];

		if (!pin->general || (fixed && pin->priority != APT_PINS_NEVER) ||
			!apt_match_file(pin->match, file)) {
			continue;
		}
		priority = pin->priority;
		fixed = true;
		if (priority == APT_PINS_NEVER) {
			break;
		}
	}
	return priority;
}

static int priorities_fill(struct apt_policy *policy)
{
	size_t n = policy->index->lists.len;

	policy->priorities = calloc(n + 1, sizeof(*policy->priorities));
	if (!policy->priorities) {
		return -ENOMEM;
	}
	for (size_t i = 0; i < n; i++) {
		const struct apt_match_file file = file_of_list(policy->index, i);
		int unsaid = priority_default(policy->index, i);

		policy->priorities[i] = priority_pinned(policy, &file, unsaid);
		/* An archive that stands behind the others by itself takes no fix from anybody. */
		policy->spoken =
			policy->spoken || policy->priorities[i] != unsaid ||
			(policy->index->lists.items[i].bit >= 0 && unsaid != PRIORITY_SOURCE);
	}
	policy->installed = priority_pinned(policy, &file_of_status, PRIORITY_INSTALLED);
	policy->spoken = policy->spoken || policy->installed != PRIORITY_INSTALLED;
	return 0;
}

/* policy.cc: apt stops where the release is one that no archive has */
static bool release_there(const struct apt_policy *policy)
{
	const char *wanted = policy->settings.default_release;
	cleanup(apt_pattern_finish) struct apt_pattern pattern = {.text = NULL};

	if (strlen(wanted) > 2 && wanted[1] == '=') {
		return true;
	}
	if (apt_pattern_init(&pattern, wanted) != 0) {
		return false;
	}
	for (size_t i = 0; i < policy->index->lists.len; i++) {
		const struct apt_match_file file = file_of_list(policy->index, i);

		if (apt_pattern_fits(&pattern, file.properties[APT_MATCH_ARCHIVE]) ||
			apt_pattern_fits(&pattern, file.properties[APT_MATCH_CODENAME]) ||
			apt_pattern_fits(&pattern, file.properties[APT_MATCH_NUMBER])) {
			return true;
		}
	}
	return apt_pattern_fits(&pattern, "now");
}

int apt_policy_read(const struct sysroot *root, const struct apt_index *index,
	const struct apt_packages *packages, struct apt_policy *ret_policy)
{
	cleanup(apt_policy_finish) struct apt_policy policy = {
		.index = index, .packages = packages};
	int r = apt_settings_read(root, &policy.settings);

	if (r == 0 && policy.settings.default_release[0]) {
		if (!release_there(&policy)) {
			return APT_PINS_E_FORMAT;
		}
		r = apt_pins_append(&policy.pins, true, "", APT_MATCH_RELEASE,
			policy.settings.default_release, PRIORITY_DEFAULT_RELEASE);
	}
	if (r == 0) {
		r = apt_pins_read(root, &policy.pins);
	}
	if (r == 0) {
		r = priorities_fill(&policy);
	}
	if (r == 0) {
		*ret_policy = policy;
		policy = (struct apt_policy){.priorities = NULL};
	}
	return r;
}

static const char *native_of(const struct apt_policy *policy)
{
	if (policy->settings.native[0]) {
		return policy->settings.native;
	}
	return policy->packages->native ? policy->packages->native : "";
}

static bool pin_names(const struct apt_policy *policy, const struct apt_pin *pin,
	const struct apt_package *package, const char *source)
{
	return apt_pin_names(pin, package->name, source,
		apt_packages_architecture(policy->packages, package->architecture),
		native_of(policy));
}

bool apt_policy_silent(const struct apt_policy *policy, const struct apt_package *package)
{
	if (policy->spoken) {
		return false;
	}
	for (size_t i = 0; i < policy->pins.list.len; i++) {
		const struct apt_pin *pin = &policy->pins.list.items[i];

		/* Of which sources its offers are is not known yet. */
		if (!pin->general &&
			(pin->source || pin_names(policy, pin, package, package->source))) {
			return false;
		}
	}
	return true;
}

static bool same(const char *a, const char *b)
{
	return deb_version_compare(span_z(a), span_z(b)) == 0;
}

/* A version, and all that offers it */
struct version {
	const struct apt_policy *policy;
	const struct apt_package *package;
	const char *text;
	const char *source;
	const char *source_version;
	unsigned phased;
	bool installed;
};

static struct version version_find(
	const struct apt_policy *policy, const struct apt_package *package, const char *text)
{
	struct version v = {
		.policy = policy, .package = package, .text = text, .phased = APT_PHASE_ALL};

	v.installed = same(package->version, text);
	if (v.installed) {
		v.source = package->source;
		v.source_version = package->source_version;
	}
	/* Offers lie with the last list first: its word on phasing counts, if it has one. */
	for (const struct apt_offer *o = package->offers; o; o = o->next) {
		if (same(o->version, text)) {
			v.source = o->source;
			v.source_version = o->source_version;
			v.phased = v.phased == APT_PHASE_ALL ? o->phased : v.phased;
		}
	}
	return v;
}

/* The draw says that this machine is not among the first. */
static bool drawn_out(const struct version *v)
{
	const struct apt_settings *settings = &v->policy->settings;

	if (v->phased == APT_PHASE_ALL || settings->phase_always) {
		return false;
	}
	if (settings->phase_never) {
		return true;
	}
	return settings->machine_id[0] &&
	       apt_phase_draw(span_z(v->source), span_z(v->source_version),
		       span_z(settings->machine_id)) > v->phased;
}

static bool pin_fits(const struct apt_pin *pin, const struct version *v)
{
	if (!pin_names(v->policy, pin, v->package, v->source)) {
		return false;
	}
	if (pin->match->type == APT_MATCH_VERSION) {
		return apt_match_version(pin->match, v->text);
	}
	if (v->installed && apt_match_file(pin->match, &file_of_status)) {
		return true;
	}
	for (const struct apt_offer *o = v->package->offers; o; o = o->next) {
		if (same(o->version, v->text)) {
			const struct apt_match_file file = file_of_list(v->policy->index, o->list);

			if (apt_match_file(pin->match, &file)) {
				return true;
			}
		}
	}
	return false;
}

/* The best of the files it is in; INT_MIN for none */
static int files_priority(const struct version *v)
{
	int best = v->installed ? v->policy->installed : INT_MIN;

	for (const struct apt_offer *o = v->package->offers; o; o = o->next) {
		if (same(o->version, v->text) && v->policy->priorities[o->list] > best) {
			best = v->policy->priorities[o->list];
		}
	}
	return best;
}

static int version_priority(const struct version *v)
{
	bool phased_out = v->policy->settings.phase_policy && drawn_out(v);
	int priority = files_priority(v);

	for (size_t i = 0; i < v->policy->pins.list.len && priority != APT_PINS_NEVER; i++) {
		const struct apt_pin *pin = &v->policy->pins.list.items[i];

		if (!pin->general && pin_fits(pin, v)) {
			priority = pin->priority;
			break;
		}
	}
	return phased_out && priority > PRIORITY_NOT_AUTOMATIC ? PRIORITY_NOT_AUTOMATIC : priority;
}

int apt_policy_priority(
	const struct apt_policy *policy, const struct apt_package *package, const char *version)
{
	const struct version v = version_find(policy, package, version);

	return version_priority(&v);
}

/* upgrade.cc: a version is not put off when one on the way to it came as a security fix. */
static bool on_the_way_secure(const struct version *v)
{
	const char *installed = v->package->version;
	bool to_the_end = deb_version_compare(span_z(v->text), span_z(installed)) <= 0;

	for (const struct apt_offer *o = v->package->offers; o; o = o->next) {
		const struct apt_release *release =
			&v->policy->index->archives
				 .items[v->policy->index->lists.items[o->list].archive]
				 .release;
		size_t len = strlen(release->suite), n = strlen("-security");
		bool below = deb_version_compare(span_z(o->version), span_z(v->text)) < 0;
		bool above = to_the_end ||
			     deb_version_compare(span_z(o->version), span_z(installed)) > 0;

		if (below && above && len >= n &&
			strcmp(release->suite + len - n, "-security") == 0) {
			return true;
		}
	}
	return false;
}

static bool kept(
	const struct apt_policy *policy, const struct apt_package *package, const char *version)
{
	const struct version v = version_find(policy, package, version);

	return !policy->settings.phase_policy && drawn_out(&v) && !on_the_way_secure(&v);
}

/* A higher priority wins, and of one priority the higher version. */
static bool better(const struct apt_candidate *than, const char *version, int priority)
{
	if (priority <= 0 || !than->version) {
		return priority > 0;
	}
	return priority > than->priority ||
	       (priority == than->priority &&
		       deb_version_compare(span_z(version), span_z(than->version)) > 0);
}

int apt_policy_choose(const struct apt_policy *policy, const struct apt_package *package,
	struct apt_candidate *ret_candidate)
{
	struct apt_candidate best = {.version = NULL};
	int priority = apt_policy_priority(policy, package, package->version);
	size_t n = 0;

	if (better(&best, package->version, priority)) {
		best = (struct apt_candidate){.version = package->version, .priority = priority};
	}
	for (const struct apt_offer *o = package->offers; o; o = o->next) {
		if (++n > APT_POLICY_VERSIONS_MAX) {
			return -ENOSPC;
		}
		priority = apt_policy_priority(policy, package, o->version);
		if (priority < PRIORITY_DOWNGRADES &&
			deb_version_compare(span_z(o->version), span_z(package->version)) < 0) {
			continue;
		}
		if (better(&best, o->version, priority)) {
			best = (struct apt_candidate){.version = o->version, .priority = priority};
		}
	}
	/* apt asks this of the installed version too, before it looks at any other one. */
	best.deferred = best.version && (kept(policy, package, best.version) ||
						kept(policy, package, package->version));
	*ret_candidate = best;
	return 0;
}
