/* SPDX-License-Identifier: Apache-2.0 */
#include "apt-packages.h"
#include "deb-stanza.h"
#include "deb-version.h"
#include "stream.h"
#include "vec.h"

#include <stdio.h>
#include <string.h>

#define CHUNK ((size_t)64 << 10)
#define ARENA_BLOCK ((size_t)64 << 10)
#define SLOT_EMPTY UINT32_MAX

/* Texts live as long as the table: blocks are never moved. */
struct apt_arena {
	struct apt_arena *next;
	size_t used;
	char bytes[ARENA_BLOCK];
};

const char *apt_packages_keep(struct apt_packages *packages, struct span text)
{
	size_t size = text.len + 1;
	struct apt_arena *block = packages->arena;
	char *copy;

	if (size > ARENA_BLOCK) {
		return NULL;
	}
	if (!block || ARENA_BLOCK - block->used < size) {
		block = malloc(sizeof(*block));
		if (!block) {
			return NULL;
		}
		block->next = packages->arena;
		block->used = 0;
		packages->arena = block;
	}
	copy = block->bytes + block->used;
	if (text.len > 0) {
		memcpy(copy, text.p, text.len);
	}
	copy[text.len] = '\0';
	block->used += size;
	return copy;
}

static const char *arena_copy(struct apt_packages *packages, const char *text)
{
	return apt_packages_keep(packages, span_z(text));
}

bool apt_packages_source(struct apt_packages *packages, const struct deb_stanza *stanza,
	const char *name, const char *version, const char **ret_source,
	const char **ret_source_version)
{
	size_t n = strcspn(stanza->source, " ");
	const char *open = strchr(stanza->source + n, '(');
	const char *close = open ? strchr(open, ')') : NULL;

	*ret_source = name;
	*ret_source_version = version;
	if (n > 0 && (strlen(name) != n || memcmp(name, stanza->source, n) != 0)) {
		*ret_source = apt_packages_keep(packages, (struct span){stanza->source, n});
	}
	if (close) {
		*ret_source_version = apt_packages_keep(
			packages, (struct span){open + 1, (size_t)(close - open) - 1});
	}
	return *ret_source && *ret_source_version;
}

void apt_packages_finish(struct apt_packages *packages)
{
	while (packages->arena) {
		struct apt_arena *next = packages->arena->next;

		free(packages->arena);
		packages->arena = next;
	}
	for (size_t i = 0; i < packages->len; i++) {
		while (packages->items[i].offers) {
			struct apt_offer *next = packages->items[i].offers->next;

			free(packages->items[i].offers);
			packages->items[i].offers = next;
		}
	}
	free(packages->items);
	free(packages->slots);
	*packages = (struct apt_packages){0};
}

bool apt_status_installed(const char *status)
{
	const char *state = strrchr(status, ' ');

	return state && strcmp(state, " not-installed") != 0 && strcmp(state, " config-files") != 0;
}

static int package_fill(struct apt_packages *packages, const struct deb_stanza *stanza,
	struct apt_package *ret_package)
{
	struct apt_package package = {.held = strncmp(stanza->status, "hold ", 5) == 0};

	package.name = arena_copy(packages, stanza->package);
	package.version = arena_copy(packages, stanza->version);
	package.architecture = arena_copy(packages, stanza->architecture);
	if (!package.name || !package.version || !package.architecture ||
		!apt_packages_source(packages, stanza, package.name, package.version,
			&package.source, &package.source_version)) {
		return -ENOMEM;
	}
	*ret_package = package;
	return 0;
}

static int stanza_check(const struct deb_stanza *stanza)
{
	if (stanza->damaged || stanza->package[0] == '\0' || stanza->status[0] == '\0') {
		return -EBADMSG;
	}
	if (apt_status_installed(stanza->status) &&
		(stanza->version[0] == '\0' || stanza->architecture[0] == '\0')) {
		return -EBADMSG;
	}
	return 0;
}

