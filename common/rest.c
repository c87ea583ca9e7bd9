/* SPDX-License-Identifier: Apache-2.0 */
#include "rest.h"

#include <link.h>
#include <malloc.h>
#include <stddef.h>
#include <sys/mman.h>
#include <unistd.h>

/* A mapping that refuses, as the vdso does, keeps its pages: nothing depends on it. */
static int give_back_object(struct dl_phdr_info *info, size_t size, void *data)
{
	uintptr_t page = (uintptr_t)sysconf(_SC_PAGESIZE);

	(void)size;
	(void)data;
	for (size_t i = 0; i < info->dlpi_phnum; i++) {
		const ElfW(Phdr) *part = &info->dlpi_phdr[i];
		uintptr_t start = (info->dlpi_addr + part->p_vaddr) & ~(page - 1);
		uintptr_t end = info->dlpi_addr + part->p_vaddr + part->p_memsz;

		if (part->p_type == PT_LOAD && !(part->p_flags & PF_W)) {
			(void)madvise((void *)start, end - start, MADV_DONTNEED);
		}
	}
	return 0;
}

void rest_give_back(void)
{
	(void)malloc_trim(0);
	(void)dl_iterate_phdr(give_back_object, NULL);
}
