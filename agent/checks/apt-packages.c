/* SPDX-License-Identifier: Apache-2.0 */
#include "apt-packages.h"
#include "deb-stanza.h"
#include "deb-version.h"
#include "stream.h"
#include "vec.h"

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

static const char *arena_copy(struct apt_packages *packages, const char *text)
{
	size_t size = strlen(text) + 1;
	struct apt_arena *block = packages->arena;
	char *copy;

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
	memcpy(copy, text, size);
	block->used += size;
	return copy;
}

void apt_packages_finish(struct apt_packages *packages)
{
	while (packages->arena) {
		struct apt_arena *next = packages->arena->next;

		free(packages->arena);
		packages->arena = next;
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

static int installed_take(const struct deb_stanza *stanza, void *data)
{
	struct apt_packages *packages = data;
	struct apt_package package = {.held = strncmp(stanza->status, "hold ", 5) == 0};
	VEC(struct apt_package) vec = {packages->items, packages->len, packages->cap};
	int r;

	if (stanza->damaged || stanza->package[0] == '\0' || stanza->status[0] == '\0') {
		return -EBADMSG;
	}
	if (!apt_status_installed(stanza->status)) {
		return 0;
	}
	if (stanza->version[0] == '\0' || stanza->architecture[0] == '\0') {
		return -EBADMSG;
	}
	package.name = arena_copy(packages, stanza->package);
	package.version = arena_copy(packages, stanza->version);
	package.architecture = arena_copy(packages, stanza->architecture);
	if (!package.name || !package.version || !package.architecture) {
		return -ENOMEM;
	}
	if (strcmp(package.name, "dpkg") == 0) {
		packages->native = package.architecture;
	}
	r = vec_push(&vec, package, APT_PACKAGES_MAX);
	packages->items = vec.items;
	packages->len = vec.len;
	packages->cap = vec.cap;
	return r;
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

int apt_packages_read(const struct sysroot *root, struct apt_packages *ret_packages)
{
	cleanup(apt_packages_finish) struct apt_packages packages = {0};
	cleanup(free_ptr) struct deb_reader *reader = calloc(1, sizeof(*reader));
	int r;

	if (!reader) {
		return -ENOMEM;
	}
	reader->fn = installed_take;
	reader->data = &packages;
	r = apt_stanzas_read(root, APT_STATUS, APT_STATUS_BYTES_MAX, NULL, reader);
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

struct comparison {
	struct apt_packages *packages;
	unsigned bit;
};

static const char *architecture_of(const struct apt_packages *packages, const char *architecture)
{
	return packages->native && strcmp(architecture, "all") == 0 ? packages->native
								    : architecture;
}

static int listed_take(const struct deb_stanza *stanza, void *data)
{
	struct comparison *comparison = data;
	struct apt_packages *packages = comparison->packages;
	size_t mask = packages->n_slots - 1;
	const char *architecture;

	if (stanza->damaged || !stanza->package[0] || !stanza->version[0] ||
		!stanza->architecture[0]) {
		return -EBADMSG;
	}
	architecture = architecture_of(packages, stanza->architecture);
	for (size_t at = name_hash(stanza->package) & mask; packages->slots[at] != SLOT_EMPTY;
		at = (at + 1) & mask) {
		struct apt_package *package = &packages->items[packages->slots[at]];

		if (strcmp(package->name, stanza->package) == 0 &&
			strcmp(architecture_of(packages, package->architecture), architecture) ==
				0 &&
			deb_version_compare(span_z(package->version), span_z(stanza->version)) <
				0) {
			package->lists |= UINT64_C(1) << comparison->bit;
		}
	}
	return 0;
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