static int package_push(struct apt_packages *packages, const struct deb_stanza *stanza)
{
	VEC(struct apt_package) vec = {packages->items, packages->len, packages->cap};
	struct apt_package package;
	int r = package_fill(packages, stanza, &package);

	if (r == 0) {
		if (strcmp(package.name, "dpkg") == 0) {
			packages->native = package.architecture;
		}
		r = vec_push(&vec, package, APT_PACKAGES_MAX);
	}
	packages->items = vec.items;
	packages->len = vec.len;
	packages->cap = vec.cap;
	return r;
}

static int installed_take(const struct deb_stanza *stanza, void *data)
{
	int r = stanza_check(stanza);

	if (r == 0 && apt_status_installed(stanza->status)) {
		r = package_push(data, stanza);
	}
	return r;
}

/*
 * A note of dpkg's journal takes the place of what the status says of the package. dpkg tells two
 * of one name apart by architecture where they may stand side by side, and then notes both; where
 * the architecture changed, the old one is noted as gone.
 */
static int journal_take(const struct deb_stanza *stanza, void *data)
{
	struct apt_packages *packages = data;
	int r = stanza_check(stanza);

	if (r != 0) {
		return r;
	}
	for (size_t i = 0; i < packages->len; i++) {
		struct apt_package *package = &packages->items[i];

		if (strcmp(package->name, stanza->package) != 0 ||
			(stanza->architecture[0] &&
				strcmp(package->architecture, stanza->architecture) != 0)) {
			continue;
		}
		if (apt_status_installed(stanza->status)) {
			return package_fill(packages, stanza, package);
		}
		*package = packages->items[--packages->len];
		return 0;
	}
	return apt_status_installed(stanza->status) ? package_push(packages, stanza) : 0;
}

/* FNV-1a: the names come from files that only root writes */
static uint32_t name_hash(const char *name)
{
	uint32_t hash = 2166136261U;

	for (; *name; name++) {
		hash = (hash ^ (uint8_t)*name) * 16777619U;
	}
	return hash;
}

static int slots_build(struct apt_packages *packages)
{
	size_t n = 64;

	while (n < packages->len * 2) {
		n *= 2;
	}
	packages->slots = malloc(n * sizeof(*packages->slots));
	if (!packages->slots) {
		return -ENOMEM;
	}
	packages->n_slots = n;
	memset(packages->slots, 0xff, n * sizeof(*packages->slots));
	for (size_t i = 0; i < packages->len; i++) {
		size_t at = name_hash(packages->items[i].name) & (n - 1);

		while (packages->slots[at] != SLOT_EMPTY) {
			at = (at + 1) & (n - 1);
		}
		packages->slots[at] = (uint32_t)i;
	}
	return 0;
}

static int outcome_of_read(int r)
{
	switch (r) {
	case -EACCES:
	case -EPERM:
		return APT_PACKAGES_E_PERMITTED;
	case -ENOSPC:
	case STREAM_E_LIMIT:
		return APT_PACKAGES_E_LIMIT;
	case -EBADMSG:
	case -ELOOP:
	case -EISDIR:
	case FD_E_MISSING:
	case FD_E_NOT_REGULAR:
	case STREAM_E_FORMAT:
		return APT_PACKAGES_E_FORMAT;
	default:
		return r;
	}
}

int apt_stanzas_read(const struct sysroot *root, const char *path, size_t max, const char *unpack,
	struct deb_reader *reader)
{
	cleanup(stream_free_p) struct stream *stream = NULL;
	cleanup(free_ptr) char *chunk = malloc(CHUNK);
	size_t n;
	int r;

	if (!chunk) {
		return -ENOMEM;
	}
	r = stream_open(root, path, max, unpack, &stream);
	while (r == 0) {
		r = stream_read(stream, chunk, CHUNK, &n);
		if (r == 0 && n == 0) {
			r = deb_reader_end(reader);
			break;
		}
		if (r == 0) {
			r = deb_reader_feed(reader, chunk, n);
		}
	}
	return outcome_of_read(r);
}

static int stanzas_take(const struct sysroot *root, const char *path, deb_stanza_fn fn,
	struct apt_packages *packages)
{
	cleanup(free_ptr) struct deb_reader *reader = calloc(1, sizeof(*reader));

