/* SPDX-License-Identifier: Apache-2.0 */
/*
 * APPS: how many flatpaks wait for an update. Those of the person's own installation, and those of
 * the system's as the person's own software app last heard of them: flatpak keeps that in the cache
 * of whoever asked (flatpak-dir.c, flatpak_dir_get_cache_dir). Numbers alone; no app is named.
 */
#include "clock.h"
#include "flatpak.h"
#include "homefiles.h"
#include "personal-parts.h"

#define OWN ".local/share/flatpak"
#define OWN_SUMMARIES OWN "/repo/tmp/cache/summaries"
#define SHARED_SUMMARIES ".cache/flatpak/system-cache/summaries"

struct counts {
	int64_t count, waiting, held;
	int64_t since, held_since; /* wall seconds; INT64_MAX: none */
	int64_t heard;		   /* of the one heard of the longest ago; 0: one never was */
};

static int take(const struct flatpak_seen *seen, void *data)
{
	struct counts *counts = data;
	int64_t heard = seen->told ? seen->heard : 0;
	int64_t *since = seen->held ? &counts->held_since : &counts->since;

	counts->count++;
	counts->heard = heard < counts->heard ? heard : counts->heard;
	if (seen->update) {
		counts->held += seen->held;
		counts->waiting += !seen->held;
		*since = seen->made < *since ? seen->made : *since;
	}
	return 0;
}

static int64_t day_or_absent(int64_t wall_s)
{
	return wall_s > 0 && wall_s != INT64_MAX ? wall_s / CLOCK_DAY_S : PERSONAL_ABSENT;
}

/* first: the COUNT of six facts, in the order of personal.h */
static int installation_read(
	const struct flatpak_place *place, enum personal_fact first, struct personal *personal)
{
	struct counts counts = {.since = INT64_MAX, .held_since = INT64_MAX, .heard = INT64_MAX};
	int64_t *values = &personal->values[first];
	int r = flatpak_look(place, take, &counts);

	if (r != 0) {
		return r == -ENOMEM ? r : 0;
	}
	*values++ = counts.count;
	*values++ = counts.waiting;
	*values++ = counts.held;
	*values++ = day_or_absent(counts.since);
	*values++ = day_or_absent(counts.held_since);
	*values = day_or_absent(counts.heard);
	return 0;
}

static int apps_read(const struct personal_place *place, struct personal *personal)
{
	const struct sysroot home = {.fd = place->home, .live = false};
	const struct flatpak_place own = {
		.root = &home, .installation = OWN, .summaries = OWN_SUMMARIES};
	const struct flatpak_place shared = {.root = place->root,
		.installation = FLATPAK_SYSTEM,
		.cache = &home,
		.summaries = SHARED_SUMMARIES};
	int r = installation_read(&own, PERSONAL_APPS_OWN, personal);

	return r == 0 ? installation_read(&shared, PERSONAL_APPS_SHARED, personal) : r;
}

static int apps_watch(const struct personal_place *place, personal_path_fn fn, void *data)
{
	static const char *const paths[] = {"~/" OWN "/.changed", "~/" OWN "/repo/config",
		"~/" OWN_SUMMARIES "/", "~/" SHARED_SUMMARIES "/", "/" FLATPAK_CHANGED,
		"/" FLATPAK_CONFIG};
	int r = 0;

	(void)place;
	for (size_t i = 0; r == 0 && i < ARRAY_LEN(paths); i++) {
		r = fn(paths[i], data);
	}
	return r;
}

const struct personal_collector personal_apps = {.read = apps_read, .watch = apps_watch};
