/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The installed packages, and which of them a list holds a higher version of. Compared per package
 * and architecture; "all" counts as the system's own architecture, as a package may go from one to
 * the other (deb-version(7), Debian Policy 5.6.8).
 */
#pragma once

#include "apt-index.h"

#define APT_PACKAGES_MAX 65536
#define APT_STATUS_BYTES_MAX ((size_t)64 << 20)
#define APT_LIST_BYTES_MAX ((size_t)512 << 20)
#define APT_OFFERS_MAX 262144
#define APT_JOURNAL "var/lib/dpkg/updates"
#define APT_JOURNAL_MAX 4096

struct apt_package {
	const char *name;
	const char *architecture;
	const char *version;
	const char *source; /* what it was built from, and that one's version */
	const char *source_version;
	struct apt_offer *offers; /* by apt_packages_read_offers: versions in lists */
	uint64_t lists;		  /* bit i: judged list i has a higher version */
	bool held;		  /* the administrator holds it back */
	bool phased;		  /* a judged list phases a version of it */
	bool asked;		  /* its offers are wanted */
};

/* A version of an installed package in a list */
struct apt_offer {
	struct apt_offer *next; /* of an earlier list */
	const char *version;
	const char *source;
	const char *source_version;
	size_t list;	 /* place in the index */
	unsigned phased; /* percentage; APT_PHASE_ALL where nothing is said */
};

struct apt_packages {
	struct apt_package *items;
	size_t len;
	/* inside */
	size_t cap;
	uint32_t *slots;
	size_t n_slots;
	struct apt_arena *arena;
	const char *native; /* the system's architecture, by dpkg's own package; or NULL */
	bool interrupted;   /* dpkg was stopped in the middle of its work */
};
void apt_packages_finish(struct apt_packages *packages);

enum apt_packages_outcome {
	APT_PACKAGES_E_FORMAT = 1, /* damaged, empty, or compressed beyond reading */
	APT_PACKAGES_E_LIMIT,
	APT_PACKAGES_E_PERMITTED,
};
/*
 * dpkg's status, and the journal in which dpkg notes changes before it writes the status anew
 * (/var/lib/dpkg/updates, dpkg's own modstatdb): after a run that was cut off it holds the truth.
 */
must_check int apt_packages_read(const struct sysroot *root, struct apt_packages *ret_packages);
/* The architecture that "all" stands for as well */
const char *apt_packages_architecture(
	const struct apt_packages *packages, const char *architecture);
/* Reads one list and sets the bit in those it has a higher version of. */
must_check int apt_packages_compare(
	struct apt_packages *packages, const struct check_ctx *ctx, const char *path, unsigned bit);
/* Reads every list, for the packages that are asked. */
must_check int apt_packages_read_offers(
	struct apt_packages *packages, const struct check_ctx *ctx, const struct apt_index *index);

struct deb_stanza;
/* For each installed package that the stanza of a list is of */
typedef int (*apt_packages_fn)(
	struct apt_package *package, const struct deb_stanza *stanza, void *data);
must_check int apt_packages_find(struct apt_packages *packages, const struct deb_stanza *stanza,
	apt_packages_fn fn, void *data);
/* A copy that lives as long as the table; NULL on out of memory */
const char *apt_packages_keep(struct apt_packages *packages, struct span text);
/* The two parts of a stanza's Source, which the package's own stand in for. False: no memory */
bool apt_packages_source(struct apt_packages *packages, const struct deb_stanza *stanza,
	const char *name, const char *version, const char **ret_source,
	const char **ret_source_version);

struct deb_reader;
/* Feeds the file to the reader. A negative value that the reader's function gives comes through. */
must_check int apt_stanzas_read(const struct sysroot *root, const char *path, size_t max,
	const char *unpack, struct deb_reader *reader);
/* "WANT FLAG STATE", dpkg-query(1): the files of all but two states are on the disk. */
bool apt_status_installed(const char *status);
