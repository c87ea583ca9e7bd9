/* SPDX-License-Identifier: Apache-2.0 */
#include "rest.h"

#include "base.h"

#include <link.h>
#include <malloc.h>
#include <stddef.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

/* A program of ours has seven objects of at most five parts; the others keep their pages. */
#define PARTS_MAX 64

/*
 * Of these nothing is given back. Every process has the C library and the kernel's own object, so
 * that their pages weigh next to nothing in ours; and what the first event after a rest brings is
 * told sooner, by the two thirds of the faults that it would take otherwise.
 */
static const char *const kept[] = {"libc.so.6", "linux-vdso.so.1"};

struct part {
	void *start;
	size_t len;
};
struct parts {
	struct part items[PARTS_MAX];
	size_t n;
};

static bool is_kept(const char *path)
{
	const char *slash = strrchr(path, '/');

	for (size_t i = 0; i < ARRAY_LEN(kept); i++) {
		if (strcmp(slash ? slash + 1 : path, kept[i]) == 0) {
			return true;
		}
	}
	return false;
}

static int note_object(struct dl_phdr_info *info, size_t size, void *data)
{
	struct parts *parts = data;
	uintptr_t page = (uintptr_t)sysconf(_SC_PAGESIZE);

	(void)size;
	if (is_kept(info->dlpi_name)) {
		return 0;
	}
	for (size_t i = 0; i < info->dlpi_phnum && parts->n < PARTS_MAX; i++) {
		const ElfW(Phdr) *part = &info->dlpi_phdr[i];
		uintptr_t start = (info->dlpi_addr + part->p_vaddr) & ~(page - 1);
		uintptr_t end = info->dlpi_addr + part->p_vaddr + part->p_memsz;

		if (part->p_type == PT_LOAD && !(part->p_flags & PF_W)) {
			parts->items[parts->n++] = (struct part){(void *)start, end - start};
		}
	}
	return 0;
}

/*
 * The headers that name the parts lie in the first of them, so all are noted before the first is
 * given back. A mapping that refuses, as the vdso does, keeps its pages: nothing depends on it.
 */
REST_PATH void rest_give_back(void)
{
	struct parts parts = {.n = 0};

	(void)malloc_trim(0);
	(void)dl_iterate_phdr(note_object, &parts);
	for (size_t i = 0; i < parts.n; i++) {
		(void)madvise(parts.items[i].start, parts.items[i].len, MADV_DONTNEED);
	}
}