	if (!reader) {
		return -ENOMEM;
	}
	reader->fn = fn;
	reader->data = packages;
	return apt_stanzas_read(root, path, APT_STATUS_BYTES_MAX, NULL, reader);
}

/* Notes have names of digits alone, all of one length; "tmp.i" is one that is not whole yet. */
static int journal_read(const struct sysroot *root, struct apt_packages *packages)
{
	cleanup(sysroot_names_finish) struct sysroot_names names = {0};
	int r = sysroot_list(root, APT_JOURNAL, &names);

	if (r != 0) {
		return r == FD_E_MISSING ? 0 : outcome_of_read(r);
	}
	if (names.len > APT_JOURNAL_MAX) {
		return APT_PACKAGES_E_LIMIT;
	}
	for (size_t i = 0; i < names.len && r == 0; i++) {
		const char *name = names.names[i];
		char path[sizeof(APT_JOURNAL) + 32];

		if (name[strspn(name, "0123456789")] == '\0' && strlen(name) < 16) {
			packages->interrupted = true;
			snprintf(path, sizeof(path), APT_JOURNAL "/%s", name);
			r = stanzas_take(root, path, journal_take, packages);
		}
	}
	return r;
}

int apt_packages_read(const struct sysroot *root, struct apt_packages *ret_packages)
{
	cleanup(apt_packages_finish) struct apt_packages packages = {0};
	int r = stanzas_take(root, APT_STATUS, installed_take, &packages);

	if (r == 0) {
		r = journal_read(root, &packages);
	}
	if (r != 0) {
		return r;
	}
	if (packages.len == 0) {
		return APT_PACKAGES_E_FORMAT; /* dpkg without one package: cut off */
	}
	r = slots_build(&packages);
	if (r < 0) {
		return r;
	}
	*ret_packages = packages;
	packages = (struct apt_packages){0};
	return 0;
}

const char *apt_packages_architecture(const struct apt_packages *packages, const char *architecture)
{
	return packages->native && strcmp(architecture, "all") == 0 ? packages->native
								    : architecture;
}

int apt_packages_find(struct apt_packages *packages, const struct deb_stanza *stanza,
	apt_packages_fn fn, void *data)
{
	size_t mask = packages->n_slots - 1;
	const char *architecture;
	int r = 0;

	if (stanza->damaged || !stanza->package[0] || !stanza->version[0] ||
		!stanza->architecture[0]) {
		return -EBADMSG;
	}
	architecture = apt_packages_architecture(packages, stanza->architecture);
	for (size_t at = name_hash(stanza->package) & mask;
		packages->slots[at] != SLOT_EMPTY && r == 0; at = (at + 1) & mask) {
		struct apt_package *package = &packages->items[packages->slots[at]];

		if (strcmp(package->name, stanza->package) == 0 &&
			strcmp(apt_packages_architecture(packages, package->architecture),
				architecture) == 0) {
			r = fn(package, stanza, data);
		}
	}
	return r;
}

struct comparison {
	struct apt_packages *packages;
	unsigned bit;
};

static int package_compare(struct apt_package *package, const struct deb_stanza *stanza, void *data)
{
	const struct comparison *comparison = data;

	if (deb_version_compare(span_z(package->version), span_z(stanza->version)) < 0) {
		package->lists |= UINT64_C(1) << comparison->bit;
		package->phased = package->phased || stanza->phased[0] != '\0';
	}
	return 0;
}

static int listed_take(const struct deb_stanza *stanza, void *data)
{
	struct comparison *comparison = data;

	return apt_packages_find(comparison->packages, stanza, package_compare, comparison);
}

int apt_packages_compare(
	struct apt_packages *packages, const struct check_ctx *ctx, const char *path, unsigned bit)
{
	struct comparison comparison = {.packages = packages, .bit = bit};
	cleanup(free_ptr) struct deb_reader *reader = calloc(1, sizeof(*reader));

	if (!reader) {
		return -ENOMEM;
	}
	reader->fn = listed_take;
	reader->data = &comparison;
	return apt_stanzas_read(ctx->root, path, APT_LIST_BYTES_MAX, ctx->unpack, reader);
}
