/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What of one flatpak installation waits for an update, by what flatpak keeps on disk: the commit
 * that each app and runtime was deployed from, and the summaries of their remotes as flatpak last
 * fetched them. That is what `flatpak remote-ls --updates --cached` compares, and tests/packages
 * holds this against it. Formats: flatpak-installation(5), flatpak's common/flatpak-dir.c
 * (FLATPAK_DEPLOY_DATA_GVARIANT_STRING, FLATPAK_SUMMARY_INDEX_GVARIANT_FORMAT), OSTree's
 * OSTREE_SUMMARY_GVARIANT_FORMAT.
 *
 * A summary is written anew only when the remote has something new, so that its time says when
 * something was last heard, never that nothing has come since.
 */
#pragma once

#include "base.h"
#include "str.h"
#include "sysroot.h"

#define FLATPAK_SYSTEM "var/lib/flatpak"
#define FLATPAK_SYSTEM_SUMMARIES FLATPAK_SYSTEM "/repo/tmp/cache/summaries"
#define FLATPAK_CONFIG FLATPAK_SYSTEM "/repo/config"
#define FLATPAK_CHANGED FLATPAK_SYSTEM "/.changed" /* touched whenever anything is installed */
#define FLATPAK_COMMIT_LEN 64			   /* hexadecimal digits */
#define FLATPAK_ORIGIN_MAX 255
#define FLATPAK_REFS_MAX 2048
#define FLATPAK_SUMMARY_MAX ((size_t)64 << 20)

struct flatpak_place {
	const struct sysroot *root;
	const char *installation;    /* FLATPAK_SYSTEM, or a person's own */
	const char *summaries;	     /* where the cached ones lie */
	const struct sysroot *cache; /* below which; NULL: root */
};

/* One installed app or runtime; pointers live as long as the call. */
struct flatpak_seen {
	const char *ref; /* "app/org.example.App/x86_64/stable" */
	const char *commit;
	const char *origin;
	int64_t heard; /* wall second of its remote's summary; 0: there is none */
	int64_t made;  /* of an update: when its newest commit was made; 0: not told */
	bool told;     /* false: the summary does not have it, or is older than what is deployed */
	bool update;   /* the remote has another commit */
	bool held;     /* flatpak-mask(1) */
};
/* Negative errno ends it */
typedef int (*flatpak_fn)(const struct flatpak_seen *seen, void *data);

enum flatpak_outcome {
	FLATPAK_E_FORMAT = 32, /* above every FD_E_* */
	FLATPAK_E_PERMITTED,
	FLATPAK_E_LIMIT,
};
/* Nothing installed, or no flatpak at all, is nothing told. FLATPAK_E_*; negative errno */
must_check int flatpak_look(const struct flatpak_place *place, flatpak_fn fn, void *data);

/* Pure, all of what follows. FLATPAK_E_FORMAT */
must_check int flatpak_deploy_parse(struct span bytes, char origin[FLATPAK_ORIGIN_MAX + 1],
	char commit[FLATPAK_COMMIT_LEN + 1]);
/* The checksum of an architecture's summary; empty where the remote has none */
must_check int flatpak_index_find(
	struct span bytes, const char *arch, char checksum[FLATPAK_COMMIT_LEN + 1]);
typedef int (*flatpak_summary_fn)(struct span ref, const char *commit, int64_t made, void *data);
must_check int flatpak_summary_walk(struct span bytes, flatpak_summary_fn fn, void *data);
/* pattern: of flatpak-mask(1), "[KIND/]ID[/ARCH[/BRANCH]]" with "*" in its parts */
bool flatpak_mask_matches(struct span pattern, struct span ref);
